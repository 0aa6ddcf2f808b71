"""A topic from its beginning to its present end, read committed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

from agents.kafka.connect import client_options, stop_within
from agents.kafka.require import require_topics
from agents.settings import Settings
from streams.topics import MAX_MESSAGE_BYTES

ONE_S = 1000


@asynccontextmanager
async def reader(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    """Yield a consumer in no group that reads committed messages of any size, with nothing assigned."""
    consumer = AIOKafkaConsumer(
        **client_options(settings),
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
    """Yield every message that the topic (full name) now has, in order within a partition.

    Raises:
        NotReachable, UserError: no broker, no topic.
    """
    count = (await require_topics(settings, [topic]))[topic]
    async with reader(settings) as consumer:
        partitions = [TopicPartition(topic, number) for number in range(count)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        await consumer.seek_to_beginning(*partitions)
        pending = {partition for partition in partitions if await consumer.position(partition) < ends[partition]}
        while pending:
            for partition, records in (await consumer.getmany(*pending, timeout_ms=ONE_S, max_records=50)).items():
                for record in records:
                    if record.offset < ends[partition]:
                        yield record
            pending = {partition for partition in pending if await consumer.position(partition) < ends[partition]}


async def read_one(settings: Settings, topic: str, partition: int, offset: int) -> ConsumerRecord | None:
    """Return the message at this place, or None where there is none (or no longer)."""
    count = (await require_topics(settings, [topic]))[topic]
    place = TopicPartition(topic, partition)
    if partition >= count:
        return None
    async with reader(settings) as consumer:
        consumer.assign([place])
        first, end = (await consumer.beginning_offsets([place]))[place], (await consumer.end_offsets([place]))[place]
        if not first <= offset < end:
            return None
        consumer.seek(place, offset)
        while await consumer.position(place) <= offset:
            for record in (await consumer.getmany(place, timeout_ms=ONE_S, max_records=1)).get(place, []):
                return record if record.offset == offset else None
    return None
