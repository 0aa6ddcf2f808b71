"""Find the position of classify on `news.judged` by the ids of what it has published, where no committed offset tells it."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

from agents.kafka.connect import admin
from agents.kafka.offset_ranges import LogRange
from agents.kafka.read_topic import FETCH_TIMEOUT_MS, reader
from agents.kafka.topics import partitions_of
from agents.settings import Settings
from streams.errors import InvalidRecord
from streams.messages.codec import decode_judged
from streams.topics import TopicName

ID_HEADER = "ce_id"
OUTPUTS = (TopicName.EVENTS, TopicName.DUPLICATES)
# The ids of so many messages of each partition are held at a time: 200 MB with six partitions and 10 articles in a message.
CHUNK_OFFSETS = 20_000
# An event is published after its article was judged, by the clock of another worker. Kafka refuses clocks that are an hour ahead.
CLOCK_MARGIN_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class _Judged:
    partition: TopicPartition
    offset: int
    earliest_ms: int


async def first_unpublished(
    settings: Settings, logs: Mapping[TopicPartition, LogRange], on_progress: Callable[[], None]
) -> dict[TopicPartition, int]:
    """Return the offset after the last published record of each partition of `news.judged`, its first offset if none is published.

    Classify publishes the records of a partition in order, and each in one transaction, so everything before that offset is published and
    nothing after it. The search goes backwards: as a rule the last chunk has the position, and only events of its time are read.
    """
    positions: dict[TopicPartition, int] = {}
    upper = {partition: log.end for partition, log in logs.items()}
    async with admin(settings) as client:
        counts = await partitions_of(client, settings)
    outputs = [TopicPartition(name, number) for name in map(settings.topic, OUTPUTS) for number in range(counts[name])]
    async with reader(settings) as consumer:
        while upper:
            lower = {partition: max(logs[partition].first, end - CHUNK_OFFSETS) for partition, end in upper.items()}
            judged = await _judged(consumer, lower, upper, on_progress)
            last = await _last_published(consumer, outputs, judged, on_progress)
            for partition, begin in lower.items():
                if partition in last or begin == logs[partition].first:
                    positions[partition] = last.get(partition, begin - 1) + 1
                    del upper[partition]
                else:
                    upper[partition] = begin
    return positions


async def _judged(
    consumer: AIOKafkaConsumer, lower: Mapping[TopicPartition, int], upper: Mapping[TopicPartition, int], on_progress: Callable[[], None]
) -> dict[str, _Judged]:
    """Return the first record of each article id in these ranges of `news.judged`."""
    found: dict[str, _Judged] = {}
    async for record in _read(consumer, lower, upper, on_progress):
        source = TopicPartition(record.topic, record.partition)
        try:
            ids = [judged.article.id for judged in decode_judged(record.value or b"")]
        except InvalidRecord:
            continue  # a dead letter of classify
        for id in ids:
            found.setdefault(id, _Judged(source, record.offset, record.timestamp - CLOCK_MARGIN_MS))
    return found


async def _last_published(
    consumer: AIOKafkaConsumer, outputs: list[TopicPartition], judged: Mapping[str, _Judged], on_progress: Callable[[], None]
) -> dict[TopicPartition, int]:
    """Return the offset of the last of these records that is published, by partition of `news.judged`."""
    last: dict[TopicPartition, int] = {}
    if not judged:
        return last
    since = max(0, min(each.earliest_ms for each in judged.values()))
    begins = {
        partition: found.offset
        for partition, found in (await consumer.offsets_for_times(dict.fromkeys(outputs, since))).items()
        if found is not None
    }
    async for record in _read(consumer, begins, await consumer.end_offsets(list(begins)), on_progress):
        id = dict(record.headers).get(ID_HEADER, b"").decode(errors="replace")
        # An id may have been published before by an earlier record: the same dump, before the copy window.
        if (source := judged.get(id)) and record.timestamp >= source.earliest_ms:
            last[source.partition] = max(last.get(source.partition, -1), source.offset)
    return last


async def _read(
    consumer: AIOKafkaConsumer, begins: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int], on_progress: Callable[[], None]
) -> AsyncIterator[ConsumerRecord]:
    """Yield the committed records between these offsets."""
    pending = {partition for partition, begin in begins.items() if begin < ends[partition]}
    if pending:
        consumer.assign(list(pending))
    for partition in pending:
        consumer.seek(partition, begins[partition])
    while pending:
        for partition, records in (await consumer.getmany(*pending, timeout_ms=FETCH_TIMEOUT_MS)).items():
            for record in records:
                if record.offset < ends[partition]:
                    yield record
        on_progress()
        pending = {partition for partition in pending if await consumer.position(partition) < ends[partition]}
