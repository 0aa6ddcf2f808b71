"""Stop a worker once too many of its last records are dead, before a mistake turns a whole topic into dead letters."""

import asyncio
import logging
from collections import deque

from agents.settings import Settings
from streams.counts import Counts, RecordFate, StageName

log = logging.getLogger(__name__)


class Brake:
    """Count the last records of each stage, and hold the worker once too large a share of them is dead; only a restart releases it."""

    def __init__(self, settings: Settings) -> None:
        """Hold where more than `brake_share` percent of the last `brake_minimum` records of a stage are dead."""
        self._share = settings.brake_share
        self._minimum = settings.brake_minimum
        self._batches: dict[StageName, deque[tuple[int, int]]] = {}
        self._released = asyncio.Event()
        self._released.set()

    @property
    def is_on(self) -> bool:
        """Whether the brake holds the worker."""
        return not self._released.is_set()

    def count(self, stage: StageName, counts: Counts) -> None:
        """Add the counts of a committed batch; the oldest batches are dropped while the rest has the minimum of records."""
        batches = self._batches.setdefault(stage, deque())
        batches.append((counts.records.total(), counts.records[stage, RecordFate.DEAD]))
        while sum(records for records, _ in batches) - batches[0][0] >= self._minimum:
            batches.popleft()
        records, dead = (sum(numbers) for numbers in zip(*batches, strict=True))
        if records >= self._minimum and 100 * dead > self._share * records and not self.is_on:
            self._released.clear()
            log.error(
                "brake on stage=%s dead=%s of the last %s records, more than NEWS_BRAKE_SHARE=%s percent: this worker is stopped. "
                "See `newsmill dead-letters list`, remove the cause, and restart the worker",
                *(stage, dead, records, self._share),
            )

    async def released(self) -> None:
        """Return at once, or never while the brake holds."""
        await self._released.wait()
