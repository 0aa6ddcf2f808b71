"""When back-filled dumps may pass: only while the articles in front of the deduplicator are few."""

import asyncio
import logging
import time

from aiokafka.errors import KafkaError

from agents.kafka.connect import NotReachable, admin
from agents.kafka.lag import waiting_messages
from agents.settings import Settings

log = logging.getLogger(__name__)

POLL_S = 1.0


class BackfillGate:
    """Watches the lag of the group on `news.articles`, over all workers."""

    def __init__(self, settings: Settings) -> None:
        """Prepare to admit while the lag is at most `settings.backfill_lag` messages."""
        self._settings = settings
        self._open_until = 0.0
        self.is_shut = False

    async def admitted(self) -> None:
        """Return when there is room for a batch of the past; an answer holds for a second."""
        while time.monotonic() >= self._open_until:
            self.is_shut = not await self._has_room()
            if self.is_shut:
                await asyncio.sleep(POLL_S)
            else:
                self._open_until = time.monotonic() + POLL_S

    async def _has_room(self) -> bool:
        try:
            async with admin(self._settings) as client:
                waiting = await waiting_messages(client, self._settings, ("articles",))
        except (NotReachable, KafkaError, OSError) as error:
            log.warning("back-fill waits: the lag of the articles is not known: %s", error)
            return False
        return sum(waiting.values()) <= self._settings.backfill_lag
