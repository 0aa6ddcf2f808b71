"""Seek the partitions of a subscriber to the positions at which it starts."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import Any, Literal

from aiokafka import ConsumerRebalanceListener, TopicPartition

from agents.client.story_memory import GroupMemory
from agents.kafka.compat.decoder import Consumer
from agents.kafka.read_topic import find_start

Start = int | Literal["beginning", "now"]


class StartPositions(ConsumerRebalanceListener):
    """Seek each assigned partition to its start position, and commit that, since the group may stop before it reads anything."""

    def __init__(
        self,
        consumer: Consumer,
        start: Start,
        *,
        is_group: bool,
        on_ready: Callable[[], None],
        on_gap: Callable[[int], None],
        memory: GroupMemory | None,
    ) -> None:
        """Start at `start`, a group only where it has no committed offset; the rest as of `receive_events`.

        `memory` is restored after each assignment.
        """
        self._consumer = consumer
        self._on_gap = on_gap
        self._start = start
        self._is_group = is_group
        self._on_ready: Callable[[], None] | None = on_ready
        self._memory = memory
        self._assigning = asyncio.Lock()
        self._failure: Exception | None = None
        self.has_assigned = False

    async def settled(self) -> None:
        """Return once the partitions assigned last have their positions: a consumer fetches while it still waits for its listener.

        Raises:
            Exception: finding the positions failed, which aiokafka only logs.
        """
        async with self._assigning:
            if self._failure is not None:
                raise self._failure

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Do nothing: offsets are committed after each batch."""

    async def on_partitions_assigned(self, assigned: Any) -> None:
        """Seek in the partitions without a committed offset of the group."""
        async with self._assigning:
            try:
                await self._seek(assigned)
            except Exception as error:
                self._failure = error
                raise
        self.has_assigned = True
        if self._on_ready is not None:
            self._on_ready()
            self._on_ready = None

    async def _seek(self, assigned: Collection[TopicPartition]) -> None:
        new = [partition for partition in assigned if not self._is_group or await self._consumer.committed(partition) is None]
        starts = await self._starts(new)
        for partition, offset in starts.items():
            self._consumer.seek(partition, offset)
        if self._memory is not None:
            await self._memory.restore(assigned, starts)
        if self._is_group and starts:
            await self._consumer.commit(self._memory.with_notes(starts) if self._memory else starts)

    async def _starts(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        if not partitions:
            return {}
        if self._start == "beginning":
            return await self._consumer.beginning_offsets(partitions)
        if self._start == "now":
            return await self._consumer.end_offsets(partitions)
        start = await find_start(self._consumer, partitions, self._start * 1000)
        if start.complete_since_ms is not None:
            self._on_gap(start.complete_since_ms // 1000)
        return start.offsets
