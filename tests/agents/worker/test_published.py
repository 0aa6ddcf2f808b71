"""The position of classify follows from the ids on its output topics, read backwards in chunks."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from agents.kafka.offset_ranges import LogRange
from agents.settings import Settings
from agents.worker import published
from agents.worker.published import CLOCK_MARGIN_MS, first_unpublished
from streams.messages.codec import encode_batches, encode_judged
from streams.records import Judged
from tests.streams.invented_texts import article, text

JUDGED, OTHER = TopicPartition("news.judged", 0), TopicPartition("news.judged", 1)
EVENTS, DUPLICATES = TopicPartition("news.events", 0), TopicPartition("news.duplicates", 0)
NOW_MS = 1_900_000_000_000


@dataclass
class FakeKafka:
    """Logs in memory, read as a consumer reads them; `read` counts the records read by topic."""

    logs: dict[TopicPartition, list[Any]] = field(default_factory=dict)
    positions: dict[TopicPartition, int] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)

    def add(self, partition: TopicPartition, value: bytes = b"", headers: tuple[tuple[str, bytes], ...] = (), at_ms: int = NOW_MS) -> None:
        log = self.logs.setdefault(partition, [])
        record = {"topic": partition.topic, "partition": partition.partition, "offset": len(log), "timestamp": at_ms}
        log.append(SimpleNamespace(**record, value=value, headers=headers))

    def judge(self, number: int, partition: TopicPartition = JUDGED, at_ms: int = NOW_MS) -> None:
        [value] = encode_batches([encode_judged(Judged(article=article(number, text(number)), duplicate=None))])
        self.add(partition, value, at_ms=at_ms)

    def publish(self, number: int, partition: TopicPartition = EVENTS, at_ms: int = NOW_MS) -> None:
        self.add(partition, headers=(("ce_id", article(number, text(number)).id.encode()),), at_ms=at_ms)

    def assign(self, partitions: Collection[TopicPartition]) -> None:
        self.positions = dict.fromkeys(partitions, 0)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.positions[partition] = offset

    async def position(self, partition: TopicPartition) -> int:
        return self.positions[partition]

    async def getmany(self, *partitions: TopicPartition, timeout_ms: int) -> dict[TopicPartition, list[Any]]:
        found = {partition: self.logs[partition][self.positions[partition] :] for partition in partitions}
        for partition, records in found.items():
            self.positions[partition] += len(records)
            self.read[partition.topic] = self.read.get(partition.topic, 0) + len(records)
        return found

    async def end_offsets(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        return {partition: len(self.logs.get(partition, [])) for partition in partitions}

    async def offsets_for_times(self, times: Mapping[TopicPartition, int]) -> dict[TopicPartition, Any]:
        return {
            partition: next((record for record in self.logs.get(partition, []) if record.timestamp >= at_ms), None)
            for partition, at_ms in times.items()
        }

    async def search(self, *partitions: TopicPartition) -> dict[TopicPartition, int]:
        logs = {partition: LogRange(0, len(self.logs[partition])) for partition in partitions or (JUDGED,)}
        return await first_unpublished(Settings(), logs, lambda: None)


@pytest.fixture
def kafka(monkeypatch: pytest.MonkeyPatch) -> FakeKafka:
    fake = FakeKafka()

    @asynccontextmanager
    async def connected(_: Settings) -> AsyncIterator[FakeKafka]:
        yield fake

    async def partitions_of(*_: object) -> dict[str, int]:
        return {EVENTS.topic: 1, DUPLICATES.topic: 1}

    for name, value in (("reader", connected), ("admin", connected), ("partitions_of", partitions_of)):
        monkeypatch.setattr(published, name, value)
    return fake


async def test_position_is_after_the_last_record_that_is_an_event_or_a_copy(kafka: FakeKafka) -> None:
    for number in range(5):
        kafka.judge(number)
    kafka.publish(0)
    kafka.publish(1, DUPLICATES)
    kafka.publish(2)
    assert await kafka.search() == {JUDGED: 3}


async def test_partition_of_which_nothing_is_published_begins_at_its_first_record(kafka: FakeKafka) -> None:
    kafka.judge(0)
    kafka.judge(7, OTHER)
    kafka.publish(7)
    assert await kafka.search(JUDGED, OTHER) == {JUDGED: 0, OTHER: 1}


@pytest.mark.parametrize("done", [0, 1, 4, 10])
async def test_chunks_are_searched_backwards_until_one_has_a_published_record(
    kafka: FakeKafka, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    monkeypatch.setattr(published, "CHUNK_OFFSETS", 3)
    for number in range(10):
        kafka.judge(number)
    for number in range(done):
        kafka.publish(number)
    assert await kafka.search() == {JUDGED: done}


async def test_events_from_before_the_chunk_are_not_read(kafka: FakeKafka) -> None:
    for number in range(50):
        kafka.publish(number, at_ms=NOW_MS - CLOCK_MARGIN_MS - 1)
    kafka.judge(60)
    kafka.judge(61)
    kafka.publish(60)
    assert await kafka.search() == {JUDGED: 1}
    assert kafka.read[EVENTS.topic] == 1


async def test_earlier_publication_of_an_id_is_that_of_an_earlier_record(kafka: FakeKafka) -> None:
    kafka.publish(1, at_ms=NOW_MS - 2 * CLOCK_MARGIN_MS)
    kafka.judge(0, at_ms=NOW_MS - 2 * CLOCK_MARGIN_MS)
    kafka.judge(1)
    assert await kafka.search() == {JUDGED: 0}


async def test_event_of_a_worker_with_a_slower_clock_counts(kafka: FakeKafka) -> None:
    kafka.judge(0)
    kafka.publish(0, at_ms=NOW_MS - CLOCK_MARGIN_MS)
    assert await kafka.search() == {JUDGED: 1}


async def test_record_that_cannot_be_decoded_is_passed_over(kafka: FakeKafka) -> None:
    kafka.judge(0)
    kafka.add(JUDGED, b"no batch")
    kafka.publish(0)
    assert await kafka.search() == {JUDGED: 1}
