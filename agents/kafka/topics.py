"""Compare the declared topics with those in Kafka, and create missing ones."""

import asyncio
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from agents.classes import load_classes
from agents.errors import UserError
from agents.kafka.connect import admin
from agents.kafka.replication import MAX_REPLICATION, MIN_INSYNC_REPLICAS, count_brokers, min_insync_replicas, replication_factor
from agents.settings import Settings
from streams.classify.class_set import ClassSet
from streams.topics import Topic, TopicName, declared

log = logging.getLogger(__name__)

LISTED_WITHIN_S = 30
LISTING_POLL_S = 0.1
LISTINGS_PER_BROKER = 3


def declared_topics(settings: Settings) -> tuple[Topic, ...]:
    """Return the topics that these settings and the classes they name need, names without the prefix."""
    return topics_of(settings, load_classes(settings))


def topics_of(settings: Settings, classes: ClassSet) -> tuple[Topic, ...]:
    """Return the topics that these settings need with these classes, names without the prefix."""
    return _declared(settings, classes.region_ids, classes.topic_ids)


def _declared(settings: Settings, regions: Sequence[str], topics: Sequence[str]) -> tuple[Topic, ...]:
    return declared(regions=regions, topics=topics, partitions=settings.partitions, window_s=settings.copy_window)


@dataclass(frozen=True, slots=True)
class ExistingTopic:
    """A topic as Kafka has it; `replication` is that of the partition with the fewest replicas."""

    partitions: int
    replication: int


async def existing_topics(client: AIOKafkaAdminClient, settings: Settings) -> dict[str, ExistingTopic]:
    """Return the existing topics of this prefix by full name."""
    names = [name for name in await client.list_topics() if name.startswith(settings.prefix + ".")]
    described = await client.describe_topics(names) if names else []
    return {
        topic["topic"]: ExistingTopic(
            len(topic["partitions"]), min((len(partition["replicas"]) for partition in topic["partitions"]), default=0)
        )
        for topic in described
    }


async def partitions_of(client: AIOKafkaAdminClient, settings: Settings) -> dict[str, int]:
    """Return the number of partitions of each existing topic of this prefix, by full name."""
    return {name: topic.partitions for name, topic in (await existing_topics(client, settings)).items()}


async def differences(client: AIOKafkaAdminClient, settings: Settings, topics: Sequence[Topic]) -> list[str]:
    """Return a line for each topic that is missing or differs from its declaration."""
    existing = await existing_topics(client, settings)
    lines = [f"{settings.topic(topic.name)}: missing" for topic in topics if settings.topic(topic.name) not in existing]
    known = [topic for topic in topics if settings.topic(topic.name) in existing]
    factor = settings.replication or min(MAX_REPLICATION, await count_brokers(client))
    configs = await topic_configs(client, [settings.topic(topic.name) for topic in known])
    for topic in known:
        name = settings.topic(topic.name)
        lines += _topic_differences(name, topic, existing[name], configs.get(name, {}), factor)
    return lines


def _topic_differences(name: str, topic: Topic, existing: ExistingTopic, config: Mapping[str, str], factor: int) -> Iterator[str]:
    # Only `news.index` must have exactly as many: NEWS_PARTITIONS decides which partition a language group is judged in. More partitions of
    # other topics, which Kafka can't take away, do no harm.
    if existing.partitions < topic.partitions or (topic.name == TopicName.INDEX and existing.partitions != topic.partitions):
        yield f"{name}: {existing.partitions} partitions, {topic.partitions} declared"
    if existing.replication < factor:
        yield f"{name}: replication factor {existing.replication}, {factor} declared"
    for key, wanted in _config_of(topic, min(factor, existing.replication)).items():
        if key in config and config[key] != wanted:
            yield f"{name}: {key}={config[key]}, {wanted} declared"


def _config_of(topic: Topic, factor: int) -> dict[str, str]:
    return topic.config() | {MIN_INSYNC_REPLICAS: str(min_insync_replicas(factor))}


