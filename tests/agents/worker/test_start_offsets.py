"""The offset at which a worker begins where the committed one cannot be used, what it counts, and that it does so once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.structs import OffsetAndMetadata
from faust.types import TP

from agents.kafka.compat.transactions import Member
from agents.kafka.offset_ranges import LogRange
from agents.settings import Settings
from agents.worker import start_offsets
from agents.worker.metrics import Metrics
from agents.worker.owned import OwnedPartition, PartitionBatch
from agents.worker.start_offsets import LogTruncated, StartOffsets
from streams.output import Output

DUMPS, JUDGED = TopicPartition("news.dumps", 0), TopicPartition("news.judged", 3)


class FakePublisher:
    """Commits at once, unless it is fenced."""

    def __init__(self) -> None:
        self.owned = {partition: OwnedPartition(cast(AIOKafkaProducer, None), member=Member("worker", 1)) for partition in (DUMPS, JUDGED)}
        self.end_hanging = None
        self.committed: dict[TopicPartition, int] = {}
        self.is_fenced = False

    async def publish(self, parts: Sequence[PartitionBatch], work: Callable[[], Awaitable[Output]]) -> Output | None:
        if self.is_fenced:
            return None
        self.committed |= {part.partition: part.next_offset for part in parts}
        return await work()


class TakeOver:
    """Take-overs of one worker; classify has published the records of `news.judged` before `published`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.publisher, self.metrics, self.published = FakePublisher(), Metrics(), 0
        publisher: Any = self.publisher
        group: Any = SimpleNamespace(settled_offsets=self._settled)
        self.offsets = StartOffsets(Settings(), group, publisher, self.metrics)

        async def first_unpublished(_: Settings, logs: Mapping[TopicPartition, LogRange], __: object) -> dict[TopicPartition, int]:
            return dict.fromkeys(logs, self.published)

        monkeypatch.setattr(start_offsets, "first_unpublished", first_unpublished)

    async def _settled(self, *_: object) -> dict[TopicPartition, OffsetAndMetadata]:
        return {partition: OffsetAndMetadata(offset, "") for partition, offset in self.publisher.committed.items()}

    async def run(self, partition: TopicPartition, committed: int, first: int, end: int) -> int:
        """Return the offset that is committed in the end."""
        before = {partition: OffsetAndMetadata(committed, "")}
        found = await self.offsets._correct(before, {partition: LogRange(first, end)}, lambda: None)
        return found[partition].offset

    async def reset(self, position: int, first: int, *, is_running: bool = True) -> None:
        async def earliest_offsets(*partitions: TP) -> dict[TP, int]:
            return dict.fromkeys(partitions, first)

        consumer: Any = SimpleNamespace(earliest_offsets=earliest_offsets)
        await self.offsets.on_position_reset(consumer, DUMPS, position, is_running=is_running)

    def lost(self, partition: TopicPartition) -> float:
        return self._value("news_records_lost_total", partition)

    def resets(self, partition: TopicPartition, cause: str) -> float:
        return self._value("news_offsets_reset_total", partition, cause=cause)

    def _value(self, name: str, partition: TopicPartition, **labels: str) -> float:
        labels |= {"topic": partition.topic, "partition": str(partition.partition)}
        return self.metrics.registry.get_sample_value(name, labels) or 0


@pytest.fixture
def take_over(monkeypatch: pytest.MonkeyPatch) -> TakeOver:
    return TakeOver(monkeypatch)


async def test_offset_within_the_log_is_kept_and_nothing_is_committed(take_over: TakeOver) -> None:
    assert await take_over.run(DUMPS, committed=7, first=5, end=9) == 7
    assert take_over.publisher.committed == {}


async def test_deleted_records_are_counted_and_processing_begins_at_the_first_one(take_over: TakeOver) -> None:
    assert await take_over.run(JUDGED, committed=40, first=600, end=780) == 600
    assert take_over.lost(JUDGED) == 560


async def test_deleted_records_are_counted_once_though_a_rebalance_repeats_the_take_over(take_over: TakeOver) -> None:
    for _ in range(2):
        await take_over.run(JUDGED, committed=40, first=600, end=780)
    await take_over.run(JUDGED, committed=40, first=610, end=780)
    assert take_over.lost(JUDGED) == 570


async def test_nothing_is_counted_where_the_correction_is_not_committed(take_over: TakeOver) -> None:
    take_over.publisher.is_fenced = True
    assert await take_over.run(JUDGED, committed=40, first=600, end=780) == 40
    assert take_over.lost(JUDGED) == 0


async def test_dumps_beyond_the_end_are_processed_again_from_the_first(take_over: TakeOver) -> None:
    assert await take_over.run(DUMPS, committed=50, first=3, end=40) == 3
    assert take_over.resets(DUMPS, "beyond-end") == 1


@pytest.mark.parametrize(("committed", "cause"), [(50, "beyond-end"), (-1, "missing")])
async def test_classify_begins_after_the_last_record_that_is_published(take_over: TakeOver, committed: int, cause: str) -> None:
    take_over.published = 31
    assert await take_over.run(JUDGED, committed, first=3, end=40) == 31
    assert take_over.resets(JUDGED, cause) == 1


@pytest.mark.parametrize("partition", [DUMPS, JUDGED])
async def test_first_take_over_of_a_partition_is_no_reset(take_over: TakeOver, partition: TopicPartition) -> None:
    assert await take_over.run(partition, committed=-1, first=0, end=40) == -1
    assert take_over.resets(partition, "missing") == 0


async def test_records_deleted_in_front_of_a_running_worker_are_counted_once(take_over: TakeOver) -> None:
    await take_over.reset(position=10, first=25)
    await take_over.reset(position=10, first=25)
    await take_over.reset(position=25, first=30)
    assert take_over.lost(DUMPS) == 20


async def test_log_that_ends_before_the_position_of_a_running_worker_ends_the_worker(take_over: TakeOver) -> None:
    with pytest.raises(LogTruncated, match=r"news\.dumps-0 ends before offset 10"):
        await take_over.reset(position=10, first=0)


async def test_log_that_ends_before_the_position_is_left_to_a_take_over_that_runs(take_over: TakeOver) -> None:
    await take_over.reset(position=10, first=0, is_running=False)
    assert take_over.lost(DUMPS) == 0
