"""Stable offsets of a consumer group: committed offsets that no open transaction is about to replace."""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping, Sequence

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.structs import OffsetAndMetadata

from agents.kafka.compat.admin import fetch_offsets
from agents.kafka.compat.retry import retry

log = logging.getLogger(__name__)

UNSTABLE_OFFSET_COMMIT = 88
UNSTABLE_RETRY_S = 0.05


async def are_stable(client: AIOKafkaAdminClient, group: str, partitions: Iterable[TopicPartition]) -> bool:
    """Return whether no open transaction has offsets of these partitions.

    Raises:
        KafkaError: as for `stable_offsets`.
    """
    return await _offsets(client, group, list(partitions), require_stable=True) is not None


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
        KafkaError: an error that no retry resolves, or no coordinator answers for long.
        UserError: the broker is too old.
    """
    partitions = list(partitions)
    deadline = time.monotonic() + limit_s
    while True:
        is_over = time.monotonic() > deadline
        offsets = await _offsets(client, group, partitions, require_stable=not is_over)
        if offsets is not None:
            if is_over:
                log.warning("hanging transaction with offsets of group %s: not ended within %.0f s; continuing without it", group, limit_s)
            return offsets
        await asyncio.sleep(UNSTABLE_RETRY_S)


async def _offsets(
    client: AIOKafkaAdminClient, group: str, partitions: Sequence[TopicPartition], *, require_stable: bool
) -> Mapping[TopicPartition, OffsetAndMetadata] | None:
    """Return the committed offsets, None while an open transaction is about to replace one; ask again while the coordinator moves."""

    async def ask() -> Mapping[TopicPartition, OffsetAndMetadata] | None:
        codes, offsets = await fetch_offsets(client, group, partitions, require_stable=require_stable)
        for code in codes - {UNSTABLE_OFFSET_COMMIT}:
            raise for_code(code)(f"the committed offsets of {group}")
        return None if codes else offsets

    return await retry(f"report the committed offsets of group {group}", ask)
