"""`make demo`, as a newcomer starts it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.samples import samples

pytestmark = pytest.mark.kafka


def test_demo_once_shows_events_of_every_class_and_ends_by_itself(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWS_")} | {"NEWS_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "agents.cli", "demo", "--once"], env=environment, capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr
    assert f"{len(samples())} dumps sent, of them without an article: 1" in done.stderr
    assert re.search(r"events: \d\d, copies: 2\d, seen before: 0, dead letters: 1", done.stderr)
    assert re.search(r"events by class: chile \d+, miami \d+, mining \d+, venezuela \d+", done.stderr)
    assert re.search(r"worker is ready at http://127.0.0.1:\d+", done.stderr)
    assert "Workers at Chile's Cerro Alazan copper mine begin strike over night shifts" in done.stdout
    assert done.stdout.count("copy of") >= 20
