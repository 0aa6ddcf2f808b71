"""The public topics for the live page, read while somebody watches: what came last, then what comes.

A worker sees only its own partitions, and its page shows the news of all. So the page has a consumer of its own, in no group and read
committed, that exists only as long as it is looked at.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from agents.errors import UserError
from agents.kafka.connect import client_options, stop_within
from agents.kafka.require import require_topics
from agents.settings import Settings
from agents.web.feed import Feed, Source
from agents.web.shown import shown_event, shown_letter
from streams.topics import MAX_MESSAGE_BYTES, TopicName

log = logging.getLogger("agents.web_watch")

TOPICS = ("events", "duplicates", "dead-letters")
# Of each of six partitions, so that an opened page shows some hundred at once.
RECENT = 60
RECENT_S = 3600
# 1,000 a second is more than anybody reads; a page that is further behind than this goes on with the latest.
AT_ONCE = 200
PAUSE_S = 0.2
MAX_BEHIND = 5_000
RETRY_S = 3.0


class Watch:
    """A source of the feed: follows the topics, and starts again where Kafka was away."""

    def __init__(self, settings: Settings) -> None:
        """Prepare to read with these settings."""
        self._settings = settings

    async def run(self, feed: Feed) -> None:
        """Publish until cancelled."""
        told = ""
        while True:
            try:
                async with self._consumer() as consumer:
                    await self._recent(consumer, feed)
                    feed.announce("following", b"{}")
                    told = ""
                    await self._follow(consumer, feed)
            except (KafkaError, UserError, OSError) as error:
                if not told:
                    log.warning("no events for the live page, trying again: %s", error)
                told = str(error)
                feed.announce("trouble", orjson.dumps({"why": f"No events from Kafka, trying again: {told}"}))
                await asyncio.sleep(RETRY_S)

    @asynccontextmanager
    async def _consumer(self) -> AsyncIterator[AIOKafkaConsumer]:
        names = [self._settings.topic(name) for name in TOPICS]
        partitions = await require_topics(self._settings, names)
        consumer = AIOKafkaConsumer(
            **client_options(self._settings),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="latest",
            isolation_level="read_committed",
            fetch_max_bytes=1024 * 1024,
            max_partition_fetch_bytes=MAX_MESSAGE_BYTES // 16,
        )
        await consumer.start()
        try:
            consumer.assign([TopicPartition(name, number) for name in names for number in range(partitions[name])])
            yield consumer
        finally:
            await stop_within(consumer.stop())

    async def _recent(self, consumer: AIOKafkaConsumer, feed: Feed) -> None:
        """Publish the last of each partition, in the order in which they came."""
        partitions = list(consumer.assignment())
        ends = await consumer.end_offsets(partitions)
        beginnings = await consumer.beginning_offsets(partitions)
        since = await consumer.offsets_for_times(dict.fromkeys(partitions, int((time.time() - RECENT_S) * 1000)))
        for partition, end in ends.items():
            found = since[partition]
            consumer.seek(partition, max(beginnings[partition], end - RECENT, end if found is None else found.offset))
        recent: list[ConsumerRecord[bytes, bytes]] = []
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=200, max_records=AT_ONCE)).values():
                recent += records
        self._publish(sorted(recent, key=lambda record: record.timestamp), feed)

    async def _follow(self, consumer: AIOKafkaConsumer, feed: Feed) -> None:
        while True:
            found = await consumer.getmany(timeout_ms=500, max_records=AT_ONCE)
            self._publish((record for records in found.values() for record in records), feed)
            if found:
                await asyncio.sleep(PAUSE_S)
            skipped = await _skip(consumer)
            if skipped:
                feed.announce("skipped", b'{"messages": %d}' % skipped)

    def _publish(self, records: "Iterable[ConsumerRecord[bytes, bytes]]", feed: Feed) -> None:
        letters = self._settings.topic(TopicName.DEAD_LETTERS)
        for record in records:
            if record.topic == letters:
                feed.publish("dead", shown_letter(record))
            elif (shown := shown_event(record.value or b"", record.timestamp)) is not None:
                feed.publish("article", shown)


async def _skip(consumer: AIOKafkaConsumer) -> int:
    """Go on with the latest where too much waits; return how many messages were left out."""
    positions = {partition: await consumer.position(partition) for partition in consumer.assignment()}
    behind = {partition: max(0, (consumer.highwater(partition) or 0) - at) for partition, at in positions.items()}
    if sum(behind.values()) < MAX_BEHIND:
        return 0
    skipped = {partition: count - RECENT for partition, count in behind.items() if count > RECENT}
    for partition, count in skipped.items():
        consumer.seek(partition, positions[partition] + count)
    return sum(skipped.values())


def ticking(tell: Callable[[], bytes], every_s: float = 1.0) -> Source:
    """Return a source that announces the figures of this worker again and again; it shows too that the connection lives."""

    async def tick(feed: Feed) -> None:
        while True:
            feed.announce("figures", tell())
            await asyncio.sleep(every_s)

    return tick
