"""What is wrong with a set-up: versions, classes, broker, topics, lag and clocks, each as one finding with what to do."""

import asyncio
import importlib.metadata
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from packaging.requirements import Requirement

from agents.classes import load_classes
from agents.errors import UserError
from agents.kafka.compat.check import check_compatibility, installed
from agents.kafka.compat.names import REQUIREMENTS
from agents.kafka.connect import NotReachable, admin
from agents.kafka.lag import waiting_messages
from agents.kafka.read_topic import reader
from agents.kafka.topics import declared_topics, differences, partitions_of
from agents.settings import Settings, SettingsError
from streams.classify.classify import check_examples
from streams.pipeline import INPUT_TOPICS

LEAST_PYTHON = (3, 11)
WATCH_S = 2.0
MAX_CLOCK_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was checked, how it is, and what to do, which is empty where all is well."""

    what: str
    state: str
    advice: str = ""


async def diagnose(settings: Settings) -> AsyncIterator[Finding]:
    """Yield a finding for each check; those that need a broker only where one answers."""
    for finding in (*_versions(), _compatibility(), *_classes(settings)):
        yield finding
    try:
        async with admin(settings) as client:
            brokers = (await client.describe_cluster())["brokers"]
            yield Finding(what="broker", state=f"{len(brokers)} at {settings.bootstrap}")
            async for finding in _topics(client, settings):
                yield finding
    except NotReachable as error:
        state, _, advice = str(error).partition("\n")
        yield Finding(what="broker", state=state, advice=advice)


def _versions() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    old = sys.version_info < LEAST_PYTHON
    yield Finding(what="Python", state=version, advice="Python 3.11 or newer is needed." if old else "")
    found, missing = [], []
    for requirement in map(Requirement, importlib.metadata.requires("newsmill") or []):
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue  # of an extra, or of another Python
        try:
            found.append(f"{requirement.name} {importlib.metadata.version(requirement.name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(requirement.name)
    own = importlib.metadata.version("newsmill")
    advice = f"Install {', '.join(missing)}: `make setup`, or pip install newsmill again." if missing else ""
    yield Finding(what="packages", state=f"newsmill {own}, {', '.join(sorted(found))}", advice=advice)


def _compatibility() -> Finding:
    try:
        check_compatibility()
    except UserError as error:
        state, _, advice = str(error).rpartition("\n")
        return Finding(what="clients", state=state, advice=advice)
    return Finding(what="clients", state=f"{', '.join(map(installed, REQUIREMENTS))}: compatible")


def _classes(settings: Settings) -> Iterator[Finding]:
    try:
        classes = load_classes(settings)
    except SettingsError as error:
        yield Finding(what="classes", state=str(error), advice="Mend the files; `newsmill classes check` reads them again.")
        return
    failures = check_examples(classes)
    ids = ", ".join(news_class.id for news_class in classes.classes)
    state = f"{ids} ({settings.classes or 'built-in'}, {classes.hash})" + "".join(f"\n{failure}" for failure in failures)
    yield Finding(what="classes", state=state, advice="Their own examples fail; see `newsmill classes test`." if failures else "")


async def _topics(client: AIOKafkaAdminClient, settings: Settings) -> AsyncIterator[Finding]:
    try:
        declared = declared_topics(settings)
    except SettingsError:
        return  # said already
    wrong = await differences(client, settings, declared)
    state = "\n".join(wrong) or f"{len(declared)} topics as declared"
    yield Finding(what="topics", state=state, advice=_topics_advice(wrong))
    existing = await partitions_of(client, settings)
    places = [TopicPartition(name, number) for name in map(settings.topic, INPUT_TOPICS) for number in range(existing.get(name, 0))]
    if places:
        yield await _lag(client, settings)
        yield await _clocks(settings, places)


def _topics_advice(wrong: Sequence[str]) -> str:
    """Return what to do about each sort of difference that there is."""
    advice = {
        "missing": "`newsmill topics apply` creates missing ones.",
        "partitions": "Partitions must stay: set NEWS_PARTITIONS to what the internal topics have, or take another NEWS_PREFIX.",
        "=": "Kafka's own tools change the other settings.",
    }
    return "\n".join(text for sign, text in advice.items() if any(sign in line for line in wrong))


async def _lag(client: AIOKafkaAdminClient, settings: Settings) -> Finding:
    """What waits in front of each stage; a problem where none of it moves."""
    before = await waiting_messages(client, settings)
    if not before:
        return Finding(what="lag", state="nothing waits")
    await asyncio.sleep(WATCH_S)
    after = await waiting_messages(client, settings)
    state = ", ".join(f"{count} on {topic}" for topic, count in after.items()) or "nothing waits any more"
    moves = any(after.get(topic, 0) < count for topic, count in before.items())
    return Finding(what="lag", state=state, advice="" if moves else "Nothing moves: is a worker running? Start one with `newsmill worker`.")


async def _clocks(settings: Settings, places: list[TopicPartition]) -> Finding:
    """Whether a message has a time that is still to come: dumps have their producer's, articles the broker's."""
    later_ms = int((time.time() + MAX_CLOCK_S) * 1000)
    async with reader(settings) as consumer:
        found = await consumer.offsets_for_times(dict.fromkeys(places, later_ms))
    ahead = sorted({place.topic for place, offset in found.items() if offset is not None})
    if not ahead:
        return Finding(what="clocks", state=f"no message is more than {MAX_CLOCK_S} s ahead of this machine's clock")
    state = f"messages on {', '.join(ahead)} are more than {MAX_CLOCK_S} s ahead of this machine's clock"
    return Finding(what="clocks", state=state, advice="Set the clocks of this machine, the broker and the producers (NTP).")
