"""The cache of Kafka's classes: recorded, made and used by brokers that come and go, several at once."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from agents.kafka_archive import StartArchive


@pytest.fixture
def open_archive(tmp_path: Path) -> Callable[[], StartArchive]:
    numbers = itertools.count()

    def open_one() -> StartArchive:
        data = tmp_path / f"data-{next(numbers)}"
        data.mkdir()
        return StartArchive(tmp_path / "cache", data, [], ["-Xmx1m"])

    return open_one


def draft_of(options: list[str], name: str) -> Path:
    return next(Path(option.split("=", 1)[1]) for option in options if option.startswith(f"-XX:{name}="))


def test_the_class_cache_is_recorded_then_made_then_used(open_archive: Callable[[], StartArchive]) -> None:
    first = open_archive()
    draft_of(first.options(), "AOTConfiguration").write_bytes(b"recording")
    first.close(ended_well=True)

    second = open_archive()
    assert second.options() == []
    second.make(lambda options: ["/bin/cp", str(draft_of([*options], "AOTConfiguration")), str(draft_of([*options], "AOTCache"))])
    assert second._maker is not None
    second._maker.wait()
    second.close(ended_well=False)

    third = open_archive()
    assert draft_of(third.options(), "AOTCache").read_bytes() == b"recording"
    third.close(ended_well=True)
    assert len(list(draft_of(third.options(), "AOTCache").parent.iterdir())) == 2, "cache and lock, and nothing left over"


def test_a_recording_of_a_broker_that_crashed_is_not_kept(open_archive: Callable[[], StartArchive]) -> None:
    first = open_archive()
    draft_of(first.options(), "AOTConfiguration").write_bytes(b"half")
    first.close(ended_well=False)
    second = open_archive()
    assert "-XX:AOTMode=record" in second.options()
    second.close(ended_well=False)


def test_a_cache_that_cannot_be_made_is_recorded_anew(open_archive: Callable[[], StartArchive]) -> None:
    first = open_archive()
    draft_of(first.options(), "AOTConfiguration").write_bytes(b"bad")
    first.close(ended_well=True)
    second = open_archive()
    second.make(lambda _: ["/bin/sh", "-c", "exit 1"])
    assert second._maker is not None
    second._maker.wait()
    second.close(ended_well=True)
    third = open_archive()
    assert "-XX:AOTMode=record" in third.options()
    third.close(ended_well=False)


def test_a_broker_that_runs_for_days_keeps_no_other_from_recording(open_archive: Callable[[], StartArchive]) -> None:
    first, second = open_archive(), open_archive()
    drafts = [draft_of(archive.options(), "AOTConfiguration") for archive in (first, second)]
    assert drafts[0] != drafts[1]
    drafts[1].write_bytes(b"recording")
    second.close(ended_well=True)
    assert first.options() == [], "there is one now"
    first.close(ended_well=False)


def test_one_of_two_at_once_makes_the_cache(open_archive: Callable[[], StartArchive]) -> None:
    first = open_archive()
    draft_of(first.options(), "AOTConfiguration").write_bytes(b"recording")
    first.close(ended_well=True)
    second, third = open_archive(), open_archive()
    second.make(lambda _: ["/bin/sleep", "60"])
    third.make(lambda _: pytest.fail("is being made already"))
    third.close(ended_well=True)
    second.close(ended_well=True)
    fourth = open_archive()
    assert fourth.options() == [], "cut off in the making, the recording is there for the next"
    fourth.close(ended_well=True)
