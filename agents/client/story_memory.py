"""Which stories a subscriber has been given an event of, so that it gets one of each.

A group needs the memory of all its members, and after a restart that of its earlier ones. So one member reads all partitions, the others
wait, and whoever takes over reads again what the group has committed, from where the group began: a note beside the offsets says where.
"""

from collections.abc import Iterable, Mapping
from contextlib import aclosing

from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata

from agents.client.received_event import ReceivedEvent
from agents.client.record_matcher import RecordMatcher
from agents.kafka.connect import admin
from agents.kafka.group_offsets import stable_offsets
from agents.kafka.read_topic import read_between, reader
from agents.settings import Settings

# 50 MB. A story goes on for a week; of more stories the oldest are forgotten.
REMEMBERED_STORIES = 500_000
OFFSETS_S = 10.0


class StoryMemory:
    """Remember the stories of the events that it is asked for."""

    def __init__(self) -> None:
        self._seen: dict[str, None] = {}

    def is_new(self, received: ReceivedEvent) -> bool:
        """Return whether no event of this story was asked for before; an event without a story is always new."""
        story = received.event["story"]
        if story is None:
            return True
        if story["id"] in self._seen:
            return False
        self._seen[story["id"]] = None
        if len(self._seen) > REMEMBERED_STORIES:
            del self._seen[next(iter(self._seen))]
        return True


class GroupMemory:
    """Restore the memory of a group from the log, and write the note from which the next member restores it."""

    def __init__(self, settings: Settings, group: str, matcher: RecordMatcher, memory: StoryMemory) -> None:
        """Restore `memory` with the events that `matcher` selects."""
        self._settings = settings
        self._group = group
        self._matcher = matcher
        self._memory = memory
        self._begins: dict[TopicPartition, int] = {}

    async def restore(self, assigned: Iterable[TopicPartition], starts: Mapping[TopicPartition, int]) -> None:
        """Read what the group has committed of these partitions; those of `starts` it begins there now."""
        before = [partition for partition in assigned if partition not in starts]
        read: Mapping[TopicPartition, OffsetAndMetadata] = {}
        if before:
            async with admin(self._settings) as client:
                read = await stable_offsets(client, self._group, before, OFFSETS_S)
        self._begins = {partition: _begin_in(offset.metadata) for partition, offset in read.items()} | dict(starts)
        if read:
            await self._read(self._begins, {partition: offset.offset for partition, offset in read.items()})

    def with_notes(self, offsets: Mapping[TopicPartition, int]) -> dict[TopicPartition, OffsetAndMetadata]:
        """Return the offsets to commit, each with the note where the group began."""
        return {partition: OffsetAndMetadata(offset, str(self._begins.get(partition, 0))) for partition, offset in offsets.items()}

    async def _read(self, begins: Mapping[TopicPartition, int], stops: Mapping[TopicPartition, int]) -> None:
        async with reader(self._settings) as consumer:
            firsts = await consumer.beginning_offsets(list(stops))
            starts = {partition: max(begins[partition], firsts[partition]) for partition in stops}
            async with aclosing(read_between(consumer, starts, stops)) as batches:
                async for records in batches:
                    for record in records:
                        received = self._matcher.match(record)
                        if received is not None:
                            self._memory.is_new(received)


def _begin_in(note: str) -> int:
    return int(note) if note.isascii() and note.isdecimal() else 0
