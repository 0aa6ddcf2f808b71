"""The cache of Kafka's classes: recorded, created and used by several brokers at once."""

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from agents.local_kafka.class_archive import StartArchive


@pytest.fixture
def open_archive(tmp_path: Path) -> Callable[[], StartArchive]:
    numbers = itertools.count()

    def open_one() -> StartArchive:
        data = tmp_path / f"data-{next(numbers)}"
        data.mkdir()
        return StartArchive(tmp_path / "cache", data, [], ["-Xmx1m"])

    return open_one


def draft_of(options: Sequence[str], name: str) -> Path:
    return next(Path(option.split("=", 1)[1]) for option in options if option.startswith(f"-XX:{name}="))


def record(archive: StartArchive, content: bytes = b"recording") -> None:
    draft_of(archive.options(), "AOTConfiguration").write_bytes(content)


def copy_command(options: Sequence[str]) -> list[str]:
    return ["/bin/cp", str(draft_of(options, "AOTConfiguration")), str(draft_of(options, "AOTCache"))]


def test_cache_is_recorded_then_created_then_used(open_archive: Callable[[], StartArchive]) -> None:
    first = open_archive()
    record(first)
    first.keep_recording()

    second = open_archive()
    assert second.options() == []
    second.make(copy_command)
    cache = draft_of(second.options(), "AOTCache")
    assert cache.read_bytes() == b"recording"
    second.make(lambda _: pytest.fail("is there"))
    assert len(list(cache.parent.iterdir())) == 2, "cache and lock, and nothing left over"


def test_recording_of_a_crashed_broker_is_discarded(tmp_path: Path) -> None:
    record(StartArchive(tmp_path / "cache", tmp_path, [], []), b"half")
    again = StartArchive(tmp_path / "cache", tmp_path, [], [])
    again.make(lambda _: pytest.fail("there is nothing to make it of"))
    assert "-XX:AOTMode=record" in again.options()
    assert not draft_of(again.options(), "AOTConfiguration").exists()


def test_cache_that_cannot_be_created_is_recorded_again(open_archive: Callable[[], StartArchive]) -> None:
    archive = open_archive()
    record(archive)
    archive.keep_recording()
    archive.make(lambda _: ["/bin/sh", "-c", "exit 1"])
    assert "-XX:AOTMode=record" in archive.options()


def test_long_running_broker_does_not_block_recording_by_others(open_archive: Callable[[], StartArchive]) -> None:
    first, second = open_archive(), open_archive()
    assert draft_of(first.options(), "AOTConfiguration") != draft_of(second.options(), "AOTConfiguration")
    record(second)
    second.keep_recording()
    assert first.options() == [], "there is one now"


def test_one_of_two_simultaneous_starts_creates_the_cache(open_archive: Callable[[], StartArchive]) -> None:
    first, second = open_archive(), open_archive()
    record(first)
    first.keep_recording()

    def meanwhile(options: Sequence[str]) -> list[str]:
        second.make(lambda _: pytest.fail("is being made already"))
        return copy_command(options)

    first.make(meanwhile)
    assert second.options() == first.options() != []


def test_other_options_have_another_cache(tmp_path: Path) -> None:
    one, other = (StartArchive(tmp_path / "cache", tmp_path, [], [option]) for option in ("-Xmx1m", "-Xmx2m"))
    record(one)
    one.keep_recording()
    one.make(copy_command)
    assert "-XX:AOTMode=record" in other.options()
