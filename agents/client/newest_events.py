"""Find the newest events that a filter selects, from Kafka, and only what is new when asked again."""

import asyncio
import heapq
from collections.abc import Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from aiokafka import TopicPartition
from aiokafka.structs import ConsumerRecord

from agents.client.event_filter import EventFilter
from agents.client.record_matcher import RecordMatcher
from agents.kafka.compat.decoder import Consumer
from agents.kafka.read_topic import read_between, reader
from agents.kafka.require import require_topics
from agents.settings import Settings

# Records of a partition that are read at first, and how much further back each time that too few events match. Ids spread events evenly
# over the partitions, so that equal counts reach back about equally far.
FIRST_RECORDS = 100
FACTOR = 5
MAX_RECORDS = 50_000
BATCH = 200


# A feed shows 300 characters, and an article may have a million.
MAX_BODY_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class NewestEvent:
    """An event with the beginning of its text and without evidence, and the timestamp of its record in milliseconds since the epoch."""

    at_ms: int
    event: dict[str, Any]


class NewestEvents:
    """The newest events of one filter, each id once. The first `update` reads back as far as it must, later ones what is new."""

    def __init__(self, settings: Settings, event_filter: EventFilter, limit: int) -> None:
        """Prepare to find `limit` events; nothing is read yet."""
        self._settings = settings
        self._filter = event_filter
        self._limit = limit
        self._matcher = RecordMatcher(settings.prefix, event_filter)
        self._next: dict[TopicPartition, int] = {}
        self._found: dict[str, NewestEvent] = {}

    @property
    def newest(self) -> Sequence[NewestEvent]:
        """Return what is found, the newest first."""
        return sorted(self._found.values(), key=lambda each: (-each.at_ms, each.event["id"]))[: self._limit]

    async def update(self) -> Sequence[NewestEvent]:
        """Read what is new, and return the newest events, the newest first.

        Raises:
            NotReachable: no broker answers within 10 seconds.
            UserError: a topic is missing.
        """
        names = [self._settings.topic(name) for name in self._filter.topic_names()]
        counts = await require_topics(self._settings, names)
        partitions = [TopicPartition(name, number) for name in names for number in range(counts[name])]
        async with reader(self._settings) as consumer:
            firsts, ends = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
            if self._next.keys() == set(partitions):
                await self._read(consumer, {each: max(self._next[each], firsts[each]) for each in partitions}, ends)
            else:
                await self._read_back(consumer, firsts, ends)
            self._next = ends
        return self.newest

    async def _read_back(self, consumer: Consumer, firsts: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]) -> None:
        self._found = {}
        stops, count = ends, FIRST_RECORDS
        while any(stops[each] > firsts[each] for each in stops) and len(self._found) < self._limit and count <= MAX_RECORDS:
            starts = {each: max(firsts[each], ends[each] - count) for each in ends}
            await self._read(consumer, starts, stops)
            stops, count = starts, count * FACTOR

    async def _read(self, consumer: Consumer, starts: Mapping[TopicPartition, int], stops: Mapping[TopicPartition, int]) -> None:
        async with aclosing(read_between(consumer, starts, stops, BATCH)) as batches:
            async for records in batches:
                self._take(records)
                await asyncio.sleep(0)

    def _take(self, records: "Iterable[ConsumerRecord[bytes, bytes]]") -> None:
        for record in records:
            event = self._matcher.match(record)
            if event is not None and event.id not in self._found:
                self._found[event.id] = NewestEvent(record.timestamp, _shortened(event.event))
        if len(self._found) > 2 * self._limit:
            kept = heapq.nlargest(self._limit, self._found.values(), key=lambda each: each.at_ms)
            self._found = {each.event["id"]: each for each in kept}


def _shortened(event: dict[str, Any]) -> dict[str, Any]:
    labels = {kind: [label | {"evidence": []} for label in event[kind]] for kind in ("regions", "topics")}
    return event | labels | {"body": event["body"][:MAX_BODY_CHARACTERS]}
