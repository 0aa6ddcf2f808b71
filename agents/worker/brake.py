"""The brake: a worker stands still once too many of its last records are dead; else a mistake turns a whole topic into dead letters."""

import asyncio
import logging
from collections import deque

from agents.settings import Settings
from streams.counts import Counts, RecordFate, StageName

log = logging.getLogger(__name__)


class Brake:
    """Counts the last records of each stage, and holds once more of them are dead than may be; only a start releases it."""

    def __init__(self, settings: Settings) -> None:
        """Look at the last `brake_minimum` records of a stage, and hold above `brake_share` percent."""
        self._share = settings.brake_share
        self._minimum = settings.brake_minimum
        self._batches: dict[StageName, deque[tuple[int, int]]] = {}
        self._released = asyncio.Event()
        self._released.set()

    @property
    def is_on(self) -> bool:
        """Whether the worker stands still."""
        return not self._released.is_set()

    def count(self, stage: StageName, counts: Counts) -> None:
        """Count a committed batch; more records than the minimum are kept only where the batches are not of one record each."""
        batches = self._batches.setdefault(stage, deque())
        batches.append((counts.records.total(), counts.records[stage, RecordFate.DEAD]))
        while sum(records for records, _ in batches) - batches[0][0] >= self._minimum:
            batches.popleft()
        records, dead = (sum(numbers) for numbers in zip(*batches, strict=True))
        if records >= self._minimum and 100 * dead > self._share * records and not self.is_on:
            self._released.clear()
            log.error(
                "brake on stage=%s dead=%s of the last %s records, more than NEWS_BRAKE_SHARE=%s percent: this worker stands still. "
                "See `newsmill dead-letters list`, mend the cause, and start it again",
                *(stage, dead, records, self._share),
            )

    async def released(self) -> None:
        """Return at once, or never where the brake holds."""
        await self._released.wait()
