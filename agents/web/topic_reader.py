"""Read the public topics for the live page while it has clients: recent records first, then new ones.

A worker processes only its own partitions, but its page shows all of them. So the page has a separate consumer, without a group and read
committed, which exists only while the page has clients.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from operator import attrgetter

import orjson
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from agents.errors import UserError
from agents.kafka.compat.decoder import Consumer
from agents.kafka.connect import client_options, stop_within
from agents.kafka.decode.partition import Skipped, log_skipped
from agents.kafka.foreign_records import ForeignRecords
from agents.kafka.require import require_topics
from agents.settings import Settings
from agents.web.feed import BUFFERED_BYTES, Feed, Source
from agents.web.public_records import dead_letter_json, event_json
from streams.topics import MAX_MESSAGE_BYTES, TopicName

log = logging.getLogger("agents.web_watch")

TOPICS = ("events", "duplicates", "dead-letters")
# Per partition, so that a new page shows some hundred records at once with six partitions.
RECENT_RECORDS = 60
RECENT_S = 3600
# 1,000 a second is more than anyone reads; a page with a larger lag than MAX_LAG skips to the latest records.
MAX_POLL_RECORDS = 200
PAUSE_S = 0.2
MAX_LAG = 5_000
RETRY_S = 3.0


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A record as the page gets it: name and JSON line. A dead letter may have 16 MiB, of which its line has 300 characters."""

    timestamp: int
    name: str
    line: bytes


class TopicReader:
    """A source of the feed that follows the topics, and restarts after Kafka was unavailable."""

    def __init__(self, settings: Settings, on_skipped: Callable[[Skipped], None] = log_skipped) -> None:
        """Create a reader with these settings; call `on_skipped` with records that cannot be read."""
        self._settings = settings
        self._foreign = ForeignRecords()
        self._on_skipped = on_skipped

    async def run(self, feed: Feed) -> None:
        """Publish until cancelled."""
        last_error = ""
        while True:
            try:
                async with self._consumer() as (consumer, partitions):
                    await self._recent(consumer, partitions, feed)
                    feed.announce("following", b"{}")
                    last_error = ""
                    await self._follow(consumer, feed)
            except (KafkaError, UserError, OSError) as error:
                if not last_error:
                    log.warning("live page: no events from Kafka, retrying: %s", error)
                last_error = str(error)
                feed.announce("trouble", orjson.dumps({"why": f"No events from Kafka, trying again: {last_error}"}))
                await asyncio.sleep(RETRY_S)

    @asynccontextmanager
    async def _consumer(self) -> AsyncIterator[tuple[Consumer, list[TopicPartition]]]:
        """Yield a started consumer without an assignment, and the partitions to read; see `read_between` for why it gets them later."""
        names = [self._settings.topic(name) for name in TOPICS]
        partitions = await require_topics(self._settings, names)
        consumer = Consumer(
            **client_options(self._settings),
            on_skipped=self._on_skipped,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="latest",
            isolation_level="read_committed",
            fetch_max_bytes=1024 * 1024,
            max_partition_fetch_bytes=MAX_MESSAGE_BYTES // 16,
        )
        await consumer.start()
        try:
            yield consumer, [TopicPartition(name, number) for name in names for number in range(partitions[name])]
        finally:
            await stop_within(consumer.stop())

    async def _recent(self, consumer: Consumer, partitions: list[TopicPartition], feed: Feed) -> None:
        """Publish the recent records of all partitions in order of their timestamps."""
        ends = await consumer.end_offsets(partitions)
        beginnings = await consumer.beginning_offsets(partitions)
        since = await consumer.offsets_for_times(dict.fromkeys(partitions, int((time.time() - RECENT_S) * 1000)))
        consumer.assign(partitions)
        for partition, end in ends.items():
            found = since[partition]
            consumer.seek(partition, max(beginnings[partition], end - RECENT_RECORDS, end if found is None else found.offset))
        recent: list[ShownRecord] = []
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=200, max_records=MAX_POLL_RECORDS)).values():
                recent += self._shown(records)
            recent = latest(recent, BUFFERED_BYTES)
        for record in recent:
            feed.publish(record.name, record.line)

    async def _follow(self, consumer: Consumer, feed: Feed) -> None:
        while True:
            found = await consumer.getmany(timeout_ms=500, max_records=MAX_POLL_RECORDS)
            for record in self._shown(record for records in found.values() for record in records):
                feed.publish(record.name, record.line)
            if found:
                await asyncio.sleep(PAUSE_S)
            skipped = await _skip_lag(consumer)
            if skipped:
                feed.announce("skipped", b'{"messages": %d}' % skipped)

    def _shown(self, records: "Iterable[ConsumerRecord[bytes, bytes]]") -> Iterator[ShownRecord]:
        """Yield each record as the page shows it, and skip those that newsmill did not write."""
        dead_letters, copies = self._settings.topic(TopicName.DEAD_LETTERS), self._settings.topic(TopicName.DUPLICATES)
        for record in records:
            if record.topic == dead_letters:
                name, shown = "dead", dead_letter_json(record)
            else:
                name, shown = "article", event_json(record.value or b"", record.timestamp, is_copy=record.topic == copies)
            if shown is None:
                self._foreign.skip(record)
            else:
                yield ShownRecord(record.timestamp, name, shown)


def latest(records: Iterable[ShownRecord], limit: int) -> list[ShownRecord]:
    """Return the latest records in order of time, of at most `limit` bytes."""
    ordered = sorted(records, key=attrgetter("timestamp"))
    size = sum(len(record.line) for record in ordered)
    first = 0
    while size > limit:
        size -= len(ordered[first].line)
        first += 1
    return ordered[first:]


async def _skip_lag(consumer: Consumer) -> int:
    """Skip to the latest records if the lag is too large; return the number of skipped messages."""
    positions = {partition: await consumer.position(partition) for partition in consumer.assignment()}
    lags = {partition: max(0, (consumer.highwater(partition) or 0) - at) for partition, at in positions.items()}
    if sum(lags.values()) < MAX_LAG:
        return 0
    skipped = {partition: count - RECENT_RECORDS for partition, count in lags.items() if count > RECENT_RECORDS}
    for partition, count in skipped.items():
        consumer.seek(partition, positions[partition] + count)
    return sum(skipped.values())


def announce_periodically(figures: Callable[[], bytes], every_s: float = 1.0) -> Source:
    """Return a source that announces `figures()` every `every_s` seconds, which also keeps the connection alive."""

    async def tick(feed: Feed) -> None:
        while True:
            feed.announce("figures", figures())
            await asyncio.sleep(every_s)

    return tick
