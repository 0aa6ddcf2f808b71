"""What Kafka never ended: a broker can lose the end of a transaction in some partitions, and readers of committed messages stand there.

Where a partition has no leader for a moment, the coordinator (Kafka 4.3) takes it for deleted and skips it. What lies there becomes visible
with the next commit of the same producer in that partition, though it was aborted and done again. So whoever is given a producer's
partitions aborts what it may have left open, before it commits anything.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.client import CoordinationType
from aiokafka.producer.sender import AddOffsetsToTxnHandler


async def open_partitions(options: dict[str, Any], partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
    """Return those of the partitions where something is written and neither committed nor aborted, with the offset from which on."""
    places = list(partitions)
    if not places:
        return {}
    stable, written = await asyncio.gather(_ends(options, places, "read_committed"), _ends(options, places, "read_uncommitted"))
    return {place: stable[place] for place in places if stable[place] < written[place]}


async def _ends(options: dict[str, Any], places: list[TopicPartition], level: str) -> dict[TopicPartition, int]:
    async with AIOKafkaConsumer(**options, group_id=None, isolation_level=level) as consumer:
        ends: dict[TopicPartition, int] = await consumer.end_offsets(places)
        return ends


async def abort_in(producer: Any, partitions: Iterable[TopicPartition], group: str) -> None:
    """Abort what `producer` (aiokafka's, transactional, just started) has open in these partitions and among the offsets of a group.

    XXX aiokafka (0.14) adds partitions to a transaction only with messages for them, and a group only with offsets.
    """
    sender, transaction = producer._sender, producer._txn_manager
    await producer.begin_transaction()
    for partition in partitions:
        transaction.maybe_add_partition_to_txn(partition)
    coordinator = await sender._find_coordinator(CoordinationType.TRANSACTION, transaction.transactional_id)
    while not await AddOffsetsToTxnHandler(sender, group).do(coordinator):
        pass  # it has waited already; Kafka is still busy with the partitions
    await producer.abort_transaction()
