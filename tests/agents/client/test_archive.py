"""The archive: files by day and offsets, each event in exactly one across restarts and interrupted writes."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from agents.client import archive as module
from agents.client.archive import Archive, Archiver, Range
from agents.client.archive_rows import COLUMNS, Row, day_of, row_of
from agents.settings import Settings
from streams.messages.events import read_event
from tests.agents.client.fake_log import FIRST, SECOND, FakeLog, install
from tests.foreign_events import COPY, EVENT

DAY_1, DAY_2 = "2025-08-02T12:00:00Z", "2025-08-03T00:00:00Z"


class Files:
    """Write rows as their ids, and fail at the n-th file."""

    def __init__(self, fail_at: int = 0) -> None:
        self.left = fail_at

    def __call__(self, path: Path, rows: list[Row]) -> None:
        self.left -= 1
        path.write_text(" ".join(str(int(row["id"], 16)) for row in rows))
        if self.left == 0:
            raise OSError("no space left")


def archived(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.glob("events/*/[!.]*"))}


def leftovers(folder: Path) -> list[Path]:
    return list(folder.glob("events/*/.*"))


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> FakeLog:
    fake = FakeLog()
    install(fake, monkeypatch, module)
    for number, partition, day in ((1, FIRST, DAY_1), (2, FIRST, DAY_2), (3, FIRST, DAY_1), (4, SECOND, DAY_1)):
        log_event(fake, partition, number, day)
    return fake


def log_event(log: FakeLog, partition: Any, number: int, day: str) -> None:
    log.append(partition, number, source=EVENT["source"] | {"fetched_at": day})


async def run(log: FakeLog, folder: Path, files: Files | None = None) -> list[str]:
    notes: list[str] = []

    async def getmany(**options: int) -> Any:
        return await FakeLog.getmany(log, FIRST, SECOND, **options)

    log.getmany = getmany  # type: ignore[assignment, method-assign]
    await Archiver(Settings(), Archive(folder, files or Files()), ("events",), 900, notes.append).run(exit_at_end=True)
    return notes


async def test_events_are_in_files_by_day_with_their_offsets(log: FakeLog, tmp_path: Path) -> None:
    notes = await run(log, tmp_path)
    assert archived(tmp_path) == {
        "events/day=2025-08-02/events-0-0-2.parquet": "1 3",
        "events/day=2025-08-02/events-1-0-0.parquet": "4",
        "events/day=2025-08-03/events-0-0-2.parquet": "2",
    }
    assert "news.events-0: 3 events up to offset 2" in notes


async def test_restart_goes_on_behind_the_last_file(log: FakeLog, tmp_path: Path) -> None:
    await run(log, tmp_path)
    log_event(log, FIRST, 5, DAY_1)
    await run(log, tmp_path)
    assert archived(tmp_path)["events/day=2025-08-02/events-0-3-3.parquet"] == "5"
    assert " ".join(archived(tmp_path).values()).split() == ["1", "3", "5", "4", "2"]


@pytest.mark.parametrize("fail_at", [1, 2, 3])
async def test_interrupted_write_leaves_each_event_in_one_file(log: FakeLog, tmp_path: Path, fail_at: int) -> None:
    with pytest.raises(OSError, match="no space left"):
        await run(log, tmp_path, Files(fail_at))
    log_event(log, FIRST, 5, DAY_2)
    await run(log, tmp_path)
    assert sorted(" ".join(archived(tmp_path).values()).split()) == ["1", "2", "3", "4", "5"]
    assert leftovers(tmp_path) == []


async def test_events_deleted_before_they_were_archived_are_said(log: FakeLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await run(log, tmp_path)
    log_event(log, FIRST, 5, DAY_1)
    log_event(log, FIRST, 6, DAY_1)

    async def beginnings(_: FakeLog, partitions: Any) -> Any:
        return {each: 4 if each == FIRST else 0 for each in partitions}

    monkeypatch.setattr(FakeLog, "beginning_offsets", beginnings)
    assert "news.events-0: 1 offsets were deleted before they were archived" in await run(log, tmp_path)
    assert "5" not in " ".join(archived(tmp_path).values()).split()


def test_full_range_is_saved_while_others_wait(tmp_path: Path) -> None:
    archiver = Archiver(Settings(), Archive(tmp_path, Files()), ("events",), 900, lambda _: None)
    archiver._ranges = {FIRST: Range(5), SECOND: Range(0)}
    archiver._ranges[FIRST].next, archiver._ranges[FIRST].count = 9, module.MAX_ROWS
    archiver._save(lambda part: part.count >= module.MAX_ROWS)
    assert (archiver._ranges[FIRST].first, archiver._ranges[SECOND].first) == (9, 0)
    assert Archive(tmp_path, Files()).next_offset("events", 0) == 9


def test_folder_that_can_hold_no_file_is_said_before_reading(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(OSError, match="taken"):
        Archive(tmp_path / "taken", Files()).require_writable()


def test_row_has_every_column_and_copies_their_original() -> None:
    record: Any = SimpleNamespace(partition=3, offset=7, timestamp=1_754_136_000_000)
    row = row_of(EVENT | {"story": None}, record)
    assert list(row) == list(COLUMNS)
    assert (row["classes"], row["partition"], row["offset"]) == (row["regions"] + row["topics"], 3, 7)
    copy = read_event(orjson.dumps(COPY), is_copy=True)
    assert copy is not None
    assert row_of(copy, record)["copy_of"] == COPY["duplicate"]["of"]
    assert day_of(row | {"fetched_at": None}, record) == "2025-08-02"


def test_parquet_has_typed_columns_and_equal_rows_an_equal_file(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    from pyarrow.parquet import read_table

    from agents.client.parquet import write_parquet

    record: Any = SimpleNamespace(partition=3, offset=7, timestamp=1_754_136_000_000)
    rows = [row_of(EVENT, record), row_of(EVENT | {"source": EVENT["source"] | {"fetched_at": None}, "story": None}, record)]
    for name in ("a", "b"):
        write_parquet(tmp_path / name, rows)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    table = read_table(tmp_path / "a")
    assert table.column_names == list(COLUMNS)
    assert table["classes"].to_pylist()[0] == rows[0]["classes"]
    assert table["fetched_at"].to_pylist()[1] is None
    assert table["fetched_at"].to_pylist()[0].isoformat() == rows[0]["fetched_at"].replace("Z", "+00:00")
