"""`newsmill archive` on a real Kafka: Parquet that others read, each event in exactly one file whatever kills it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agents.settings import Settings
from streams.records import Message
from streams.topics import PUBLIC_PARTITIONS
from tests.foreign_events import EVENT, changed
from tests.kafka.test_cli import LIMIT_S, environment, run, send

pytestmark = pytest.mark.kafka
parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is in the development lock: make setup")
DAYS = ("2025-08-02", "2025-08-03")


def events(settings: Settings, numbers: range) -> list[Message]:
    """Return events on all partitions, fetched on two days."""
    return [
        Message(
            topic=settings.topic("events"),
            key=b"k",
            value=changed(id=f"{number:032x}", source=EVENT["source"] | {"fetched_at": f"{DAYS[number % 2]}T12:00:00Z"}),
            headers=(("ce_id", b"%032x" % number),),
            partition=number % PUBLIC_PARTITIONS,
        )
        for number in numbers
    ]


def archive(settings: Settings, folder: Path) -> str:
    ran = run(settings, "archive", str(folder), "--exit-at-end")
    assert ran.status == 0, ran.notes
    return ran.notes


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of each file, those of interrupted writes too."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def archived_ids(folder: Path) -> list[int]:
    return sorted(int(id, 16) for id in parquet.read_table(folder / "events")["id"].to_pylist())


def test_events_are_read_back_by_day_and_offset(settings: Settings, tmp_path: Path) -> None:
    send(settings, events(settings, range(24)))
    archive(settings, tmp_path / "archive")
    table = parquet.read_table(tmp_path / "archive" / "events").sort_by("id")
    assert [int(id, 16) for id in table["id"].to_pylist()] == list(range(24))
    assert table["day"].to_pylist() == [time.date().isoformat() for time in table["fetched_at"].to_pylist()] == list(DAYS) * 12
    assert table["classes"].to_pylist()[0] == [label["id"] for label in (*EVENT["regions"], *EVENT["topics"])]
    assert table["body"].to_pylist()[0] == EVENT["body"]


def test_files_of_a_run_that_ended_before_it_noted_its_offsets_are_written_again_equal(settings: Settings, tmp_path: Path) -> None:
    send(settings, events(settings, range(24)))
    archive(settings, tmp_path)
    before = contents(tmp_path)
    (tmp_path / ".offsets" / "events-0").unlink()
    (tmp_path / "events" / f"day={DAYS[0]}" / ".events-0-0-9.parquet").write_bytes(b"PAR1 cut short")
    archive(settings, tmp_path)
    assert contents(tmp_path) == before


def test_killed_archive_resumes_with_each_event_in_one_file(settings: Settings, tmp_path: Path) -> None:
    send(settings, events(settings, range(240)))
    command = [sys.executable, "-m", "agents.cli", "archive", str(tmp_path), "--every", "1"]
    for first in (240, 300):
        before = contents(tmp_path)
        with subprocess.Popen(command, env=os.environ | environment(settings)) as process:
            try:
                until_a_file_is_new(tmp_path, before)
                send(settings, events(settings, range(first, first + 60)))
            finally:
                process.kill()
    archive(settings, tmp_path)
    assert archived_ids(tmp_path) == list(range(360))
    before = contents(tmp_path)
    archive(settings, tmp_path)
    assert contents(tmp_path) == before


def until_a_file_is_new(folder: Path, before: dict[str, bytes]) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not any(path.relative_to(folder).as_posix() not in before for path in folder.rglob("*.parquet")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
