"""Check a set-up: versions, classes, worker, broker, topics, lag, clocks and dead letters, with advice for each problem."""

import asyncio
import importlib.metadata
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from packaging.requirements import Requirement

from agents.classes import load_classes
from agents.client.condition import count_dead_letters, readiness
from agents.errors import NotReachable, UserError
from agents.kafka.compat.check import check_compatibility, installed
from agents.kafka.compat.names import REQUIREMENTS
from agents.kafka.connect import admin
from agents.kafka.lag import waiting_messages
from agents.kafka.offset_ranges import committed_offsets, describe_mismatches, log_ranges, short_offsets_retention
from agents.kafka.read_topic import reader
from agents.kafka.topics import declared_topics, differences, partitions_of
from agents.settings import Settings, SettingsError
from streams.classify.classify import check_examples
from streams.pipeline import INPUT_TOPICS
from streams.topics import TopicName

MIN_PYTHON = (3, 11)
WATCH_S = 2.0
MAX_CLOCK_SKEW_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The result of one check: its subject, its state, and advice, which is empty if there is no problem."""

    subject: str
    state: str
    advice: str = ""


async def diagnose(settings: Settings) -> AsyncIterator[Finding]:
    """Yield a finding for each check; those of Kafka only if a broker answers."""
    for finding in (*_versions(), _compatibility(), *_classes(settings)):
        yield finding
    yield await _worker(settings)
    try:
        async with admin(settings) as client:
            brokers = (await client.describe_cluster())["brokers"]
            yield Finding(subject="broker", state=f"{len(brokers)} at {settings.bootstrap}")
            async for finding in _topics(client, settings):
                yield finding
    except NotReachable as error:
        state, _, advice = str(error).partition("\n")
        yield Finding(subject="broker", state=state, advice=advice)


def _versions() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    old = sys.version_info < MIN_PYTHON
    yield Finding(subject="Python", state=version, advice="Python 3.11 or newer is needed." if old else "")
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
    yield Finding(subject="packages", state=f"newsmill {own}, {', '.join(sorted(found))}", advice=advice)


def _compatibility() -> Finding:
    try:
        check_compatibility()
    except UserError as error:
        state, _, advice = str(error).rpartition("\n")
        return Finding(subject="clients", state=state, advice=advice)
    return Finding(subject="clients", state=f"{', '.join(map(installed, REQUIREMENTS))}: compatible")


def _classes(settings: Settings) -> Iterator[Finding]:
    try:
        classes = load_classes(settings)
    except SettingsError as error:
        yield Finding(subject="classes", state=str(error), advice="Correct the files, then run `newsmill classes check`.")
        return
    failures = check_examples(classes)
    ids = ", ".join(news_class.id for news_class in classes.classes)
    state = f"{ids} ({settings.classes or 'built-in'}, {classes.hash})" + "".join(f"\n{failure}" for failure in failures)
    yield Finding(subject="classes", state=state, advice="Their own examples fail; see `newsmill classes test`." if failures else "")


async def _worker(settings: Settings) -> Finding:
    """Report whether the worker of these settings is ready; one that its brake pauses is not."""
    answer = await readiness(settings)
    address = f"{settings.web_host}:{settings.web_port}"
    if answer is None:
        return Finding(subject="worker", state=f"none answers at {address}; others are not asked")
    is_ready, reason = answer
    if is_ready:
        return Finding(subject="worker", state=f"the one at {address} is ready")
    advice = "See docs/operations.md, The brake." if reason.startswith("the brake") else "See docs/operations.md, NewsmillWorkerNotReady."
    return Finding(subject="worker", state=f"the one at {address} is not ready: {reason}", advice=advice)


async def _dead_letters(settings: Settings, partitions: int) -> Finding:
    """Report dead letters; those that a defect of newsmill made are a problem."""
    count = await count_dead_letters(settings, settings.topic(TopicName.DEAD_LETTERS), partitions)
    if not count.reasons:
        return Finding(subject="letters", state="no dead letters in the last 24 hours")
    advice = "A defect of newsmill made some of them: `newsmill dead-letters list --reason bug` (or crash)." if count.has_faults else ""
    return Finding(subject="letters", state=f"dead letters of the last 24 hours: {count}", advice=advice)


async def _topics(client: AIOKafkaAdminClient, settings: Settings) -> AsyncIterator[Finding]:
    try:
        declared = declared_topics(settings)
    except SettingsError:
        return  # reported already
    wrong = await differences(client, settings, declared)
    state = "\n".join(wrong) or f"{len(declared)} topics as declared"
    yield Finding(subject="topics", state=state, advice=_topics_advice(wrong))
    existing = await partitions_of(client, settings)
    partitions = [TopicPartition(name, number) for name in map(settings.topic, INPUT_TOPICS) for number in range(existing.get(name, 0))]
    if partitions:
        yield await _offsets(client, settings, existing)
        yield await _lag(client, settings)
        yield await _clocks(settings, partitions)
    if existing.get(settings.topic(TopicName.DEAD_LETTERS)):
        yield await _dead_letters(settings, existing[settings.topic(TopicName.DEAD_LETTERS)])


def _topics_advice(wrong: Sequence[str]) -> str:
    """Return advice for each kind of difference found."""
    advice = {
        "missing": "`newsmill topics apply` creates missing ones.",
        "partitions": "See docs/operations.md, Partitions: set NEWS_PARTITIONS to those of the index, or use another NEWS_PREFIX.",
        "replication factor": "Add replicas with kafka-reassign-partitions.sh, or set NEWS_REPLICATION to what the topics have.",
        "=": "Change the other settings with Kafka's own tools.",
    }
    return "\n".join(text for sign, text in advice.items() if any(sign in line for line in wrong))


async def _offsets(client: AIOKafkaAdminClient, settings: Settings, existing: Mapping[str, int]) -> Finding:
    """Report committed offsets outside their logs or missing, and a retention of offsets that is shorter than that of the records."""
    inputs, events = list(map(settings.topic, INPUT_TOPICS)), settings.topic(TopicName.EVENTS)
    async with reader(settings) as consumer:
        logs = await log_ranges(
            consumer, [TopicPartition(name, number) for name in (*inputs, events) for number in range(existing.get(name, 0))]
        )
    # No offset is missing before the first worker ran.
    has_published = any(log.end for partition, log in logs.items() if partition.topic == events)
    committed = await committed_offsets(client, settings.prefix)
    consumed = {partition: log for partition, log in logs.items() if partition.topic != events}
    wrong = describe_mismatches(committed, consumed, settings.topic(TopicName.JUDGED)) if committed or has_published else []
    # Articles are kept a day longer than the copy index remembers them, which replaces their offsets.
    short = await short_offsets_retention(
        client, [name for name in inputs if name in existing and name != settings.topic(TopicName.ARTICLES)]
    )
    advice = [
        *["A worker corrects them when it starts: docs/operations.md, Offsets outside the log."] * bool(wrong),
        *["Raise it in the brokers' settings: it counts from when the last worker stopped."] * bool(short),
    ]
    state = "\n".join((*wrong, *short)) or "within the logs, and kept as long as the records"
    return Finding(subject="offsets", state=state, advice="\n".join(advice))


async def _lag(client: AIOKafkaAdminClient, settings: Settings) -> Finding:
    """Report the lag of each stage; a problem if it does not shrink within `WATCH_S`."""
    before = await waiting_messages(client, settings)
    if not before:
        return Finding(subject="lag", state="no messages waiting")
    await asyncio.sleep(WATCH_S)
    after = await waiting_messages(client, settings)
    state = ", ".join(f"{count} on {topic}" for topic, count in after.items()) or "no messages waiting any more"
    shrinks = any(after.get(topic, 0) < count for topic, count in before.items())
    return Finding(
        subject="lag",
        state=state,
        advice="" if shrinks else "The lag does not shrink. Is a worker running? See `newsmill worker`.",
    )


async def _clocks(settings: Settings, partitions: list[TopicPartition]) -> Finding:
    """Report messages with a timestamp in the future: dumps have their producer's, articles the broker's."""
    later_ms = int((time.time() + MAX_CLOCK_SKEW_S) * 1000)
    async with reader(settings) as consumer:
        found = await consumer.offsets_for_times(dict.fromkeys(partitions, later_ms))
    ahead = sorted({partition.topic for partition, offset in found.items() if offset is not None})
    if not ahead:
        return Finding(subject="clocks", state=f"no message is more than {MAX_CLOCK_SKEW_S} s ahead of this machine's clock")
    state = f"messages on {', '.join(ahead)} are more than {MAX_CLOCK_SKEW_S} s ahead of this machine's clock"
    return Finding(subject="clocks", state=state, advice="Set the clocks of this machine, the broker and the producers (NTP).")
