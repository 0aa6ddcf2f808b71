"""When back-filled dumps may pass: only while the articles in front of the deduplicator are few."""

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from agents.connect import stop_within
from agents.settings import Settings

POLL_S = 1.0


class BackfillGate:
    """Watches the lag of the group on `news.articles`, over all workers; connects when first asked."""

    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        """Prepare to admit while the lag is at most `settings.backfill_lag` messages."""
        self._settings = settings
        self._options = options
        self._watcher: AIOKafkaConsumer | None = None
        self._lock = asyncio.Lock()

    async def admitted(self) -> None:
        """Return when there is room for a batch of the past."""
        while await self._lag() > self._settings.backfill_lag:  # noqa: ASYNC110 - the lag is the broker's: there is nothing to wait on
            await asyncio.sleep(POLL_S)

    async def stop(self) -> None:
        """Close the connection, if there is one."""
        if self._watcher is not None:
            await stop_within(self._watcher.stop())

    async def _lag(self) -> int:
        """Messages that wait, markers of transactions included: one or two a partition where nothing does."""
        async with self._lock:
            if self._watcher is None:
                # In the workers' group to read its offsets, and never a member of it, since it subscribes to nothing.
                watcher = AIOKafkaConsumer(**self._options, group_id=self._settings.prefix, enable_auto_commit=False)
                await watcher.start()
                self._watcher = watcher
        topic = self._settings.topic("articles")
        partitions = [TopicPartition(topic, partition) for partition in range(self._settings.partitions)]
        ends = await self._watcher.end_offsets(partitions)
        return sum([end - (await self._watcher.committed(partition) or 0) for partition, end in ends.items()])
