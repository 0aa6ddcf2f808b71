"""Measure whether Kafka answers, on a connection of its own, so that probes and scrapes read the result and never wait for it."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from aiokafka.client import AIOKafkaClient

from agents.kafka.connect import stop_within

log = logging.getLogger(__name__)

POLL_S = 2.0
# A broker that is frozen costs one request; the next one asks another broker.
REQUEST_S = 2.0
# Two polls may fail.
ANSWER_S = 3 * POLL_S


class KafkaWatch:
    """Ask any broker for metadata every `POLL_S` seconds."""

    def __init__(self, options: dict[str, Any], clock: Callable[[], float] = time.monotonic) -> None:
        """Prepare to connect with these options of aiokafka's clients; Kafka counts as reachable at first."""
        self._options = options
        self._clock = clock
        self._answered_at = clock()

    @property
    def is_reachable(self) -> bool:
        """Return whether a broker answered within the last `ANSWER_S` seconds."""
        return self._clock() - self._answered_at <= ANSWER_S

    async def run(self) -> None:
        """Poll until cancelled; connect anew after a failure, by the configured addresses."""
        while True:
            client = AIOKafkaClient(**self._options, request_timeout_ms=int(REQUEST_S * 1000))
            try:
                await self._poll(client)
            except Exception as error:  # whatever it is, Kafka did not answer, and the next poll tries again
                log.debug("Kafka does not answer: %r", error)
            finally:
                await stop_within(client.close())
            await asyncio.sleep(POLL_S)

    async def _poll(self, client: AIOKafkaClient) -> None:
        await client.bootstrap()
        while True:
            await client.fetch_all_metadata()
            self._answered_at = self._clock()
            await asyncio.sleep(POLL_S)
