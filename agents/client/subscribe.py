"""Consume the public topics as a stream of events: read committed, each id once, from the committed offsets of a group."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any

from aiokafka import TopicPartition
from aiokafka.coordinator.assignors.abstract import AbstractPartitionAssignor
from aiokafka.errors import CommitFailedError, IllegalStateError

from agents.client.event_filter import EventFilter
from agents.client.one_member import one_member
from agents.client.received_event import ReceivedEvent
from agents.client.record_matcher import RecordMatcher
from agents.client.span_end import SpanEnd
from agents.client.start_positions import Start, StartPositions
from agents.client.story_memory import GroupMemory, StoryMemory
from agents.kafka.compat.decoder import Consumer
from agents.kafka.connect import client_options, stop_within
from agents.kafka.require import require_topics
from agents.settings import Settings
from streams.topics import MAX_MESSAGE_BYTES, TopicName

# An id occurs again only after a replay or after the copy window; a hundred thousand ids are 15 MB.
REMEMBERED_IDS = 100_000
MAX_BATCH_S = 86_400
POLL_MS = 500
MAX_RECORDS = 500
REBALANCE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Subscription:
    """Which events, from where to where.

    Attributes:
        event_filter: which events.
        start: the first position: a time in seconds since the epoch, "beginning" or "now"; for a group only in partitions without a
            committed offset.
        group: the consumer group; None reads all partitions without a group and commits nothing.
        max_events: end after this number of events; None never ends.
        until: leave out what Kafka got at or after this time, in seconds since the epoch, and end once all before it is read.
        exit_at_end: end after the last event that the topics have at the call.
        once_per_story: of each story only the first event that the filter selects, of those that this group, or this call, has read.
        story_states: instead of events the states of stories on `news.stories`.
    """

    event_filter: EventFilter
    start: Start = "now"
    group: str | None = None
    max_events: int | None = None
    until: int | None = None
    exit_at_end: bool = False
    once_per_story: bool = False
    story_states: bool = False

    def topic_names(self) -> tuple[str, ...]:
        """Return the topics to read, without the prefix."""
        return (TopicName.STORIES,) if self.story_states else self.event_filter.topic_names()


async def receive_events(
    settings: Settings,
    subscription: Subscription,
    *,
    on_ready: Callable[[], None] = lambda: None,
    on_gap: Callable[[int], None] = lambda _: None,
) -> AsyncGenerator[ReceivedEvent, None]:
    """Yield events, each id once. An event counts as read by the group when the next one is requested.

    Args:
        settings: where Kafka is.
        subscription: which events, from where to where.
        on_ready: called once, when every later event will be seen.
        on_gap: called with the time (seconds) before which events are deleted, if some after the start are.

    Raises:
        NotReachable: no broker answers within 10 seconds.
        UserError: a topic is missing.
    """
    names = [settings.topic(name) for name in subscription.topic_names()]
    partitions = await require_topics(settings, names)
    every = [TopicPartition(name, number) for name in names for number in range(partitions[name])]
    group = subscription.group
    consumer = _consumer(settings, group, one_member(partitions) if subscription.once_per_story else None)
    receiver = _Receiver(settings, subscription, consumer, every)
    positions = StartPositions(
        consumer, subscription.start, is_group=group is not None, on_ready=on_ready, on_gap=on_gap, memory=receiver.group_memory
    )
    if group is not None:
        consumer.subscribe(names, listener=positions)
    await consumer.start()
    try:
        if group is None:
            consumer.assign(every)
            await positions.on_partitions_assigned(consumer.assignment())
        async with aclosing(receiver.receive(positions)) as received:
            async for event in received:
                yield event
    finally:
        await stop_within(consumer.stop())


def _consumer(settings: Settings, group: str | None, assignor: type[AbstractPartitionAssignor] | None) -> Consumer:
    assignment: dict[str, Any] = {"partition_assignment_strategy": (assignor,)} if assignor else {}
    return Consumer(
        **client_options(settings),
        **assignment,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=MAX_MESSAGE_BYTES // 4,
        # A batch is delivered before the next poll; a receiver that is away for long must not cost the member its partitions.
        max_poll_interval_ms=MAX_BATCH_S * 1000,
        rebalance_timeout_ms=REBALANCE_MS,
    )


class _Receiver:
    """Read a started consumer to the end of a subscription, and commit for its group what is read."""

    def __init__(self, settings: Settings, subscription: Subscription, consumer: Consumer, every: list[TopicPartition]) -> None:
        self._consumer = consumer
        self._matcher = RecordMatcher(settings.prefix, subscription.event_filter)
        self._end = SpanEnd(consumer, every, until=subscription.until, exit_at_end=subscription.exit_at_end)
        self._max_events = subscription.max_events
        self._is_group = subscription.group is not None
        self._seen: dict[str, None] = {}
        self._stories = StoryMemory() if subscription.once_per_story else None
        self._next_offsets: dict[TopicPartition, int] = {}
        self.group_memory: GroupMemory | None = None
        if self._stories is not None and subscription.group is not None:
            self.group_memory = GroupMemory(settings, subscription.group, self._matcher, self._stories)

    async def receive(self, positions: StartPositions) -> AsyncGenerator[ReceivedEvent, None]:
        """Yield events until the end."""
        yielded = 0
        try:
            while yielded != self._max_events:
                await positions.settled()
                if positions.has_assigned and await self._end.is_reached():
                    break
                batches = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=MAX_RECORDS)
                await positions.settled()
                for partition, record in ((partition, record) for partition, records in batches.items() for record in records):
                    if self._end.is_beyond(partition, record.offset):
                        continue
                    received = self._matcher.match(record)
                    if received is not None and self._is_new(received):
                        yield received
                        yielded += 1
                    self._next_offsets[partition] = record.offset + 1
                    if yielded == self._max_events:
                        break
                await self._commit()
        finally:
            await self._commit()

    def _is_new(self, received: ReceivedEvent) -> bool:
        return not _is_repeated(received.id, self._seen) and (self._stories is None or self._stories.is_new(received))

    async def _commit(self) -> None:
        """Commit what the group has read and empty it; nothing of partitions that another member has now."""
        if not self._is_group:
            return
        owned = self._consumer.assignment()
        offsets = {partition: offset for partition, offset in self._next_offsets.items() if partition in owned}
        self._next_offsets.clear()
        if offsets:
            with suppress(CommitFailedError, IllegalStateError):  # revoked meanwhile: its next owner commits
                await self._consumer.commit(self.group_memory.with_notes(offsets) if self.group_memory else offsets)


def _is_repeated(id: str, seen: dict[str, None]) -> bool:
    """Remember an id and return whether it was known; above the limit the oldest id is forgotten."""
    if id in seen:
        return True
    seen[id] = None
    if len(seen) > REMEMBERED_IDS:
        del seen[next(iter(seen))]
    return False
