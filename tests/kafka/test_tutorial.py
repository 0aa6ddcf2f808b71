"""docs/tutorial.md as somebody types it: its blocks in a folder of their own, and what it says comes of them."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from agents.settings import Settings
from tests.kafka.worker import Worker, WorkerMill, environment

pytestmark = pytest.mark.kafka

PROJECT = Path(__file__).parent.parent.parent
# What goes on until it is stopped: the fixtures and the test itself stand for these.
GOES_ON = re.compile(r"make demo|newsmill (kafka|worker|subscribe)")


def blocks(section: str) -> list[str]:
    """The commands of a section, block by block."""
    text = (PROJECT / "docs" / "tutorial.md").read_text(encoding="utf-8").split(f"## {section}")[1].split("\n## ")[0]
    indented = re.findall(r"(?:^    .*\n|^\n(?=    ))+", text, re.MULTILINE)
    return ["\n".join(line[4:] for line in block.strip("\n").splitlines()) for block in indented]


class Person:
    """Types blocks into a runner, in a folder where the project is."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder, self._settings = folder, settings
        (folder / ".venv").symlink_to(sys.prefix)
        for name in ("streams", "docs"):
            (folder / name).symlink_to(PROJECT / name)

    def types(self, block: str) -> str:
        command = ["bash", "-e", "-c", block]
        done = subprocess.run(
            command, cwd=self._folder, env=environment(self._settings), capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"
        return done.stdout


def published(mill: WorkerMill, name: str) -> list[str]:
    mill.settle()
    return [json.loads(message.value)["title"] for message in mill.messages(name)]


def test_the_tutorial_does_what_it_says(settings: Settings, tmp_path: Path) -> None:
    person = Person(tmp_path, settings)
    (cut,) = blocks("2.")
    assert "headline Ferry to Quellmar gets a second boat" in person.types(cut)
    send, send_from_elsewhere = (block for block in blocks("3.") if "produce" in block)
    with Worker(settings) as worker:
        mill = WorkerMill(worker)
        person.types(send)
        person.types(send)
        assert published(mill, "events") == ["Ferry to Quellmar gets a second boat"]
        person.types(send_from_elsewhere)
        assert published(mill, "duplicates") == ["Ferry to Quellmar gets a second boat"]
        assert len(published(mill, "events")) == 1
        mill.close()
    add, send_another, show_forms = (block for block in blocks("4.") if not GOES_ON.search(block))
    assert "5 classes are valid" in person.types(add)
    with Worker(replace(settings, classes=str(tmp_path / "my-classes"))) as worker:
        worker.until_logged(r"assigned partitions=\S")
        mill = WorkerMill(worker)
        person.types(send_another)
        assert published(mill, "region.quellmar") == ["Bridge at Quellmar shut for repairs"]
        mill.close()
    explained = person.types(show_forms)
    assert all(form.name in explained for form in (PROJECT / "docs" / "examples" / "forms").iterdir())
