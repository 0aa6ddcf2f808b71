"""The past waits for the present, and for a broker that can't say."""

from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from agents.settings import Settings
from agents.worker import backfill
from agents.worker.backfill import BackfillGate


async def test_gate_opens_when_few_articles_and_no_large_dump_wait_and_survives_a_broker_that_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers: list[Any] = [{"news.articles": 101}, KafkaConnectionError("away"), {"news.articles.large": 1}, {"news.articles": 100}]
    asked = []

    async def answer(*_: Any) -> Any:
        asked.append(gate.is_shut)
        given = answers.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    monkeypatch.setattr(backfill, "waiting_messages", answer)
    monkeypatch.setattr(backfill, "admin", _Admin)
    monkeypatch.setattr(backfill, "POLL_S", 0.01)
    gate = BackfillGate(Settings(backfill_lag=100))
    await gate.admitted()
    assert asked == [False, True, True, True]
    assert (answers, gate.is_shut) == ([], False)


class _Admin:
    def __init__(self, _: Settings) -> None: ...

    async def __aenter__(self) -> None: ...

    async def __aexit__(self, *_: object) -> None: ...
