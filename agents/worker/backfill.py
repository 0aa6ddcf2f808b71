"""Admit back-filled dumps only while few live articles wait, so that they never delay live ones."""

import asyncio
import logging
import time

from aiokafka.errors import KafkaError

from agents.errors import NotReachable
from agents.kafka.connect import admin
from agents.kafka.lag import waiting_messages
from agents.settings import Settings
from streams.topics import TopicName

log = logging.getLogger(__name__)

POLL_S = 1.0


class BackfillGate:
    """Gate for back-filled dumps by the consumer lag of the group on `news.articles` and `news.articles.large`, over all workers."""

    def __init__(self, settings: Settings) -> None:
        """Admit while the lag is at most `settings.backfill_lag` messages, and nothing of a large dump waits."""
        self._settings = settings
        self._open_until = 0.0
        self.is_shut = False

    async def admitted(self) -> None:
        """Return once a back-filled batch may pass; the lag is looked up once a second."""
        while time.monotonic() >= self._open_until:
            self.is_shut = not await self._has_room()
            if self.is_shut:
                await asyncio.sleep(POLL_S)
            else:
                self._open_until = time.monotonic() + POLL_S

    async def _has_room(self) -> bool:
        try:
            async with admin(self._settings) as client:
                waiting = await waiting_messages(client, self._settings, (TopicName.ARTICLES, TopicName.LARGE))
        except (NotReachable, KafkaError, OSError) as error:
            log.warning("back-fill waits: the lag can't be looked up: %s", error)
            return False
        return not waiting.pop(self._settings.topic(TopicName.LARGE), 0) and sum(waiting.values()) <= self._settings.backfill_lag
