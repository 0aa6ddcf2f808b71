"""Replaying dead letters: which are sent, and in which transactions."""

from collections.abc import AsyncIterator

import pytest

from agents.client import replay
from agents.client.replay import DeadLetter
from agents.settings import Settings
from streams.messages.dead_letters import REASON_HEADER, TOPIC_HEADER
from streams.records import Headers


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
    found = replay._batches(Settings(), ids, reason, again, lambda one, why: refused.append(one.id) if why else None)
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
