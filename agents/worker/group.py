"""The workers' consumer group as Kafka's coordinator knows it: who is a member, and which offsets are committed for good."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import partial

from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata

from agents.kafka.compat.admin import is_current_member
from agents.kafka.compat.decoder import Consumer
from agents.kafka.compat.describe_transactions import committed_ids
from agents.kafka.compat.retry import retry
from agents.kafka.compat.transactions import Member
from agents.kafka.connect import admin, client_options
from agents.kafka.group_offsets import are_stable, stable_offsets
from agents.kafka.hanging_transactions import open_transactions
from agents.kafka.offset_ranges import LogRange, log_ranges
from agents.kafka.topics import partitions_of
from agents.settings import Settings
from streams.topics import TopicName

log = logging.getLogger(__name__)

# Kafka looks for timed-out transactions at this interval (transaction.abort.timed.out.transaction.cleanup.interval.ms).
TIMEOUT_CHECK_S = 10
# A transaction of a live worker ends within this time, and so does one that another worker has just fenced.
TRANSACTION_S = 0.5

# Ends the hanging transactions in these partitions, within a time limit in seconds.
End = Callable[[Collection[TopicPartition], float], Awaitable[None]]


class Group:
    """A consumer group and the offsets that it committed in transactions."""

    def __init__(self, settings: Settings, id: str) -> None:
        """Ask about the group `id`; connections are opened for each question."""
        self._settings = settings
        self._id = id
        self._options = client_options(settings)
        # The time-out, the check, and as long again for a coordinator that is being replaced.
        self.open_limit_s = settings.transaction_timeout + 2 * TIMEOUT_CHECK_S

    async def is_current(self, member: Member) -> bool:
        """Return whether this member is in the group's current generation and no rebalance is under way."""

        async def ask() -> bool:
            async with admin(self._settings) as client:
                return await is_current_member(client, self._id, member)

        return await retry(f"tell the generation of group {self._id}", ask)

    async def committed_ids(self, ids: Collection[str]) -> Collection[str]:
        """Return those of these transactional ids whose last transaction was committed; a producer that is initialised again hides it."""

        async def ask() -> Collection[str]:
            async with admin(self._settings) as client:
                return await committed_ids(client, ids)

        return await retry("tell the last transactions", ask)

    async def logs(self, partitions: Collection[TopicPartition]) -> Mapping[TopicPartition, LogRange]:
        """Return the first offset of these partitions, and the end of what is committed or aborted.

        By a connection of its own: Kafka answers the requests of a connection in order, and that of the worker's consumer has a fetch
        that waits 1.5 s for records.
        """
        async with Consumer(**self._options, group_id=None, isolation_level="read_committed") as consumer:
            return await log_ranges(consumer, partitions)

    async def settled_offsets(self, partitions: Collection[TopicPartition], end: End) -> Mapping[TopicPartition, OffsetAndMetadata]:
        """Return the committed offsets of these partitions once no transaction of an earlier producer is open on them."""

        return await retry(f"report the stable offsets of group {self._id}", partial(self._settle, partitions, end))

    async def _settle(self, partitions: Collection[TopicPartition], end: End) -> Mapping[TopicPartition, OffsetAndMetadata]:
        async with admin(self._settings) as client:
            topics = await partitions_of(client, self._settings)
            inputs = {self._settings.topic(TopicName.DUMPS), self._settings.topic(TopicName.BACKFILL)}
            written = [TopicPartition(topic, number) for topic, count in topics.items() if topic not in inputs for number in range(count)]
            open_before = await open_transactions(self._options, written)
            if open_before or not await are_stable(client, self._id, partitions):
                await asyncio.sleep(TRANSACTION_S)
                open_after = await open_transactions(self._options, open_before)
                hanging = {partition for partition, offset in open_before.items() if open_after.get(partition) == offset}
                if hanging or not await are_stable(client, self._id, partitions):
                    log.warning("hanging transactions of earlier owners: ending them partitions=%s", names(sorted(hanging)))
                    await end(hanging, self.open_limit_s)
            return await stable_offsets(client, self._id, partitions, limit_s=self.open_limit_s)


def names(partitions: Collection[TopicPartition]) -> str:
    """Return the names of partitions for the log."""
    return ",".join(f"{partition.topic}-{partition.partition}" for partition in partitions) or "none"
