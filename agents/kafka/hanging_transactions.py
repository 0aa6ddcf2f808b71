"""Find and end hanging transactions: open ones that their producer and Kafka's coordinator will never end.

The coordinator (Kafka 4.3) takes a partition that has no leader for a moment for deleted, and writes no commit or abort marker there.
Readers of committed records stop at the first record of the transaction. The next marker of the same producer in that partition decides
what becomes of the records. So a new owner ends what the producers of its partitions left open before it commits anything: it commits
where the coordinator says that the last transaction of the producer was committed, whose markers other partitions have, and aborts
where it was not, as the work is done again.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition

from agents.errors import UserError
from agents.kafka.compat.decoder import Consumer
from agents.kafka.compat.transactions import add_to_transaction

ENDS_TIMEOUT_MS = 10_000


async def open_transactions(options: dict[str, Any], partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
    """Return the partitions that have records of an open transaction, each with its last stable offset."""
    partitions = list(partitions)
    if not partitions:
        return {}
    stable, written = await asyncio.gather(_ends(options, partitions, "read_committed"), _ends(options, partitions, "read_uncommitted"))
    return {partition: stable[partition] for partition in partitions if stable[partition] < written[partition]}


async def _ends(options: dict[str, Any], partitions: list[TopicPartition], isolation_level: str) -> dict[TopicPartition, int]:
    async with Consumer(**options, group_id=None, isolation_level=isolation_level, request_timeout_ms=ENDS_TIMEOUT_MS) as consumer:
        return await consumer.end_offsets(partitions)


async def end_hanging(
    producer: AIOKafkaProducer, partitions: Iterable[TopicPartition], group: str, limit_s: float, *, commit: bool = False
) -> None:
    """Abort or commit the transactions that predecessors of `producer` left open in these partitions and in the offsets of a group.

    Args:
        producer: transactional, just started, with the transactional id of its predecessors.
        partitions: of output topics.
        group: whose offsets the predecessors committed.
        limit_s: how long to wait for a transaction coordinator that does it.
        commit: whether the last transaction of the predecessors was committed.

    Raises:
        UserError: not done within the limit.
    """
    try:
        async with asyncio.timeout(limit_s):
            await producer.begin_transaction()
            await add_to_transaction(producer, partitions, group)
            await (producer.commit_transaction() if commit else producer.abort_transaction())
    except TimeoutError as error:
        raise UserError(
            f"hanging transactions of earlier owners could not be ended within {limit_s:.0f} s: no transaction coordinator did it; "
            "look at the brokers and their logs"
        ) from error
