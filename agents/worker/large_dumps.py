"""Let the articles of large dumps pass one batch after another, so that those of other dumps wait behind one batch at most."""

import asyncio
import logging
import time

from aiokafka.errors import KafkaError

from agents.errors import NotReachable
from agents.kafka.connect import admin
from agents.kafka.lag import wait_until_passed
from agents.settings import Settings
from streams.topics import TopicName

log = logging.getLogger(__name__)

# In a backlog a batch would wait for all of it. As long as the slowest batch takes on a busy machine.
MAX_WAIT_S = 10.0
RETRY_S = 1.0
LATER_STAGES = (TopicName.ARTICLES, TopicName.JUDGED)


class LargeDumpGate:
    """Gate for batches of `news.articles.large`: each waits until the later stages have processed the one before."""

    def __init__(self, settings: Settings) -> None:
        """Look at the consumer group of these settings."""
        self._settings = settings
        self._waiting = 0

    @property
    def is_shut(self) -> bool:
        """Whether any partition waits."""
        return self._waiting > 0

    async def admitted(self, partition: int) -> None:
        """Return once what was in this partition of the later stages has passed, at the latest after `MAX_WAIT_S`.

        While Kafka does not answer, nothing is admitted.
        """
        self._waiting += 1
        deadline = time.monotonic() + MAX_WAIT_S
        try:
            while not await self._has_passed(partition, deadline):  # noqa: ASYNC110 - Kafka sends no event
                await asyncio.sleep(RETRY_S)
        except Exception:
            log.exception("articles of a large dump do not wait for the later stages")  # only others are delayed by that
        finally:
            self._waiting -= 1

    async def _has_passed(self, partition: int, deadline: float) -> bool:
        try:
            async with admin(self._settings) as client:
                await wait_until_passed(client, self._settings, LATER_STAGES, partition, deadline)
        except (NotReachable, KafkaError, OSError) as error:
            log.warning("articles of a large dump wait: the lag of the later stages can't be looked up: %s", error)
            return False
        return True
