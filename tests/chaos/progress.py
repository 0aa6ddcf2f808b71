"""How far the workers' group has committed, partition by partition, looked at all the time."""

import asyncio
import time
from collections.abc import Callable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from agents.errors import NotReachable
from agents.kafka.connect import admin, client_options, stop_within
from agents.settings import Settings
from streams.topics import TopicName

POLL_S = 0.2
ASK_LIMIT_S = 5.0
LAST_MARKER = 1
"""Offsets between the last record of a transactional log and its end."""


class Progress:
    """The group's committed offsets, and which partitions have work: those that ever moved while somebody watched."""

    def __init__(self, reachable: Callable[[], Settings]) -> None:
        """Prepare to watch the group of these settings, whose brokers are asked for each time: frozen ones would hold up the answer."""
        self._reachable = reachable
        self.committed: dict[TopicPartition, int] = {}
        self._with_work: set[TopicPartition] = set()
        self._answers = 0

    async def watch(self) -> None:
        """Ask for ever; a broker that is away is asked again."""
        while True:
            try:
                offsets = await asyncio.wait_for(self._ask(), ASK_LIMIT_S)
            except (KafkaError, NotReachable, OSError, TimeoutError):
                offsets = {}
            self._with_work |= {partition for partition, offset in offsets.items() if 0 <= self.committed.get(partition, -1) < offset}
            self.committed |= offsets
            self._answers += bool(offsets)
            await asyncio.sleep(POLL_S)

    async def begun(self, partitions: int) -> None:
        """Return when so many partitions have moved."""
        while len(self._with_work) < partitions:  # noqa: ASYNC110 - the broker knows when, and tells nobody
            await asyncio.sleep(POLL_S)

    async def everywhere(self, limit_s: float) -> list[TopicPartition]:
        """Return when every partition with work has moved on from where it is now, or those that have not within `limit_s`.

        Those behind the first stage may also have no work left: some languages are rare.
        """
        deadline = time.monotonic() + limit_s
        known = self._answers + 2  # the next answer may be to a question from before
        while self._answers < known and time.monotonic() < deadline:  # noqa: ASYNC110 - as above
            await asyncio.sleep(POLL_S / 4)
        before = dict(self.committed)
        behind = sorted(self._with_work)
        while behind and time.monotonic() < deadline:
            await asyncio.sleep(POLL_S / 4)
            behind = [partition for partition in behind if self.committed[partition] <= before.get(partition, -1)]
            if behind and not any(partition.topic.endswith(f".{TopicName.DUMPS}") for partition in behind) and await self._is_done(behind):
                return []
        return behind

    async def _is_done(self, partitions: list[TopicPartition]) -> bool:
        """Return whether all that was written to these partitions is committed; an open transaction's records count as work."""
        consumer = AIOKafkaConsumer(**client_options(self._reachable()))
        try:
            async with asyncio.timeout(ASK_LIMIT_S):
                await consumer.start()
                ends = await consumer.end_offsets(partitions)
        except (KafkaError, OSError, TimeoutError):
            return False
        finally:
            await stop_within(consumer.stop())
        return all(end - self.committed[partition] <= LAST_MARKER for partition, end in ends.items())

    async def _ask(self) -> dict[TopicPartition, int]:
        # A connection for each question: none has to be mended after the broker was away.
        settings = self._reachable()
        async with admin(settings) as client:
            offsets = await client.list_consumer_group_offsets(settings.prefix)
        return {partition: found.offset for partition, found in offsets.items() if found.offset >= 0}
