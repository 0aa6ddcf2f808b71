"""What waits in front of the stages, as the broker knows it: messages behind the group's offsets, marks of transactions aside."""

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from agents.kafka.read_topic import reader
from agents.kafka.topics import partitions_of
from agents.settings import Settings
from streams.pipeline import INPUT_TOPICS

POLL_S = 0.1


async def waiting_messages(client: AIOKafkaAdminClient, settings: Settings, names: tuple[str, ...] = INPUT_TOPICS) -> dict[str, int]:
    """Return how many messages wait on each of these topics that has any, by full name; the marks among them count too."""
    existing = await partitions_of(client, settings)
    places = [TopicPartition(name, number) for name in map(settings.topic, names) for number in range(existing.get(name, 0))]
    try:
        committed = await client.list_consumer_group_offsets(settings.prefix)
    except GroupCoordinatorNotAvailableError:
        committed = {}  # a broker that never had a group
    waiting: dict[str, int] = {}
    async with reader(settings) as consumer:
        first, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        done = {place: max(committed[place].offset if place in committed else 0, first[place]) for place in places}
        behind = {place: done[place] for place in places if done[place] < ends[place]}
        for place in await _with_messages(consumer, behind, ends):
            waiting[place.topic] = waiting.get(place.topic, 0) + ends[place] - done[place]
    return waiting


async def until_done(client: AIOKafkaAdminClient, settings: Settings) -> None:
    """Return when every stage has committed all that was in front of it."""
    for name in INPUT_TOPICS:
        while await waiting_messages(client, settings, (name,)):  # noqa: ASYNC110 - the broker knows when, and tells nobody
            await asyncio.sleep(POLL_S)


async def _with_messages(
    consumer: AIOKafkaConsumer, starts: dict[TopicPartition, int], ends: dict[TopicPartition, int]
) -> set[TopicPartition]:
    """Return where there is more than marks of transactions, of which each producer leaves one behind the last message."""
    consumer.assign(list(starts))
    for place, start in starts.items():
        consumer.seek(place, start)
    found: set[TopicPartition] = set()
    pending = set(starts)
    while pending:
        found |= (await consumer.getmany(*pending, timeout_ms=200, max_records=1)).keys()
        pending = {place for place in pending - found if await consumer.position(place) < ends[place]}
    return found
