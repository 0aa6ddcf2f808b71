"""Parse the times that a page declares in `<time datetime="...">`, and fill them in where they are more precise than a printed age.

In a list each story has one in its header. HTML allows a day, a local time, or a time with its zone (WHATWG HTML, 4.5.14).
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from streams.records import Cut, Precision
from streams.split.fields.ages import EARLIEST_DAY

LATEST_YEAR = 2100
HOUR_DIGITS, MINUTE_DIGITS = 2, 4  # of a clock as "09", "09:05"; a longer one has seconds
ZONE = re.compile("[Z+-]")
MAX_FUTURE = timedelta(days=1)  # clocks of page and fetcher differ, and local times east of UTC are ahead of it
MAX_ZONED_FUTURE = timedelta(hours=1)  # of a time with a zone
# Printed ages are rounded to their unit, up or down. A day is never compared, since its hours are unknown.
MAX_ROUNDING = {"second": timedelta(minutes=1), "minute": timedelta(minutes=2), "hour": timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class DeclaredTime:
    """A declared time in UTC. Without a zone (`has_zone`) it may be any local time; the hours of a day are meaningless."""

    time: datetime
    precision: Precision
    has_zone: bool

    @property
    def published_at(self) -> str:
        """The time in the format of events."""
        return self.time.strftime("%Y-%m-%d" if self.precision == "day" else "%Y-%m-%dT%H:%M:%SZ")


def parse_declared_time(value: str | None) -> DeclaredTime | None:
    """Return the time of `value` (ISO 8601) with the precision that it is written in; None for other texts and implausible years."""
    written = (value or "").strip()
    try:
        time = datetime.fromisoformat(written)
        utc = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    if not EARLIEST_DAY.year <= utc.year <= LATEST_YEAR:
        return None
    clock = ZONE.split(written.replace(" ", "T").partition("T")[2])[0]
    digits = sum(character.isdigit() for character in clock)
    precision: Precision = "day" if not digits else "hour" if digits <= HOUR_DIGITS else "minute" if digits <= MINUTE_DIGITS else "second"
    return DeclaredTime(utc, precision, time.tzinfo is not None)


def past_time(value: str | None, fetched_at: int | None) -> DeclaredTime | None:
    """Return the time of `value` unless that is later than `fetched_at`: a planned date, or a local time with a wrong zone."""
    declared = parse_declared_time(value)
    if declared is None or fetched_at is None:
        return declared
    max_future = MAX_ZONED_FUTURE if declared.has_zone else MAX_FUTURE
    return declared if declared.time.timestamp() <= fetched_at + max_future.total_seconds() else None


def parse_declared_times(values: Sequence[str]) -> list[DeclaredTime]:
    """Return the times of those `values` that are valid."""
    return [time for time in map(parse_declared_time, values) if time]


def fill_declared_times(cuts: Sequence[Cut], times: Sequence[tuple[int, DeclaredTime]], fetched_at: int | None) -> tuple[Cut, ...]:
    """Return the cuts of a visible text with the times declared in it.

    A cut takes the first time between its start and that of the next cut; for the first cut, from the start of the page.

    Args:
        cuts: in order of their offsets in the text.
        times: (offset in the text, time) in order.
        fetched_at: seconds since the epoch (UTC).
    """
    starts = [0, *(cut.start or 0 for cut in cuts[1:])]
    offsets = [offset for offset, _ in times]
    result = []
    for index, cut in enumerate(cuts):
        first = bisect_left(offsets, starts[index])
        is_inside = first < len(times) and (index + 1 == len(cuts) or offsets[first] < starts[index + 1])
        result.append(fill_declared_time(cut, times[first][1], fetched_at) if is_inside else cut)
    return tuple(result)


def fill_declared_time(cut: Cut, declared: DeclaredTime, fetched_at: int | None) -> Cut:
    """Return `cut` with a declared time, if that is more precise than the age printed with the story."""
    if not _is_more_precise(declared, cut, fetched_at):
        return cut
    return replace(cut, published_at=declared.published_at, published_precision=declared.precision)


def _is_more_precise(declared: DeclaredTime, cut: Cut, fetched_at: int | None) -> bool:
    """Return whether a declared time is more precise than the age printed with the story.

    A time in the future is an error, or that of an announced event. A time without a zone counts if the printed age agrees with it.
    """
    if fetched_at is not None and declared.time.timestamp() > fetched_at + MAX_FUTURE.total_seconds():
        return False
    max_rounding = MAX_ROUNDING.get(cut.published_precision or "")
    if max_rounding is None or cut.published_at is None:
        return True
    if declared.precision == "day":
        return False
    return declared.has_zone or abs(declared.time - datetime.fromisoformat(cut.published_at)) <= max_rounding
