"""Consume the public topics as a stream of events: read committed, each id once, from the committed offsets of a group."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, Literal

from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError
from aiokafka.structs import ConsumerRecord

from agents.client.event_filter import EventFilter, may_match
from agents.client.span_end import SpanEnd
from agents.kafka.compat.decoder import Consumer
from agents.kafka.connect import client_options, stop_within
from agents.kafka.foreign_records import ForeignRecords
from agents.kafka.read_topic import find_start
from agents.kafka.require import require_topics
from agents.settings import Settings
from streams.messages.envelope import text_headers
from streams.messages.events import read_event
from streams.topics import MAX_MESSAGE_BYTES, TopicName

Start = int | Literal["beginning", "now"]

# An id occurs again only after a replay or after the copy window; a hundred thousand ids are 15 MB.
REMEMBERED_IDS = 100_000
MAX_BATCH_S = 86_400
REBALANCE_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedEvent:
    """An event as read from its topic; `value` is its JSON on one line, `event` the fields that this version knows."""

    topic: str
    id: str
    value: bytes
    event: dict[str, Any]
    headers: dict[str, str]


async def receive_events(
    settings: Settings,
    event_filter: EventFilter,
    *,
    start: Start = "now",
    group: str | None = None,
    max_events: int | None = None,
    until: int | None = None,
    exit_at_end: bool = False,
    on_ready: Callable[[], None] = lambda: None,
    on_gap: Callable[[int], None] = lambda _: None,
) -> AsyncGenerator[ReceivedEvent, None]:
    """Yield events, each id once. An event counts as read by the group when the next one is requested.

    Args:
        settings: where Kafka is.
        event_filter: which events.
        start: the first position: a time in seconds since the epoch, "beginning" or "now"; for a group only in partitions without a
            committed offset.
        group: the consumer group; None reads all partitions without a group and commits nothing.
        max_events: end after this number of events; None never ends.
        until: leave out what Kafka got at or after this time, in seconds since the epoch, and end once all before it is read.
        exit_at_end: end after the last event that the topics have at the call.
        on_ready: called once, when every later event will be seen.
        on_gap: called with the time (seconds) before which events are deleted, if some after `start` are.

    Raises:
        NotReachable: no broker answers within 10 seconds.
        UserError: a topic is missing.
    """
    names = [settings.topic(name) for name in event_filter.topic_names()]
    partitions = await require_topics(settings, names)
    consumer = _consumer(settings, group)
    start_positions = _StartPositions(consumer, start, is_group=group is not None, on_ready=on_ready, on_gap=on_gap)
    if group is not None:
        consumer.subscribe(names, listener=start_positions)
    await consumer.start()
    try:
        every = [TopicPartition(name, number) for name in names for number in range(partitions[name])]
        end = SpanEnd(consumer, every, until=until, exit_at_end=exit_at_end)
        if group is None:
            consumer.assign(every)
            await start_positions.on_partitions_assigned(consumer.assignment())
        async with aclosing(_receive(consumer, settings, event_filter, max_events, end, is_group=group is not None)) as received:
            async for event in received:
                yield event
    finally:
        await stop_within(consumer.stop())


def _consumer(settings: Settings, group: str | None) -> Consumer:
    return Consumer(
        **client_options(settings),
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=MAX_MESSAGE_BYTES // 4,
        # A batch is delivered before the next poll; a receiver that is away for long must not cost the member its partitions.
        max_poll_interval_ms=MAX_BATCH_S * 1000,
        rebalance_timeout_ms=REBALANCE_MS,
    )


async def _receive(
    consumer: Consumer, settings: Settings, event_filter: EventFilter, max_events: int | None, end: SpanEnd, *, is_group: bool
) -> AsyncGenerator[ReceivedEvent, None]:
    seen: dict[str, None] = {}
    foreign = ForeignRecords()
    next_offsets: dict[TopicPartition, int] = {}
    yielded = 0
    try:
        while yielded != max_events and not await end.is_reached():
            async for partition, record in _records(consumer):
                if end.is_beyond(partition, record.offset):
                    continue
                topic = partition.topic.removeprefix(settings.prefix + ".")
                if may_match(event_filter, topic, record.value or b""):
                    headers = text_headers(tuple(record.headers))
                    received = received_event(partition.topic, record.value or b"", headers, is_copy=topic == TopicName.DUPLICATES)
                    if received is None:
                        foreign.skip(record)
                    elif not _is_repeated(received.id, seen):
                        yield received
                        yielded += 1
                next_offsets[partition] = record.offset + 1
                if yielded == max_events:
                    break
            if is_group:
                await _commit(consumer, next_offsets)
    finally:
        if is_group:
            await _commit(consumer, next_offsets)


def received_event(topic: str, value: bytes, headers: dict[str, str], *, is_copy: bool) -> ReceivedEvent | None:
    """Return the event of a record, or None if newsmill did not write it, whose values are one line: they are printed as JSON lines."""
    event = None if b"\n" in value or b"\r" in value else read_event(value, is_copy=is_copy)
    if event is None or headers.get("ce_id") != event["id"]:
        return None
    return ReceivedEvent(topic=topic, id=event["id"], value=value, event=event, headers=headers)


async def _records(consumer: Consumer) -> AsyncIterator[tuple[TopicPartition, ConsumerRecord]]:
    for partition, records in (await consumer.getmany(timeout_ms=500, max_records=500)).items():
        for record in records:
            yield partition, record


def _is_repeated(id: str, seen: dict[str, None]) -> bool:
    """Remember an id and return whether it was known; above the limit the oldest id is forgotten."""
    if id in seen:
        return True
    seen[id] = None
    if len(seen) > REMEMBERED_IDS:
        del seen[next(iter(seen))]
    return False


async def _commit(consumer: Consumer, next_offsets: dict[TopicPartition, int]) -> None:
    """Commit the offsets of assigned partitions; the new owner of a revoked one reads its events again."""
    owned = {partition: offset for partition, offset in next_offsets.items() if partition in consumer.assignment()}
    if owned:
        with suppress(CommitFailedError, IllegalStateError):
            await consumer.commit(owned)
    next_offsets.clear()


class _StartPositions(ConsumerRebalanceListener):
    """Seek each assigned partition to its start position, and commit that, since the group may stop before it reads anything."""

    def __init__(
        self, consumer: Consumer, start: Start, *, is_group: bool, on_ready: Callable[[], None], on_gap: Callable[[int], None]
    ) -> None:
        self._consumer = consumer
        self._on_gap = on_gap
        self._start = start
        self._is_group = is_group
        self._on_ready: Callable[[], None] | None = on_ready

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Do nothing: offsets are committed after each batch."""

    async def on_partitions_assigned(self, assigned: Any) -> None:
        """Seek in the partitions without a committed offset of the group."""
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
        if self._start == "now":
            return await self._consumer.end_offsets(partitions)
        start = await find_start(self._consumer, partitions, self._start * 1000)
        if start.complete_since_ms is not None:
            self._on_gap(start.complete_since_ms // 1000)
        return start.offsets
