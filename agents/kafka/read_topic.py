"""Read a topic from its beginning to its current end, committed records only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import TopicPartition
from aiokafka.structs import ConsumerRecord

from agents.kafka.compat.decoder import Consumer
from agents.kafka.connect import client_options, stop_within
from agents.kafka.require import require_topics
from agents.settings import Settings
from streams.topics import MAX_MESSAGE_BYTES

FETCH_TIMEOUT_MS = 1000
MAX_RECORDS = 50  # messages may have megabytes


@asynccontextmanager
async def reader(settings: Settings, *, keep_defective: bool = False) -> AsyncIterator[Consumer]:
    """Yield a started consumer without a group and without an assignment, which reads committed messages; see `Consumer`."""
    consumer = Consumer(
        **client_options(settings),
        keep_defective=keep_defective,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=MAX_MESSAGE_BYTES // 4,
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await stop_within(consumer.stop())


async def read_to_end(settings: Settings, topic: str) -> AsyncIterator[ConsumerRecord]:
    """Yield every message that the topic (full name) has at the call, in order within a partition.

    Raises:
        NotReachable: no broker answers.
        UserError: no such topic.
    """
    count = (await require_topics(settings, [topic]))[topic]
    async with reader(settings) as consumer:
        partitions = [TopicPartition(topic, number) for number in range(count)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        await consumer.seek_to_beginning(*partitions)
        pending = {partition for partition in partitions if await consumer.position(partition) < ends[partition]}
        while pending:
            for partition, records in (await consumer.getmany(*pending, timeout_ms=FETCH_TIMEOUT_MS, max_records=MAX_RECORDS)).items():
                for record in records:
                    if record.offset < ends[partition]:
                        yield record
            pending = {partition for partition in pending if await consumer.position(partition) < ends[partition]}


async def read_one(settings: Settings, topic: str, partition: int, offset: int) -> ConsumerRecord | None:
    """Return the message at an offset of a topic (full name), or None if it does not exist or is deleted."""
    count = (await require_topics(settings, [topic]))[topic]
    if partition >= count:
        return None
    source = TopicPartition(topic, partition)
    async with reader(settings) as consumer:
        consumer.assign([source])
        first, end = (await consumer.beginning_offsets([source]))[source], (await consumer.end_offsets([source]))[source]
        if not first <= offset < end:
            return None
        consumer.seek(source, offset)
        while await consumer.position(source) <= offset:
            for record in (await consumer.getmany(source, timeout_ms=FETCH_TIMEOUT_MS, max_records=1)).get(source, []):
                return record if record.offset == offset else None
    return None
