"""Stable offsets of a consumer group: committed offsets that no open transaction is about to replace."""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.structs import OffsetAndMetadata

from agents.kafka.compat.admin import fetch_offsets

log = logging.getLogger(__name__)

UNSTABLE_OFFSET_COMMIT = 88
UNSTABLE_RETRY_S = 0.05


async def are_stable(client: AIOKafkaAdminClient, group: str, partitions: Iterable[TopicPartition]) -> bool:
    """Return whether no open transaction has offsets of these partitions."""
    codes, _ = await fetch_offsets(client, group, partitions, require_stable=True)
    return UNSTABLE_OFFSET_COMMIT not in codes


async def stable_offsets(
    client: AIOKafkaAdminClient, group: str, partitions: Iterable[TopicPartition], limit_s: float
) -> Mapping[TopicPartition, OffsetAndMetadata]:
    """Return the committed offsets of a group, -1 where none is committed; wait for open transactions that have offsets to commit.

    Args:
        client: connected.
        group: its name.
        partitions: of any topics.
        limit_s: how long to wait, longer than a transaction lasts: after it Kafka has lost the transaction's end, and no end will come.

    Raises:
        KafkaError: an error that no retry resolves.
        UserError: the broker is too old.
    """
    partitions = list(partitions)
    deadline = time.monotonic() + limit_s
    while True:
        is_over = time.monotonic() > deadline
        codes, offsets = await fetch_offsets(client, group, partitions, require_stable=not is_over)
        if not codes:
            if is_over:
                log.warning("hanging transaction with offsets of group %s: not ended within %.0f s; continuing without it", group, limit_s)
            return offsets
        for error in (for_code(code) for code in codes if code != UNSTABLE_OFFSET_COMMIT):
            if not error.retriable:
                raise error(f"the committed offsets of {group}")
        await asyncio.sleep(UNSTABLE_RETRY_S)
