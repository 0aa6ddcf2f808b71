"""Begin at an offset that loses nothing and publishes nothing twice where a committed offset is outside the log or missing.

- Before the first record: Kafka deleted records that were not processed. Count them, and go on at the first record.
- Beyond the end: Kafka lost acknowledged records, and may have written others at their offsets since. The committed offset says nothing.
- Missing: the group was deleted, or its offsets have expired.
The last two have one remedy. Split and deduplicate begin at the first record, as the copy index recognizes what was published before.
Classify has no memory: its position follows from the ids on its output topics (`agents/worker/published.py`).
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata
from faust.types import TP

from agents.kafka.compat.retry import retry
from agents.kafka.consumer import BoundedConsumer
from agents.kafka.offset_ranges import LogRange, Mismatch, mismatch
from agents.settings import Settings
from agents.worker.group import Group
from agents.worker.metrics import Metrics
from agents.worker.owned import PartitionBatch
from agents.worker.publish import Publisher
from agents.worker.published import first_unpublished
from streams.output import Output
from streams.topics import TopicName

log = logging.getLogger(__name__)

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

    def __init__(self, settings: Settings, group: Group, publisher: Publisher, metrics: Metrics) -> None:
        """Read the committed offsets of `group`, and commit by `publisher`."""
        self._settings = settings
        self._group = group
        self._publisher = publisher
        self._metrics = metrics
        # Offsets below are counted already: a rebalance may come between a count and the commit.
        self._counted: dict[TopicPartition, int] = {}

    async def take_over(self, assigned: Sequence[TopicPartition], on_progress: Callable[[], None]) -> tuple[Offsets, Logs]:
        """Return the offsets to begin at, which are committed (-1 for none), and the logs of the assigned partitions.

        Args:
            assigned: the partitions, which are fenced.
            on_progress: called while a search takes long.
        """
        if not assigned:
            return {}, {}
        committed = await self._group.settled_offsets(assigned, self._publisher.end_hanging)
        logs = await retry("serve the ends of partitions", partial(self._group.logs, assigned))
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
        return await self._group.settled_offsets(list(committed), self._publisher.end_hanging)

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


async def _nothing() -> Output:
    return Output()


def _names(partitions: Iterable[TopicPartition]) -> str:
    return ",".join(map(_name, sorted(partitions))) or "none"


def _name(partition: TopicPartition) -> str:
    return f"{partition.topic}-{partition.partition}"
