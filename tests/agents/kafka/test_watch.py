"""Whether Kafka answers: by time, so that a poll that hangs counts as no answer."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from agents.kafka import watch
from agents.kafka.watch import ANSWER_S, KafkaWatch


class FakeClient:
    """Answers, raises, or hangs, as `behaviour` says at the time."""

    behaviour = "answers"
    opened = closed = 0

    def __init__(self, **_: Any) -> None:
        FakeClient.opened += 1

    async def bootstrap(self) -> None:
        await self.fetch_all_metadata()

    async def fetch_all_metadata(self) -> None:
        if FakeClient.behaviour == "raises":
            raise KafkaConnectionError("away")
        if FakeClient.behaviour == "hangs":
            await asyncio.Event().wait()

    async def close(self) -> None:
        FakeClient.closed += 1


@pytest.fixture
async def watched(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[KafkaWatch, list[float]]]:
    """A watch that runs, and its clock."""
    monkeypatch.setattr(watch, "AIOKafkaClient", FakeClient)
    monkeypatch.setattr(watch, "POLL_S", 0.001)
    FakeClient.behaviour, FakeClient.opened, FakeClient.closed = "answers", 0, 0
    now = [0.0]
    kafka = KafkaWatch({}, clock=lambda: now[0])
    running = asyncio.ensure_future(kafka.run())
    yield kafka, now
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert FakeClient.closed == FakeClient.opened


@pytest.mark.parametrize("failure", ["raises", "hangs"])
async def test_kafka_is_unreachable_once_no_broker_has_answered_for_a_while(watched: tuple[KafkaWatch, list[float]], failure: str) -> None:
    kafka, now = watched
    await asyncio.sleep(0.02)
    assert kafka.is_reachable
    FakeClient.behaviour = failure
    await asyncio.sleep(0.02)
    now[0] = ANSWER_S
    assert kafka.is_reachable
    now[0] = ANSWER_S + 1
    assert not kafka.is_reachable


async def test_kafka_is_reachable_again_over_a_new_connection(watched: tuple[KafkaWatch, list[float]]) -> None:
    kafka, now = watched
    FakeClient.behaviour, now[0] = "raises", ANSWER_S + 1
    await asyncio.sleep(0.02)
    assert not kafka.is_reachable
    FakeClient.behaviour = "answers"
    await asyncio.sleep(0.02)
    assert kafka.is_reachable
    assert FakeClient.opened > 1
