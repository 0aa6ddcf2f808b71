"""Replaying dead letters: which are sent, and in which transactions."""

from collections.abc import AsyncIterator, Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from agents.client import replay
from agents.client.replay import DeadLetter
from agents.settings import Settings
from streams.messages.dead_letters import LENGTH_HEADER, PARTITION_HEADER, REASON_HEADER, STAGE_HEADER, TOPIC_HEADER
from streams.records import Headers

PARTITIONS = {"news.dumps": 6}
OURS = {TOPIC_HEADER: "news.dumps", STAGE_HEADER: "split", REASON_HEADER: "empty"}


def letter(offset: int, reason: str = "bug", size: int = 1, topic: str = "news.dumps") -> DeadLetter:
    headers: Headers = ((REASON_HEADER, reason.encode()), (TOPIC_HEADER, topic.encode()))
    return DeadLetter(id=f"0-{offset}", time=0, key=None, value=b"x" * size, headers=headers)


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> list[DeadLetter]:
    letters = [letter(0), letter(1, "too-large"), letter(2, topic="other.dumps"), letter(3)]

    async def read(_: Settings) -> AsyncIterator[DeadLetter]:
        for each in letters:
            yield each

    async def replayed(_: Settings) -> set[str]:
        return {"0-0"}

    monkeypatch.setattr(replay, "read_dead_letters", read)
    monkeypatch.setattr(replay, "replayed_ids", replayed)
    return letters


async def batches(ids: tuple[str, ...] = (), reason: str | None = None, again: bool = False) -> tuple[list[list[str]], list[str]]:
    refused: list[str] = []
    found = replay._batches(
        Settings(), ids, reason, again=again, partitions=PARTITIONS, on_done=lambda one, why: refused.append(one.id) if why else None
    )
    return [[one.id for one, _ in batch] async for batch in found], refused


@pytest.mark.parametrize(
    ("ids", "reason", "again", "expected"),
    [
        pytest.param((), None, False, ["0-1", "0-3"], id="all-but-replayed-ones"),
        pytest.param((), None, True, ["0-0", "0-1", "0-3"], id="again"),
        pytest.param((), "bug", False, ["0-3"], id="reason"),
        pytest.param(("0-0", "0-1"), None, False, ["0-1"], id="ids"),
        pytest.param(("0-0", "0-1"), "bug", True, ["0-0"], id="ids-of-a-reason-again"),
    ],
)
async def test_selected_dead_letters_are_replayed(
    stored: list[DeadLetter], ids: tuple[str, ...], reason: str | None, again: bool, expected: list[str]
) -> None:
    sent, _ = await batches(ids, reason, again)
    assert sent == [expected]


async def test_dead_letter_of_another_project_is_refused_and_the_rest_sent(stored: list[DeadLetter]) -> None:
    assert (await batches())[1] == ["0-2"]


async def test_transactions_are_bounded_in_letters_and_bytes(stored: list[DeadLetter], monkeypatch: pytest.MonkeyPatch) -> None:
    stored[:] = [letter(offset) for offset in range(1, 6)]
    monkeypatch.setattr(replay, "MAX_TRANSACTION_LETTERS", 2)
    assert (await batches())[0] == [["0-1", "0-2"], ["0-3", "0-4"], ["0-5"]]
    stored[:] = [letter(1, size=5), letter(2, size=5), letter(3, size=1), letter(4, size=99)]
    monkeypatch.setattr(replay, "MAX_TRANSACTION_BYTES", 10)
    monkeypatch.setattr(replay, "MAX_TRANSACTION_LETTERS", 100)
    assert (await batches())[0] == [["0-1", "0-2"], ["0-3"], ["0-4"]]


def on_topic(monkeypatch: pytest.MonkeyPatch, records: Iterable[Any]) -> None:
    async def read_to_end(*_: Any) -> AsyncIterator[Any]:
        for record in records:
            yield record

    monkeypatch.setattr(replay, "read_to_end", read_to_end)


def record(offset: int, headers: dict[str, str], key: bytes | None = None) -> Any:
    encoded = [(name, text.encode()) for name, text in headers.items()]
    return SimpleNamespace(topic="news.x", partition=0, offset=offset, timestamp=-1, key=key, value=None, headers=encoded)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="none"),
        pytest.param({REASON_HEADER: "empty"}, id="only-a-reason"),
        pytest.param(OURS | {STAGE_HEADER: "x"}, id="no-stage"),
        pytest.param(OURS | {REASON_HEADER: "\x1b[2J"}, id="reason-of-other-characters"),
        pytest.param(OURS | {PARTITION_HEADER: "9" * 5000}, id="number-that-python-refuses"),
        pytest.param(OURS | {PARTITION_HEADER: "\u0661"}, id="digits-of-another-script"),
        pytest.param(OURS | {LENGTH_HEADER: "many"}, id="length-that-is-no-number"),
    ],
)
async def test_records_that_newsmill_did_not_write_are_no_dead_letters(
    headers: dict[str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    on_topic(monkeypatch, [record(0, headers), record(1, OURS | {PARTITION_HEADER: "5", LENGTH_HEADER: "9"})])
    assert [one.id async for one in replay.read_dead_letters(Settings())] == ["0-1"]
    assert caplog.messages == ["skipped records that newsmill did not write count=1, the last topic=news.x partition=0 offset=0"]


async def test_marks_that_newsmill_did_not_write_mark_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [None, b"", b"\xff", b"0-1", b"0-1\n", "\u0661-1".encode(), b"k" * 1_000_000, b"2-17"]
    on_topic(monkeypatch, [record(offset, {}, key) for offset, key in enumerate(keys)])
    assert await replay.replayed_ids(Settings()) == {"0-1", "2-17"}
