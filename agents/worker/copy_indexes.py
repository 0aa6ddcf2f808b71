"""The copy index of each owned partition, read back from `news.index`."""

import asyncio
import logging
import time
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from agents.errors import UserError
from agents.kafka.connect import stop_within
from streams.deduplicate.changes import UnreadableIndexRecord
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.deduplicate.rebuild import Rebuild

log = logging.getLogger(__name__)

# A record is a batch of 200 articles at most; so many are read in 0.1 s, and then the worker's web server has its turn.
RECORDS_AT_ONCE = 64
ADVICE = "without it copies would be published as originals (docs/operations.md, An index that can't be read)"


class Indexes:
    """A copy index for each partition of `news.articles` that this worker owns."""

    def __init__(self, topic: str, options: dict[str, Any], config: CopyConfig) -> None:
        """Prepare to read `topic`, the full name of `news.index`."""
        self._topic = topic
        self._options = options
        self._config = config
        self.by_partition: dict[int, CopyIndex] = {}
        # Kept open between rebalances: over TLS, closing one can wait 30 s for the broker's farewell.
        self._consumer: AIOKafkaConsumer | None = None

    async def restore(self, partitions: set[int], limit_s: float) -> None:
        """Make the indexes exactly those of the committed offsets of these partitions; call it once they are fenced.

        What is open is waited for, `limit_s` at most. All are read anew, kept ones too: another worker may have owned a partition, or our
        last batch may not be committed.
        """
        self.by_partition = {}  # none, not half of one; and the memory is needed
        if not partitions:
            return
        if self._consumer is None:
            self._consumer = await self._started()
        rebuilds = {TopicPartition(self._topic, partition): Rebuild(self._config) for partition in sorted(partitions)}
        await self._read(self._consumer, rebuilds, time.monotonic() + limit_s)
        for rebuild in rebuilds.values():
            for _ in rebuild.finish():
                await asyncio.sleep(0)
        self.by_partition = {place.partition: rebuild.index for place, rebuild in rebuilds.items()}
        log.info("copy index ready partitions=%s entries=%s", sorted(partitions), sum(map(len, self.by_partition.values())))

    async def stop(self) -> None:
        """Close the connection, if there is one."""
        if self._consumer is not None:
            await stop_within(self._consumer.stop())

    async def _started(self) -> AIOKafkaConsumer:
        consumer = AIOKafkaConsumer(
            **self._options,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            fetch_max_wait_ms=20,
            max_partition_fetch_bytes=4 * 1024 * 1024,
        )
        await consumer.start()
        return consumer

    async def _read(self, consumer: AIOKafkaConsumer, rebuilds: dict[TopicPartition, Rebuild], deadline: float) -> None:
        consumer.assign(list(rebuilds))
        await consumer.seek_to_beginning(*rebuilds)
        pending = set(rebuilds)
        while pending:
            found = await consumer.getmany(*pending, timeout_ms=50)
            for partition, records in found.items():
                for count, record in enumerate(records, start=1):
                    _add(rebuilds[partition], record)
                    if count % RECORDS_AT_ONCE == 0:
                        await asyncio.sleep(0)
            pending = {partition for partition in pending if not await _is_at_end(consumer, partition)}
            if pending and not found and time.monotonic() > deadline:
                log.warning("never ended, going on without it partitions=%s", ",".join(str(place.partition) for place in sorted(pending)))
                break
        consumer.unsubscribe()  # or it would go on fetching


async def _is_at_end(consumer: AIOKafkaConsumer, partition: TopicPartition) -> bool:
    """Return whether all is read, open transactions too: their offsets may stand a moment before their changes do."""
    end: int | None = consumer.highwater(partition)
    return end is not None and await consumer.position(partition) >= end


def _add(rebuild: Rebuild, record: "ConsumerRecord[bytes, bytes]") -> None:
    try:
        rebuild.add(record.value or b"")
    except UnreadableIndexRecord as error:
        place = f"{record.topic}-{record.partition} offset {record.offset}"
        raise UserError(f"{place}: {error}; {ADVICE}") from error
