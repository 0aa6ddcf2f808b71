"""Sending dumps with a fake producer: counts, refusals, order and rate."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from agents.client import send
from agents.client.send import SendCounts, send_dumps
from agents.errors import UserError
from agents.inputs.input_items import InputDump, InputItem, RefusedInput, SkippedInput
from agents.settings import Settings
from streams.dumps.decode import MAX_BODY_BYTES
from streams.records import Incoming


class FakeProducer:
    """Acknowledge every message but those with the given values."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.futures: list[asyncio.Future[object]] = []
        self.too_large: set[bytes] = set()
        self.failing: set[bytes] = set()
        self.unanswered: set[bytes] = set()

    async def send(self, topic: str, *, key: bytes | None, value: bytes, headers: list[Any]) -> "asyncio.Future[object]":
        if value in self.too_large:
            raise MessageSizeTooLargeError
        self.sent.append(value)
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self.futures.append(future)
        if value in self.failing:
            future.set_exception(OSError("disk full"))
        elif value not in self.unanswered:
            future.set_result(None)
        return future

    async def flush(self) -> None:
        await asyncio.sleep(30 if self.unanswered else 0)


@pytest.fixture
def producer(monkeypatch: pytest.MonkeyPatch) -> FakeProducer:
    fake = FakeProducer()

    @asynccontextmanager
    async def producing(_: Settings) -> AsyncIterator[FakeProducer]:
        yield fake

    async def present(*_: object) -> None: ...

    monkeypatch.setattr(send, "_producer", producing)
    monkeypatch.setattr(send, "require_topics", present)
    return fake


def dump(value: bytes) -> InputDump:
    return InputDump(name=value.decode(), incoming=Incoming(topic="news.dumps", key=None, value=value, headers=()), read_bytes=1)


async def sent(*items: InputItem, rate: float | None = None) -> tuple[SendCounts, list[InputItem]]:
    counts, done = SendCounts(), list[InputItem]()
    await send_dumps(Settings(), items, "news.dumps", counts, rate=rate, on_done=done.append)
    await asyncio.sleep(0)  # for the callbacks of the last acknowledgements
    return counts, done


async def test_every_item_is_counted_once(producer: FakeProducer) -> None:
    producer.too_large, producer.failing = {b"large"}, {b"fails"}
    skipped, refused = SkippedInput(name="i", reason="image"), RefusedInput(name="r", reason="no page")
    counts, done = await sent(dump(b"one"), skipped, dump(b"large"), refused, dump(b"fails"), dump(b"two"))
    assert (counts.submitted, counts.sent, counts.sent_bytes, counts.refused, counts.skipped) == (2, 2, 6, 3, {"image": 1})
    assert producer.sent == [b"one", b"fails", b"two"]
    assert sorted(item.name for item in done) == ["fails", "i", "large", "one", "r", "two"]
    reasons = {item.name: item.reason for item in done if isinstance(item, RefusedInput)}
    assert reasons["fails"] == "not acknowledged by Kafka: disk full"


async def test_rate_is_a_number_of_dumps_per_second(producer: FakeProducer, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    sleep = asyncio.sleep

    async def record_wait(seconds: float) -> None:
        waits.append(seconds)
        await sleep(0)

    monkeypatch.setattr("agents.client.send.time", SimpleNamespace(monotonic=lambda: 100.0))
    monkeypatch.setattr(asyncio, "sleep", record_wait)
    await send_dumps(Settings(), map(dump, (b"a", b"b", b"c")), "news.dumps", SendCounts(), rate=4, on_done=lambda _: None)
    assert [wait for wait in waits if wait != 1][:3] == [0.0, 0.25, 0.5]
    assert len(producer.sent) == 3


async def test_dumps_that_kafka_never_acknowledges_end_in_an_error(producer: FakeProducer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send, "STALL_S", 0.0)
    producer.unanswered = {b"two"}
    counts = SendCounts()
    with pytest.raises(UserError, match="has acknowledged no dump"):
        await send_dumps(Settings(), [dump(b"one"), dump(b"two")], "news.dumps", counts, on_done=lambda _: None)
    assert (counts.submitted, counts.sent) == (2, 1)


async def test_acknowledgement_of_an_earlier_dump_is_progress(producer: FakeProducer, monkeypatch: pytest.MonkeyPatch) -> None:
    now, counts = SimpleNamespace(monotonic=lambda: 10.0), SendCounts(acked_at=0.0)
    monkeypatch.setattr("agents.client.send.time", now)
    producer.unanswered = {b"one", b"two"}
    for value in (b"one", b"two"):
        await send._send(cast(AIOKafkaProducer, producer), dump(value), counts, lambda _: None)
    now.monotonic = lambda: 55.0
    producer.futures[0].set_result(None)
    await asyncio.sleep(0)
    assert (counts.sent, counts.acked_at) == (1, 55.0)


@pytest.mark.parametrize("extra", [pytest.param(0, id="at-the-limit"), pytest.param(1, id="above-the-limit")])
def test_plain_dump_is_sent_up_to_the_limit(extra: int) -> None:
    checked = send.fit_to_message(dump(b"x" * (MAX_BODY_BYTES + extra)))
    assert isinstance(checked, RefusedInput) == bool(extra)
