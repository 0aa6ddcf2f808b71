"""Consumer lag of the stages as the broker knows it: records after the group's committed offsets, transaction markers aside."""

import asyncio
import math
import time
from collections.abc import Sequence

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from agents.kafka.compat.decoder import Consumer
from agents.kafka.offset_ranges import committed_offsets
from agents.kafka.read_topic import reader
from agents.kafka.topics import partitions_of
from agents.settings import Settings
from streams.pipeline import INPUT_TOPICS

LAG_POLL_S = 0.1
PROBE_TIMEOUT_MS = 200
# Offsets that may all be transaction markers; more hold messages.
MAX_MARKERS = 10


async def waiting_messages(client: AIOKafkaAdminClient, settings: Settings, names: tuple[str, ...] = INPUT_TOPICS) -> dict[str, int]:
    """Return the lag of each of these topics that has any, in messages by full name; transaction markers between messages count too."""
    existing = await partitions_of(client, settings)
    partitions = [TopicPartition(name, number) for name in map(settings.topic, names) for number in range(existing.get(name, 0))]
    committed = await committed_offsets(client, settings.prefix)
    waiting: dict[str, int] = {}
    async with reader(settings, keep_defective=True) as consumer:
        first, ends = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
        done = {partition: max(committed[partition].offset if partition in committed else 0, first[partition]) for partition in partitions}
        behind = {partition: done[partition] for partition in partitions if done[partition] < ends[partition]}
        for partition in await _non_empty(consumer, behind, ends):
            waiting[partition.topic] = waiting.get(partition.topic, 0) + ends[partition] - done[partition]
    return waiting


async def wait_until_passed(
    client: AIOKafkaAdminClient, settings: Settings, names: Sequence[str], number: int, deadline: float = math.inf
) -> None:
    """Wait until what this partition of each topic holds by now is consumed, in the order of the path; at most until `deadline`.

    Args:
        client: connected.
        settings: where Kafka is.
        names: topics, without the prefix.
        number: of the partition.
        deadline: in seconds of the monotonic clock.
    """
    async with reader(settings, keep_defective=True) as consumer:
        for partition in (TopicPartition(settings.topic(name), number) for name in names):
            first, ends = await consumer.beginning_offsets([partition]), await consumer.end_offsets([partition])
            while time.monotonic() < deadline:
                committed = await committed_offsets(client, settings.prefix)
                done = max(committed[partition].offset if partition in committed else 0, first[partition])
                left = ends[partition] - done
                if left <= 0 or (left <= MAX_MARKERS and not await _non_empty(consumer, {partition: done}, ends)):
                    break
                await asyncio.sleep(LAG_POLL_S)


async def wait_until_consumed(client: AIOKafkaAdminClient, settings: Settings) -> None:
    """Wait until every stage has committed all of its input, in the order of the path."""
    for name in INPUT_TOPICS:
        while await waiting_messages(client, settings, (name,)):  # noqa: ASYNC110 - the broker sends no event
            await asyncio.sleep(LAG_POLL_S)


async def _non_empty(consumer: Consumer, starts: dict[TopicPartition, int], ends: dict[TopicPartition, int]) -> set[TopicPartition]:
    """Return the partitions with messages between `starts` and `ends`: a producer leaves a transaction marker after its last message."""
    consumer.assign(list(starts))
    for partition, start in starts.items():
        consumer.seek(partition, start)
    non_empty: set[TopicPartition] = set()
    pending = set(starts)
    while pending:
        non_empty |= (await consumer.getmany(*pending, timeout_ms=PROBE_TIMEOUT_MS, max_records=1)).keys()
        pending = {partition for partition in pending - non_empty if await consumer.position(partition) < ends[partition]}
    return non_empty
