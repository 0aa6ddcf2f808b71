"""The public topics as a stream of events: read committed, each id once, for a group from where it left off."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, Literal

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError
from aiokafka.structs import ConsumerRecord

from agents.kafka.connect import client_options, stop_within
from agents.kafka.require import require_topics
from agents.settings import Settings
from streams.messages.envelope import text_headers
from streams.topics import MAX_MESSAGE_BYTES

Start = int | Literal["beginning", "now"]

# Ids are given again only by a replay or after the window of the copy index; a hundred thousand of them are 15 MB.
REMEMBERED_IDS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events: of any of these classes, or all where none is named; only those about one; copies too."""

    regions: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    about: bool = False
    copies: bool = False

    def topic_names(self) -> tuple[str, ...]:
        """Return the topics to read, without the prefix."""
        classes = (*(f"region.{id}" for id in self.regions), *(f"topic.{id}" for id in self.topics))
        return (*(classes or ("events",)), *(("duplicates",) if self.copies else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One event as its topic holds it: `value` is its JSON, `id` its id."""

    topic: str
    id: str
    value: bytes
    headers: dict[str, str]


def is_wanted(topic: str, headers: dict[str, str], wanted: Wanted) -> bool:
    """Return whether to show a record of `topic` (without the prefix).

    An event that is on several of the topics is taken from the first of them only, whatever is remembered.
    """
    classes = {*wanted.regions, *wanted.topics}
    about = set(headers.get("about", "").split(",")) - {""}
    if wanted.about and not (about & classes if classes else about):
        return False
    if topic == "events" or not classes:
        return True
    its_regions, its_topics = headers.get("regions", "").split(","), headers.get("topics", "").split(",")
    shared = [f"region.{id}" for id in wanted.regions if id in its_regions] + [f"topic.{id}" for id in wanted.topics if id in its_topics]
    return bool(shared) and topic in (shared[0], "duplicates")


async def events(
    settings: Settings,
    wanted: Wanted,
    *,
    start: Start = "now",
    group: str | None = None,
    most: int | None = None,
    on_ready: Callable[[], None] = lambda: None,
) -> AsyncGenerator[Heard, None]:
    """Yield events, each id once; one counts as read by the group when the next is asked for.

    Args:
        settings: where Kafka is.
        wanted: which events.
        start: where to begin: a time in seconds since the epoch, or as said; for a group only where it has never read.
        group: the consumer group to read as; None reads all by itself and leaves no trace.
        most: end after so many; None never ends.
        on_ready: called once, when everything that comes from now on will be seen.

    Raises:
        NotReachable: no broker answers within 10 seconds.
        UserError: a topic is missing.
    """
    names = [settings.topic(name) for name in wanted.topic_names()]
    partitions = await require_topics(settings, names)
    consumer = _consumer(settings, group)
    starting = _Starting(consumer, start, is_group=group is not None, on_ready=on_ready)
    if group is not None:
        consumer.subscribe(names, listener=starting)
    await consumer.start()
    try:
        if group is None:
            consumer.assign([TopicPartition(name, number) for name in names for number in range(partitions[name])])
            await starting.on_partitions_assigned(consumer.assignment())
        async with aclosing(_heard(consumer, settings, wanted, most, is_group=group is not None)) as heard:
            async for event in heard:
                yield event
    finally:
        await stop_within(consumer.stop())


def _consumer(settings: Settings, group: str | None) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        **client_options(settings),
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=MAX_MESSAGE_BYTES // 4,
    )


async def _heard(
    consumer: AIOKafkaConsumer, settings: Settings, wanted: Wanted, most: int | None, *, is_group: bool
) -> AsyncGenerator[Heard, None]:
    seen: dict[str, None] = {}
    done: dict[TopicPartition, int] = {}
    given = 0
    try:
        while given != most:
            async for partition, record in _records(consumer):
                topic = partition.topic.removeprefix(settings.prefix + ".")
                headers = text_headers(tuple(record.headers))
                id = headers.get("ce_id", "")
                if is_wanted(topic, headers, wanted) and not _was_seen(id, seen):
                    yield Heard(topic=partition.topic, id=id, value=record.value or b"", headers=headers)
                    given += 1
                done[partition] = record.offset + 1
                if given == most:
                    break
            if is_group:
                await _commit(consumer, done)
    finally:
        if is_group:
            await _commit(consumer, done)


async def _records(consumer: AIOKafkaConsumer) -> AsyncIterator[tuple[TopicPartition, ConsumerRecord]]:
    for partition, records in (await consumer.getmany(timeout_ms=500, max_records=500)).items():
        for record in records:
            yield partition, record


def _was_seen(id: str, seen: dict[str, None]) -> bool:
    """Remember an id, and return whether it was remembered already; the oldest of too many is forgotten."""
    if id in seen:
        return True
    seen[id] = None
    if len(seen) > REMEMBERED_IDS:
        del seen[next(iter(seen))]
    return False


async def _commit(consumer: AIOKafkaConsumer, done: dict[TopicPartition, int]) -> None:
    """Commit for the group; what is no longer ours, its new owner reads again."""
    held = {partition: offset for partition, offset in done.items() if partition in consumer.assignment()}
    if held:
        with suppress(CommitFailedError, IllegalStateError):
            await consumer.commit(held)
    done.clear()


class _Starting(ConsumerRebalanceListener):
    """Puts each assigned partition to its first position, and fixes that for the group, which may stop before it has read anything."""

    def __init__(self, consumer: AIOKafkaConsumer, start: Start, *, is_group: bool, on_ready: Callable[[], None]) -> None:
        self._consumer = consumer
        self._start = start
        self._is_group = is_group
        self._on_ready: Callable[[], None] | None = on_ready

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Do nothing: what was shown is committed after each batch."""

    async def on_partitions_assigned(self, assigned: Any) -> None:
        """Seek in the partitions that the group has no position in."""
        new = [partition for partition in assigned if not self._is_group or await self._consumer.committed(partition) is None]
        starts = await self._starts(new)
        for partition, offset in starts.items():
            self._consumer.seek(partition, offset)
        if self._is_group and starts:
            await self._consumer.commit(starts)
        if self._on_ready is not None:
            self._on_ready()
            self._on_ready = None

    async def _starts(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        if not partitions:
            return {}
        if self._start == "beginning":
            return await self._consumer.beginning_offsets(partitions)
        ends = await self._consumer.end_offsets(partitions)
        if self._start == "now":
            return ends
        found = await self._consumer.offsets_for_times(dict.fromkeys(partitions, self._start * 1000))
        return {partition: ends[partition] if first is None else first.offset for partition, first in found.items()}
