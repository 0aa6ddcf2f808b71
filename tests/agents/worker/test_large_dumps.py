"""Batches of a large dump pass one after another, and never because Kafka is away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError

from agents.kafka import lag
from agents.settings import Settings
from agents.worker import large_dumps
from agents.worker.large_dumps import LargeDumpGate

ARTICLES, JUDGED = TopicPartition("news.articles", 2), TopicPartition("news.judged", 2)


class FakeKafka:
    """Logs that begin at 0, the last offset of each a transaction marker; committed offsets of the group."""

    def __init__(self, ends: dict[TopicPartition, int]) -> None:
        self.ends, self.committed = ends, dict.fromkeys(ends, 0)
        self.is_away = False

    @asynccontextmanager
    async def admin(self, _: Settings) -> AsyncIterator[None]:
        if self.is_away:
            raise KafkaConnectionError("away")
        yield

    @asynccontextmanager
    async def reader(self, _: Settings, **__: Any) -> AsyncIterator["FakeKafka"]:
        yield self

    async def beginning_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, 0)

    async def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return {partition: self.ends[partition] for partition in partitions}

    async def offsets(self, *_: Any) -> dict[TopicPartition, Any]:
        return {partition: SimpleNamespace(offset=offset) for partition, offset in self.committed.items()}

    async def non_empty(self, _: Any, starts: dict[TopicPartition, int], ends: dict[TopicPartition, int]) -> set[TopicPartition]:
        return {partition for partition, start in starts.items() if start < ends[partition] - 1}


@pytest.fixture
def kafka(monkeypatch: pytest.MonkeyPatch) -> FakeKafka:
    fake = FakeKafka({ARTICLES: 4, JUDGED: 7})
    monkeypatch.setattr(large_dumps, "admin", fake.admin)
    monkeypatch.setattr(large_dumps, "RETRY_S", 0.01)
    monkeypatch.setattr(lag, "reader", fake.reader)
    monkeypatch.setattr(lag, "committed_offsets", fake.offsets)
    monkeypatch.setattr(lag, "_non_empty", fake.non_empty)
    monkeypatch.setattr(lag, "LAG_POLL_S", 0.001)
    return fake


async def _is_done(admitted: "asyncio.Task[None]") -> bool:
    await asyncio.sleep(0.05)
    return admitted.done()


async def test_a_batch_waits_until_both_later_stages_have_passed_what_was_there(kafka: FakeKafka) -> None:
    gate = LargeDumpGate(Settings())
    admitted = asyncio.create_task(gate.admitted(2))
    assert (await _is_done(admitted), gate.is_shut) == (False, True)
    kafka.committed[ARTICLES] = 3
    assert not await _is_done(admitted)
    kafka.ends[JUDGED] = 99  # arrived later: others pass a large dump
    kafka.committed[JUDGED] = 6
    assert (await _is_done(admitted), gate.is_shut) == (True, False)


async def test_a_batch_passes_after_a_limit_whatever_waits_before_it(kafka: FakeKafka, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_dumps, "MAX_WAIT_S", 0.01)
    await asyncio.wait_for(LargeDumpGate(Settings()).admitted(2), 5)
    assert kafka.committed == {ARTICLES: 0, JUDGED: 0}


async def test_nothing_passes_while_kafka_is_away(kafka: FakeKafka) -> None:
    kafka.committed, kafka.is_away = dict(kafka.ends), True
    admitted = asyncio.create_task(LargeDumpGate(Settings()).admitted(2))
    assert not await _is_done(admitted)
    kafka.is_away = False
    assert await _is_done(admitted)


async def test_a_defect_of_the_gate_lets_batches_pass(kafka: FakeKafka, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: Any) -> None:
        raise KeyError("news.articles-2")

    monkeypatch.setattr(large_dumps, "wait_until_passed", fail)
    gate = LargeDumpGate(Settings())
    await asyncio.wait_for(gate.admitted(2), 5)
    assert not gate.is_shut


async def test_a_backlog_is_not_read_to_see_that_it_is_one(kafka: FakeKafka, monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(*_: Any) -> None:
        raise AssertionError("read")

    kafka.ends[ARTICLES] = 99
    monkeypatch.setattr(lag, "_non_empty", read)
    admitted = asyncio.create_task(LargeDumpGate(Settings()).admitted(2))
    assert not await _is_done(admitted)
    admitted.cancel()
