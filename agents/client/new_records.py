"""Read the events of a span of time that moves on: each time only what is new."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing

from aiokafka import TopicPartition
from aiokafka.structs import ConsumerRecord

from agents.kafka.read_topic import find_start, read_between, reader
from agents.kafka.require import require_topics
from agents.settings import Settings
from streams.topics import TopicName

BATCH = 1000


class NewRecords:
    """The events of the last `over_s` seconds. `complete_since_ms`: the time before which records are deleted, None if none are."""

    def __init__(self, settings: Settings, over_s: int) -> None:
        """Prepare to read."""
        self._settings = settings
        self._over_s = over_s
        self._next: dict[TopicPartition, int] = {}
        self.complete_since_ms: int | None = None

    async def read(self, until_ms: int, restart: Callable[[], None], take: Callable[["ConsumerRecord[bytes, bytes]"], None]) -> None:
        """Call `take` with each record that is new; before it `restart`, where all are.

        Raises:
            NotReachable: no broker answers within 10 seconds.
            UserError: the topic is missing.
        """
        topic = self._settings.topic(TopicName.EVENTS)
        count = (await require_topics(self._settings, [topic]))[topic]
        partitions = [TopicPartition(topic, number) for number in range(count)]
        async with reader(self._settings) as consumer:
            firsts, ends = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
            if self._next.keys() != set(partitions):
                start = await find_start(consumer, partitions, until_ms - self._over_s * 1000)
                self._next, self.complete_since_ms = dict(start.offsets), start.complete_since_ms
                restart()
            starts = {each: max(self._next[each], firsts[each]) for each in partitions}
            self._next = {}  # of a read that fails or is cancelled no record counts twice: the next one begins again
            async with aclosing(read_between(consumer, starts, ends, BATCH)) as batches:
                async for records in batches:
                    for record in records:
                        take(record)
                    await asyncio.sleep(0)
            self._next = ends
