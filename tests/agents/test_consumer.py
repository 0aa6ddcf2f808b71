"""Partitions are paused by the bytes that the agents hold, and go on when there is room."""

from aiokafka import TopicPartition
from faust.types import TP

from agents.consumer import Inflight

LIVE, BACKFILL = TopicPartition("news.dumps", 0), TopicPartition("news.dumps.backfill", 0)


class FakeConsumer:
    """Knows which partitions are paused, by Faust's type only, as the real one does."""

    def __init__(self) -> None:
        self.paused: set[TP] = set()

    def on_buffer_full(self, tp: TP) -> None:
        assert isinstance(tp, TP)
        self.paused.add(tp)

    def on_buffer_drop(self, tp: TP) -> None:
        assert isinstance(tp, TP)
        self.paused.discard(tp)


def test_partition_is_paused_above_the_limit_and_goes_on_at_half_of_it() -> None:
    consumer, inflight = FakeConsumer(), Inflight(1600, "news.dumps.backfill")
    for size in (400, 400):
        inflight.hold(LIVE, size, consumer)  # type: ignore[arg-type]
    assert not consumer.paused
    inflight.hold(LIVE, 1, consumer)  # type: ignore[arg-type]
    assert consumer.paused == {TP("news.dumps", 0)}
    inflight.release(LIVE, [400], consumer)  # type: ignore[arg-type]
    assert consumer.paused
    inflight.release(LIVE, [1], consumer)  # type: ignore[arg-type]
    assert (consumer.paused, inflight.held_bytes, inflight.messages[TP("news.dumps", 0)]) == (set(), 400, 1)


def test_waiting_dumps_of_the_past_never_pause_live_ones() -> None:
    consumer, inflight = FakeConsumer(), Inflight(1600, "news.dumps.backfill")
    inflight.hold(BACKFILL, 300, consumer)  # type: ignore[arg-type]
    inflight.hold(LIVE, 700, consumer)  # type: ignore[arg-type]
    assert consumer.paused == {TP("news.dumps.backfill", 0)}
    inflight.release(LIVE, [700], consumer)  # type: ignore[arg-type]
    assert consumer.paused == {TP("news.dumps.backfill", 0)}


def test_rebalance_forgets_what_was_held() -> None:
    consumer, inflight = FakeConsumer(), Inflight(1600, "news.dumps.backfill")
    inflight.hold(LIVE, 5000, consumer)  # type: ignore[arg-type]
    inflight.reset(consumer)  # type: ignore[arg-type]
    inflight.release(LIVE, [5000], consumer)  # type: ignore[arg-type]
    assert (consumer.paused, inflight.held_bytes) == (set(), 0)
