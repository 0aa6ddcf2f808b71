"""Begin at an offset that loses nothing and publishes nothing twice where a committed offset is outside the log or missing.

- Before the first record: Kafka deleted records that were not processed. Count them, and go on at the first record.
- Beyond the end: Kafka lost acknowledged records, and may have written others at their offsets since. The committed offset says nothing.
- Missing: the group was deleted, or its offsets have expired.
The last two have one remedy. Split and deduplicate begin at the first record, as the copy index recognizes what was published before.
Classify has no memory: its position follows from the ids on its output topics (`agents/worker/published.py`).
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata
from faust.types import TP

from agents.kafka.connect import admin
from agents.kafka.consumer import BoundedConsumer
from agents.kafka.group_offsets import are_stable, stable_offsets
from agents.kafka.hanging_transactions import open_transactions
from agents.kafka.offset_ranges import LogRange, Mismatch, mismatch
from agents.kafka.topics import partitions_of
from agents.settings import Settings
from agents.worker.metrics import Metrics
from agents.worker.publish import PartitionBatch, Publisher
from agents.worker.published import first_unpublished
from streams.pipeline import Output
from streams.topics import TopicName

log = logging.getLogger(__name__)

# A transaction of a live worker ends within this time, and so does one that another worker has just fenced.
TRANSACTION_S = 0.5

Offsets = Mapping[TopicPartition, OffsetAndMetadata]
Logs = Mapping[TopicPartition, LogRange]


class LogTruncated(Exception):
    """A partition ends before the position of its consumer."""


@dataclass(frozen=True, slots=True)
class Correction:
    """The offset to begin at in a partition instead of the committed one, and why."""

    cause: Mismatch
    committed: int
    start: int


class StartOffsets:
    """Corrects the committed offsets of assigned partitions, and reports what Kafka deleted or lost."""

    def __init__(self, settings: Settings, options: dict[str, Any], publisher: Publisher, metrics: Metrics, limit_s: float) -> None:
        """Connect with the `options` of aiokafka's clients, commit by `publisher`, and wait at most `limit_s` for open transactions."""
        self._settings = settings
        self._options = options
        self._publisher = publisher
        self._metrics = metrics
        self._limit_s = limit_s
        # Offsets below are counted already: a rebalance may come between a count and the commit.
        self._counted: dict[TopicPartition, int] = {}

    async def take_over(
        self, consumer: BoundedConsumer, assigned: Sequence[TopicPartition], on_progress: Callable[[], None]
    ) -> tuple[Offsets, Logs]:
        """Return the offsets to begin at, which are committed (-1 for none), and the logs of the assigned partitions.

        Args:
            consumer: has the partitions.
            assigned: the partitions, which are fenced.
            on_progress: called while a search takes long.
        """
        if not assigned:
            return {}, {}
        committed = await self._settled_offsets(assigned)
        logs = await _logs(consumer, assigned)
        self._show(assigned)
        return await self._correct(committed, logs, on_progress), logs

    async def on_position_reset(self, consumer: BoundedConsumer, partition: TopicPartition, position: int, *, is_running: bool) -> None:
        """Count what Kafka deleted at the position of a consumer.

        Raises:
            LogTruncated: the log of a running consumer ends before its position. Faust would drop records until the log is longer; a
                take-over corrects the offset.
        """
        first = (await consumer.earliest_offsets(TP(*partition)))[TP(*partition)]
        if first > position:
            self._count_lost(partition, position, first)
        elif is_running:
            raise LogTruncated(
                f"{_name(partition)} ends before offset {position}, which is next to process: Kafka lost acknowledged records, or the "
                "topic was created again (docs/operations.md, Offsets outside the log)"
            )

    async def _settled_offsets(self, assigned: Sequence[TopicPartition]) -> Offsets:
        """Return the committed offsets of these partitions once no transaction of an earlier owner is open on them."""
        group = self._settings.prefix
        async with admin(self._settings) as client:
            topics = await partitions_of(client, self._settings)
            inputs = {self._settings.topic(TopicName.DUMPS), self._settings.topic(TopicName.BACKFILL)}
            written = [TopicPartition(topic, number) for topic, count in topics.items() if topic not in inputs for number in range(count)]
            open_before = await open_transactions(self._options, written)
            if open_before or not await are_stable(client, group, assigned):
                await asyncio.sleep(TRANSACTION_S)
                open_after = await open_transactions(self._options, open_before)
                hanging = {partition for partition, offset in open_before.items() if open_after.get(partition) == offset}
                if hanging or not await are_stable(client, group, assigned):
                    log.warning("hanging transactions of earlier owners: aborting them partitions=%s", _names(hanging))
                    await self._publisher.abort_hanging(hanging, self._limit_s)
            return await stable_offsets(client, group, assigned, limit_s=self._limit_s)

    async def _correct(self, committed: Offsets, logs: Logs, on_progress: Callable[[], None]) -> Offsets:
        """Commit the right offsets of partitions whose committed ones cannot be used; return all committed offsets."""
        corrections = await self._corrections(committed, logs, on_progress)
        owned = self._publisher.owned
        parts = [
            PartitionBatch(partition, owned[partition], correction.start)
            for partition, correction in corrections.items()
            if partition in owned
        ]
        if not parts or await self._publisher.publish(parts, _nothing) is None:
            return committed
        for partition, correction in corrections.items():
            self._report(partition, correction, logs[partition])
        async with admin(self._settings) as client:
            return await stable_offsets(client, self._settings.prefix, committed, self._limit_s)

    async def _corrections(self, committed: Offsets, logs: Logs, on_progress: Callable[[], None]) -> dict[TopicPartition, Correction]:
        found = {partition: mismatch(offset.offset, logs[partition]) for partition, offset in committed.items()}
        judged = self._settings.topic(TopicName.JUDGED)
        sought = {
            partition: logs[partition]
            for partition, cause in found.items()
            if partition.topic == judged and cause in (Mismatch.BEYOND_END, Mismatch.MISSING)
        }
        starts = {partition: logs[partition].first for partition in found}
        if sought:
            log.info("searching for the last published record partitions=%s", _names(sought))
            starts |= await first_unpublished(self._settings, sought, on_progress)
        return {
            partition: Correction(cause, committed[partition].offset, starts[partition])
            for partition, cause in found.items()
            # Without a committed offset processing begins at 0 anyway.
            if cause is not None and (cause is not Mismatch.MISSING or starts[partition])
        }

    def _report(self, partition: TopicPartition, correction: Correction, logged: LogRange) -> None:
        if correction.cause is Mismatch.DELETED:
            self._count_lost(partition, correction.committed, correction.start)
            return
        self._counted.pop(partition, None)
        self._metrics.count_reset(partition, correction.cause)
        log.error(
            "committed offset not usable cause=%s topic=%s partition=%s committed=%s first=%s end=%s: beginning at %s",
            *(correction.cause, *partition, correction.committed, logged.first, logged.end, correction.start),
        )

    def _count_lost(self, partition: TopicPartition, begin: int, first: int) -> None:
        begin = max(begin, self._counted.get(partition, 0))
        if begin < first:
            self._counted[partition] = first
            self._metrics.count_lost(partition, first - begin)
            log.error("records deleted before they were processed topic=%s partition=%s from=%s to=%s", *partition, begin, first)

    def _show(self, partitions: Iterable[TopicPartition]) -> None:
        """Show the counts of these partitions at 0: the first of a kind would be no increase otherwise."""
        for partition in partitions:
            self._metrics.count_lost(partition, 0)
            for cause in (Mismatch.BEYOND_END, Mismatch.MISSING):
                self._metrics.count_reset(partition, cause, 0)


async def _logs(consumer: BoundedConsumer, partitions: Iterable[TopicPartition]) -> Logs:
    owned = [TP(*partition) for partition in partitions]
    first, ends = await consumer.earliest_offsets(*owned), await consumer.highwaters(*owned)
    return {TopicPartition(*partition): LogRange(first[partition], ends[partition]) for partition in owned}


async def _nothing() -> Output:
    return Output()


def _names(partitions: Iterable[TopicPartition]) -> str:
    return ",".join(map(_name, sorted(partitions))) or "none"


def _name(partition: TopicPartition) -> str:
    return f"{partition.topic}-{partition.partition}"