async def prepare_topics(settings: Settings, classes: ClassSet) -> None:
    """Create the topics of new classes, and check that all others exist as declared, so that a worker can use these classes.

    Raises:
        NotReachable: no broker answers.
        UserError: a topic is missing or has the wrong number of partitions: articles would go to the wrong partition.
        KafkaError: Kafka refuses to create a topic.
    """
    topics = topics_of(settings, classes)
    async with admin(settings) as client:
        await _require(client, settings, _declared(settings, (), ()))
        created = await create_missing(client, settings, topics)
        await _require(client, settings, topics)
        _raise_if_any(await short_retention(client, settings), "Change it with Kafka's own tools.")
    if created:
        log.info("topics created %s", ",".join(created))


async def _require(client: AIOKafkaAdminClient, settings: Settings, topics: Sequence[Topic]) -> None:
    wrong = [line for line in await differences(client, settings, topics) if "missing" in line or "partitions" in line]
    _raise_if_any(wrong, "Create missing ones with `newsmill topics apply`.")


def _raise_if_any(wrong: Sequence[str], advice: str) -> None:
    if wrong:
        raise UserError("\n  ".join(("the topics are not as declared:", *wrong)) + f"\n{advice}")


async def short_retention(client: AIOKafkaAdminClient, settings: Settings) -> list[str]:
    """Return a line if the retention of `news.index` is shorter than the copy window: verdicts would change after a restart."""
    name, window_ms = settings.topic(TopicName.INDEX), settings.copy_window * 1000
    kept_ms = int((await topic_configs(client, [name]))[name]["retention.ms"])
    return [f"{name}: retention.ms={kept_ms}, at least {window_ms} for NEWS_COPY_WINDOW"] if 0 <= kept_ms < window_ms else []


async def create_missing(client: AIOKafkaAdminClient, settings: Settings, topics: Sequence[Topic]) -> list[str]:
    """Create the declared topics that Kafka lacks, and return their names; existing topics are not changed.

    Raises:
        KafkaError: Kafka refuses one; the text has the topic's name.
    """
    existing = await existing_topics(client, settings)
    missing = [topic for topic in topics if settings.topic(topic.name) not in existing]
    if not missing:
        return []
    factor = await replication_factor(client, settings, {name: topic.replication for name, topic in existing.items()})
    new = [NewTopic(settings.topic(topic.name), topic.partitions, factor, topic_configs=_config_of(topic, factor)) for topic in missing]
    response = await client.create_topics(new)
    for name, code, message in response.topic_errors:
        if code not in (0, TopicAlreadyExistsError.errno):
            raise for_code(code)(f"{name}: {message}")
    names = [settings.topic(topic.name) for topic in missing]
    await _wait_until_listed(client, settings, set(names))
    return names


async def _wait_until_listed(client: AIOKafkaAdminClient, settings: Settings, names: set[str]) -> None:
    """Wait until the brokers list these topics: a creation is confirmed before the metadata of each broker is complete.

    Each request goes to any broker, so several in a row must list them.

    Raises:
        UserError: the brokers do not within 30 s.
    """
    needed = LISTINGS_PER_BROKER * await count_brokers(client)
    listings, deadline = 0, time.monotonic() + LISTED_WITHIN_S
    while time.monotonic() < deadline:
        listings = listings + 1 if names <= (await partitions_of(client, settings)).keys() else 0
        if listings == needed:
            return
        if listings == 0:
            await asyncio.sleep(LISTING_POLL_S)
    raise UserError(f"Kafka accepted the topics, but does not list them after {LISTED_WITHIN_S} s; see its log")


async def topic_configs(client: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the settings of these topics by full name."""
    if not names:
        return {}
    responses = await client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    return {resource[3]: {entry[0]: entry[1] for entry in resource[4]} for response in responses for resource in response.resources}
