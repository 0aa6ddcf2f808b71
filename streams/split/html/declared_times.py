"""Times that a page declares in `<time datetime="...">`: more precise than the age printed inside it ("3 hours ago").

A list of stories has one for each, in its header. HTML allows a day, a local time, or a time with its zone (WHATWG HTML, 4.5.14).
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from streams.records import Cut, Precision
from streams.split.fields.ages import EARLIEST_DAY

LATEST_YEAR = 2100
ZONE = re.compile("[Z+-]")
MAX_AHEAD = timedelta(days=1)  # the clock of a page and that of its reader differ, and it is tomorrow already somewhere east
# Printed ages are rounded to their unit, up or down; a day is never compared, since its hours aren't known.
ROUNDED = {"second": timedelta(minutes=1), "minute": timedelta(minutes=2), "hour": timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class Declared:
    """A declared time in UTC. Without a zone (`has_zone`) it may be any local time; of a day the hours count for nothing."""

    time: datetime
    precision: Precision
    has_zone: bool

    @property
    def published_at(self) -> str:
        """The time as an event carries it."""
        return self.time.strftime("%Y-%m-%d" if self.precision == "day" else "%Y-%m-%dT%H:%M:%SZ")


def declared_time(value: str | None) -> Declared | None:
    """Return the time of `value` (ISO 8601), as precise as it is written; None for anything else and for a year before the news web."""
    written = (value or "").strip()
    try:
        time = datetime.fromisoformat(written)
        utc = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    if not EARLIEST_DAY.year <= utc.year <= LATEST_YEAR:
        return None
    clock = ZONE.split(written.replace(" ", "T").partition("T")[2])[0]
    digits = sum(sign.isdigit() for sign in clock)
    precision: Precision = "day" if not digits else "hour" if digits <= 2 else "minute" if digits <= 4 else "second"
    return Declared(utc, precision, time.tzinfo is not None)


def declared_times(values: Sequence[str]) -> list[Declared]:
    """Return the times of those `values` that are one."""
    return [time for time in map(declared_time, values) if time]


def with_declared_times(cuts: Sequence[Cut], times: Sequence[tuple[int, Declared]], fetched_at: int | None) -> tuple[Cut, ...]:
    """Return `cuts` of a timed text, each with the first time declared from its start (the page's, for the first) to the next one's."""
    starts = [0, *(cut.start or 0 for cut in cuts[1:])]
    places = [place for place, _ in times]
    result = []
    for number, cut in enumerate(cuts):
        first = bisect_left(places, starts[number])
        is_inside = first < len(times) and (number + 1 == len(cuts) or places[first] < starts[number + 1])
        result.append(with_declared_time(cut, times[first][1], fetched_at) if is_inside else cut)
    return tuple(result)


def with_declared_time(cut: Cut, declared: Declared, fetched_at: int | None) -> Cut:
    """Return `cut` with a declared time, where that says more than the age printed with the story."""
    if not _is_better(declared, cut, fetched_at):
        return cut
    return replace(cut, published_at=declared.published_at, published_precision=declared.precision)


def _is_better(declared: Declared, cut: Cut, fetched_at: int | None) -> bool:
    """Tell whether a declared time says more than the age printed with the story.

    One in the future is an announced event's or an error. A clock without a zone is believed where the printed age agrees with it.
    """
    if fetched_at is not None and declared.time.timestamp() > fetched_at + MAX_AHEAD.total_seconds():
        return False
    rounded = ROUNDED.get(cut.published_precision or "")
    if rounded is None or cut.published_at is None:
        return True
    if declared.precision == "day":
        return False
    return declared.has_zone or abs(declared.time - datetime.fromisoformat(cut.published_at)) <= rounded
