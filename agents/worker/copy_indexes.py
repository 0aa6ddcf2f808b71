"""Restore the copy index of each owned partition from `news.index`."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from aiokafka import ConsumerRecord, TopicPartition

from agents.errors import UserError
from agents.kafka.compat.decoder import Consumer
from agents.kafka.connect import stop_within
from agents.kafka.decode.partition import Skipped, log_skipped
from streams.deduplicate.changes import UnreadableIndexRecord
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.deduplicate.rebuild import Rebuild

log = logging.getLogger(__name__)

# A record holds a batch of 200 articles at most. So many records take 0.1 s; then the event loop serves probes and heartbeats.
RECORDS_AT_ONCE = 64
ADVICE = "without it copies would be published as originals (docs/operations.md, An index that can't be read)"


class CopyIndexes:
    """A copy index for each partition of `news.articles` that this worker owns."""

    def __init__(
        self,
        topic: str,
        partitions: int,
        options: dict[str, Any],
        config: CopyConfig,
        on_skipped: Callable[[Skipped], None] = log_skipped,
    ) -> None:
        """Prepare to read `topic`, the full name of `news.index`; call `on_skipped` with records that cannot be read."""
        self._topic = topic
        self._partitions = partitions
        self._options = options
        self._config = config
        self._on_skipped = on_skipped
        self.by_partition: dict[int, CopyIndex] = {}
        # Kept open between rebalances: over TLS, closing a connection can take 30 s.
        self._consumer: Consumer | None = None

    async def restore(self, partitions: set[int], limit_s: float) -> None:
        """Restore the indexes of these partitions to the state of their committed offsets; call it once the partitions are fenced.

        Wait at most `limit_s` for open transactions. All indexes are read again, those of kept partitions too: another worker may have
        owned a partition in between, or the last batch of this worker may not be committed. A partition that was added to
        `news.articles` alone gets no articles, and an empty index.
        """
        self.by_partition = {}  # frees the memory, and no stage sees an index that is restored in part
        if not partitions:
            return
        if self._consumer is None:
            self._consumer = await self._started()
        rebuilds = {TopicPartition(self._topic, partition): Rebuild(self._config) for partition in sorted(partitions)}
        indexed = {partition: rebuild for partition, rebuild in rebuilds.items() if partition.partition < self._partitions}
        if indexed:
            await self._read(self._consumer, indexed, time.monotonic() + limit_s)
        for rebuild in rebuilds.values():
            for _ in rebuild.finish():
                await asyncio.sleep(0)
        self.by_partition = {partition.partition: rebuild.index for partition, rebuild in rebuilds.items()}
        log.info("copy index ready partitions=%s entries=%s", sorted(partitions), sum(map(len, self.by_partition.values())))

    async def stop(self) -> None:
        """Close the consumer, if it is open."""
        if self._consumer is not None:
            await stop_within(self._consumer.stop())

    async def _started(self) -> Consumer:
        consumer = Consumer(
            **self._options,
            on_skipped=self._on_skipped,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            fetch_max_wait_ms=20,
            max_partition_fetch_bytes=4 * 1024 * 1024,
        )
        await consumer.start()
        return consumer

    async def _read(self, consumer: Consumer, rebuilds: dict[TopicPartition, Rebuild], deadline: float) -> None:
        consumer.assign(list(rebuilds))
        await consumer.seek_to_beginning(*rebuilds)
        ends = await consumer.end_offsets(list(rebuilds))
        pending = set(rebuilds)
        while pending:
            found = await consumer.getmany(*pending, timeout_ms=50)
            for partition, records in found.items():
                for count, record in enumerate(records, start=1):
                    _add(rebuilds[partition], record)
                    if count % RECORDS_AT_ONCE == 0:
                        await asyncio.sleep(0)
            pending = {partition for partition in pending if not await _is_at_end(consumer, partition, ends[partition])}
            if pending and not found and time.monotonic() > deadline:
                numbers = ",".join(str(partition.partition) for partition in sorted(pending))
                log.warning("open transactions on the index did not end, going on without them partitions=%s", numbers)
                break
        consumer.unsubscribe()  # stops fetching


async def _is_at_end(consumer: Consumer, partition: TopicPartition, end: int) -> bool:
    """Return whether the position has reached `end` and the high watermark.

    Open transactions lie between the two, and their offsets may be visible before their records. The high watermark alone is not enough:
    that of a fetch from a new leader may lag behind what was committed, while a request for offsets waits until it does not (KIP-207).
    """
    highwater = consumer.highwater(partition)
    return highwater is not None and await consumer.position(partition) >= max(end, highwater)


def _add(rebuild: Rebuild, record: "ConsumerRecord[bytes, bytes]") -> None:
    try:
        rebuild.add(record.value or b"")
    except UnreadableIndexRecord as error:
        raise UserError(f"{record.topic}-{record.partition} offset {record.offset}: {error}; {ADVICE}") from error
