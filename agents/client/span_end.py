"""Where reading ends that is to end: at a time, or at the last record of the topics."""

import time
from collections.abc import Sequence

from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError

from agents.kafka.compat.decoder import Consumer


class SpanEnd:
    """The offsets at which a consumer stops. With neither a time nor `exit_at_end` it never does."""

    def __init__(self, consumer: Consumer, partitions: Sequence[TopicPartition], *, until: int | None, exit_at_end: bool) -> None:
        """Take all partitions that are read; `until` is in seconds since the epoch, by the timestamps of records."""
        self._consumer = consumer
        self._partitions = partitions
        self._until = until
        self._exit_at_end = exit_at_end
        self._offsets: dict[TopicPartition, int] | None = None

    def is_beyond(self, partition: TopicPartition, offset: int) -> bool:
        """Return whether a record lies behind the end."""
        return self._offsets is not None and offset >= self._offsets[partition]

    async def is_reached(self) -> bool:
        """Return whether all assigned partitions are read to their ends, which are looked up once they exist."""
        if self._offsets is None and (self._exit_at_end or (self._until is not None and self._until <= time.time())):
            self._offsets = await self._find()
        if self._offsets is None:
            return False
        try:
            return all([await self._consumer.position(each) >= self._offsets[each] for each in self._consumer.assignment()])
        except IllegalStateError:  # revoked meanwhile
            return False

    async def _find(self) -> dict[TopicPartition, int]:
        ends = await self._consumer.end_offsets(self._partitions)
        if self._until is None:
            return ends
        found = await self._consumer.offsets_for_times(dict.fromkeys(self._partitions, self._until * 1000))
        return {partition: end if (first := found[partition]) is None else first.offset for partition, end in ends.items()}
