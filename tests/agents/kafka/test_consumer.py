"""Partitions are paused while the agents hold too many bytes, and resumed when there is room."""

from collections.abc import Mapping

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError
from faust.types import TP

from agents.kafka.consumer import BoundedConsumer, Inflight

LIVE, BACKFILL = TopicPartition("news.dumps", 0), TopicPartition("news.dumps.backfill", 0)
LARGE = TopicPartition("news.articles.large", 0)


class FakeConsumer:
    """Records the paused partitions; takes Faust's type only, as the real consumer does."""

    def __init__(self) -> None:
        self.paused: set[TP] = set()

    def on_buffer_full(self, tp: TP) -> None:
        assert isinstance(tp, TP)
        self.paused.add(tp)

    def on_buffer_drop(self, tp: TP) -> None:
        assert isinstance(tp, TP)
        self.paused.discard(tp)


def test_partition_is_paused_above_the_limit_and_resumed_at_half_of_it() -> None:
    consumer, inflight = FakeConsumer(), Inflight(1600, "news")
    for size in (400, 400):
        inflight.acquire(LIVE, size, consumer)  # type: ignore[arg-type]
    assert not consumer.paused
    inflight.acquire(LIVE, 1, consumer)  # type: ignore[arg-type]
    assert consumer.paused == {TP("news.dumps", 0)}
    inflight.release(LIVE, [400], consumer)  # type: ignore[arg-type]
    assert consumer.paused
    inflight.release(LIVE, [1], consumer)  # type: ignore[arg-type]
    assert (consumer.paused, inflight.total_bytes, inflight.messages[TP("news.dumps", 0)]) == (set(), 400, 1)


def test_waiting_backfills_never_pause_live_dumps() -> None:
    consumer, inflight = FakeConsumer(), Inflight(1600, "news")
    inflight.acquire(BACKFILL, 300, consumer)  # type: ignore[arg-type]
    inflight.acquire(LIVE, 700, consumer)  # type: ignore[arg-type]
    assert consumer.paused == {TP("news.dumps.backfill", 0)}
    inflight.release(LIVE, [700], consumer)  # type: ignore[arg-type]
    assert consumer.paused == {TP("news.dumps.backfill", 0)}


def test_waiting_articles_of_large_dumps_pause_neither_live_dumps_nor_backfills() -> None:
    consumer, inflight = FakeConsumer(), Inflight(1600, "news")
    inflight.acquire(LARGE, 300, consumer)  # type: ignore[arg-type]
    assert consumer.paused == {TP("news.articles.large", 0)}
    assert not inflight.has_room(LARGE, 0)
    assert inflight.has_room(LIVE, 400)
    assert inflight.has_room(BACKFILL, 100)


def test_rebalance_resets_the_bytes_and_resumes_all_partitions() -> None:
    consumer, inflight = FakeConsumer(), Inflight(1600, "news")
    inflight.acquire(LIVE, 5000, consumer)  # type: ignore[arg-type]
    inflight.reset(consumer)  # type: ignore[arg-type]
    inflight.release(LIVE, [5000], consumer)  # type: ignore[arg-type]
    assert (consumer.paused, inflight.total_bytes) == (set(), 0)


class SeekingConsumer(BoundedConsumer):
    """Has a partition with a committed offset and two without; records its seeks."""

    def __init__(self) -> None:
        self.sought: dict[TP, int] = {}
        self.is_assigned = True
        self.committed: dict[TP, int | None] = {TP("news.dumps", 0): 7, TP("news.dumps", 1): None, TP("news.dumps", 2): 0}

    async def committed_offsets(self) -> dict[TP, int | None]:
        return self.committed

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        if not self.is_assigned:
            raise IllegalStateError
        self.sought.update(partitions)


@pytest.fixture
def consumer() -> SeekingConsumer:
    return SeekingConsumer()


async def test_seek_to_committed_goes_to_the_first_message_without_a_committed_offset(consumer: SeekingConsumer) -> None:
    assert await consumer.seek_to_committed() == consumer.committed
    assert consumer.sought == {TP("news.dumps", 0): 7, TP("news.dumps", 1): 0, TP("news.dumps", 2): 0}


async def test_a_consumer_without_partitions_seeks_nowhere(consumer: SeekingConsumer) -> None:
    consumer.committed = {}
    assert await consumer.seek_to_committed() == {}
    assert consumer.sought == {}


async def test_seek_in_a_revoked_partition_is_left_to_the_next_rebalance(consumer: SeekingConsumer) -> None:
    consumer.is_assigned = False
    assert len(await consumer.seek_to_committed()) == 3
