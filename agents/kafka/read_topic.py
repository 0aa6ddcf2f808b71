"""Read a topic from its beginning to its current end, committed records only."""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
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


@dataclass(frozen=True, slots=True)
class TopicStart:
    """Where to begin reading a topic. `complete_since_ms`: the time before which records are deleted; None if none after the start are."""

    offsets: dict[TopicPartition, int]
    complete_since_ms: int | None


async def find_start(consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition], since_ms: int) -> TopicStart:
    """Return the offsets of the first records with a timestamp of `since_ms` (since the epoch) or later."""
    firsts, ends = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
    found = await consumer.offsets_for_times(dict.fromkeys(partitions, since_ms))
    offsets = {partition: ends[partition] if (first := found[partition]) is None else first.offset for partition in partitions}
    # A log that begins above 0 has lost its older records; where the first kept one is already late enough, some of those were, too.
    cut = [partition for partition in partitions if 0 < firsts[partition] == offsets[partition]]
    now_ms = int(time.time() * 1000)
    times = [now_ms if (first := found[partition]) is None else first.timestamp or 0 for partition in cut]
    return TopicStart(offsets, max(times) if times else None)


async def read_to_end(
    settings: Settings, topic: str, since_ms: int | None = None, on_gap: Callable[[int], None] = lambda _: None
) -> AsyncIterator[ConsumerRecord]:
    """Yield every message that the topic (full name) has at the call, in order within a partition.

    Args:
        settings: where Kafka is.
        topic: its full name.
        since_ms: the first timestamp, in milliseconds since the epoch; None for the beginning.
        on_gap: called with the time before which messages may be missing, if retention has deleted some after `since_ms`.

    Raises:
        NotReachable: no broker answers.
        UserError: no such topic.
    """
    count = (await require_topics(settings, [topic]))[topic]
    async with reader(settings) as consumer:
        partitions = [TopicPartition(topic, number) for number in range(count)]
        ends = await consumer.end_offsets(partitions)
        if since_ms is None:
            starts = await consumer.beginning_offsets(partitions)
        else:
            start = await find_start(consumer, partitions, since_ms)
            starts = start.offsets
            if start.complete_since_ms is not None:
                on_gap(start.complete_since_ms)
        async with aclosing(read_between(consumer, starts, ends)) as batches:
            async for records in batches:
                for record in records:
                    yield record


async def read_between(
    consumer: Consumer, starts: Mapping[TopicPartition, int], stops: Mapping[TopicPartition, int], max_records: int = MAX_RECORDS
) -> AsyncGenerator[Sequence[ConsumerRecord], None]:
    """Assign these partitions, and yield their records from `starts` to before `stops`, as many of one partition as are there at once.

    The consumer fetches as soon as it has an assignment, and what it waits for holds up every other request: it gets one only here, after
    its offsets are known, and a partition that is read to its stop is paused.
    """
    pending = {partition for partition, stop in stops.items() if starts[partition] < stop}
    consumer.assign(list(pending))
    for partition in pending:
        consumer.seek(partition, starts[partition])
    while pending:
        for partition, records in (await consumer.getmany(*pending, timeout_ms=FETCH_TIMEOUT_MS, max_records=max_records)).items():
            yield [record for record in records if record.offset < stops[partition]]
        done = {partition for partition in pending if await consumer.position(partition) >= stops[partition]}
        consumer.pause(*done)
        pending -= done


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
