"""Pause a topic while too many of its last records fail by our own fault, before a defect turns the whole topic into dead letters."""

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from agents.settings import Settings
from streams.counts import Counts
from streams.errors import Reason

log = logging.getLogger(__name__)

# Dead letters that newsmill is to blame for. All other reasons are mistakes of a producer, and no producer may stop a worker.
FAULTS = frozenset({Reason.BUG, Reason.CRASH})
# Time without work before the next trial. A defect then makes 120 dead letters an hour; a replay brings them back.
HOLD_S = 30.0


@dataclass(slots=True)
class Source:
    """An input topic: its last committed batches as (records, faults by reason), and while the brake is on the time of the next trial."""

    batches: deque[tuple[int, Counter[Reason]]] = field(default_factory=deque)
    trial_at: float | None = None
    is_trial: bool = False
    cause: str = ""


class Brake:
    """A circuit breaker for each input topic, so that a bad back-fill does not pause live dumps.

    Once too large a share of the last records failed, the topic pauses for `HOLD_S`. Then one record is tried: a good one releases the
    brake and the count begins anew; a bad one pauses the topic again.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        """Pause a topic when more than `brake_share` percent of its last `brake_minimum` records failed."""
        self._share = settings.brake_share
        self._minimum = settings.brake_minimum
        self._clock = clock
        self._sources: dict[str, Source] = {}

    @property
    def cause(self) -> str:
        """Return why the brake is on and when it tries the next record, empty where it is off."""
        return "; ".join(
            f"{topic}: {source.cause}, next trial in {max(0.0, source.trial_at - self._clock()):.0f} s"
            for topic, source in sorted(self._sources.items())
            if source.trial_at is not None
        )

    @property
    def is_on(self) -> bool:
        """Return whether the brake is on for any topic."""
        return any(source.trial_at is not None for source in self._sources.values())

    def is_pausing(self, topic: str) -> bool:
        """Return whether the topic makes no progress because of the brake; a trial that never ends is no pause."""
        source = self._sources.get(topic)
        return source is not None and source.trial_at is not None and not source.is_trial

    def keep(self, topics: Collection[str]) -> None:
        """Forget the topics that this worker no longer owns partitions of: it can try no record of them."""
        self._sources = {topic: source for topic, source in self._sources.items() if topic in topics}

    async def admitted(self, topic: str, waiting: int) -> int:
        """Return how many of the waiting records of a topic may run now: all, or one after a pause while the brake is on."""
        source = self._sources.setdefault(topic, Source())
        source.is_trial = False
        if source.trial_at is None:
            return waiting
        await asyncio.sleep(max(0.0, source.trial_at - self._clock()))
        source.is_trial = True
        return 1

    def count(self, topic: str, counts: Counts) -> None:
        """Add the counts of a committed batch of a topic, and set or release its brake by them."""
        source = self._sources.setdefault(topic, Source())
        records = counts.records.total()
        faults = Counter({reason: number for (_, reason), number in counts.dead_letters.items() if reason in FAULTS})
        if source.is_trial:
            self._end_trial(topic, source, has_failed=self._is_too_many(faults, records))
        elif source.trial_at is None and records:  # a batch that is passed on counts no record
            self._add(topic, source, records, faults)
        # Else the rest of the batch that set the brake.

    def _add(self, topic: str, source: Source, records: int, faults: Counter[Reason]) -> None:
        batches = source.batches
        batches.append((records, faults))
        while sum(number for number, _ in batches) - batches[0][0] >= self._minimum:
            batches.popleft()
        records, faults = sum(number for number, _ in batches), sum((each for _, each in batches), Counter[Reason]())
        if records >= self._minimum and self._is_too_many(faults, records):
            batches.clear()
            reasons = " ".join(f"{reason}={number}" for reason, number in faults.most_common())
            source.cause = f"{reasons} of the last {records} records, more than NEWS_BRAKE_SHARE={self._share} percent"
            source.trial_at = self._clock() + HOLD_S
            log.error(
                "brake on topic=%s %s: paused, one record is tried every %.0f s. See `newsmill dead-letters list` and remove the cause",
                *(topic, source.cause, HOLD_S),
            )

    def _is_too_many(self, faults: Counter[Reason], records: int) -> bool:
        return 100 * faults.total() > self._share * records

    def _end_trial(self, topic: str, source: Source, *, has_failed: bool) -> None:
        source.is_trial = False
        if has_failed:
            source.trial_at = self._clock() + HOLD_S
            log.warning("brake stays on topic=%s: the tried record failed too, next trial in %.0f s", topic, HOLD_S)
        else:
            source.trial_at = None
            log.info("brake released topic=%s: the tried record did not fail", topic)
