"""Read the records of topics from a time to their ends."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from aiokafka import TopicPartition
from aiokafka.structs import ConsumerRecord

from agents.kafka.key_hash import partition_of_key
from agents.kafka.read_topic import find_start, read_between, reader
from agents.kafka.require import require_topics
from agents.settings import Settings

BATCH = 1000


async def read_span(
    settings: Settings,
    names: Sequence[str],
    since_s: int,
    on_start: Callable[[int, int | None], None] = lambda *_: None,
    key: bytes | None = None,
) -> AsyncGenerator[Sequence[ConsumerRecord], None]:
    """Yield the records since a time (seconds since the epoch) up to the ends at the call, in order within a partition.

    Args:
        settings: where Kafka is.
        names: of the topics, without the prefix.
        since_s: the first time.
        on_start: called with the number of offsets to read, and the time (seconds) before which records are deleted, None if none is.
        key: read only the partitions that have the records of this key.

    Raises:
        NotReachable: no broker answers within 10 seconds.
        UserError: a topic is missing.
    """
    topics = [settings.topic(name) for name in names]
    counts = await require_topics(settings, topics)
    numbers = {topic: range(count) if key is None else [partition_of_key(key, count)] for topic, count in counts.items()}
    partitions = [TopicPartition(topic, number) for topic in topics for number in numbers[topic]]
    async with reader(settings) as consumer:
        start = await find_start(consumer, partitions, since_s * 1000)
        ends = await consumer.end_offsets(partitions)
        gap_ms = start.complete_since_ms
        on_start(sum(ends[each] - start.offsets[each] for each in partitions), None if gap_ms is None else gap_ms // 1000)
        async with aclosing(read_between(consumer, start.offsets, ends, BATCH)) as batches:
            async for records in batches:
                yield records
