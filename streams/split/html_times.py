"""Times that a page declares in `<time datetime="...">`: more precise than the age printed inside it ("3 hours ago").

A list of stories has one for each, in its header. HTML allows a day, a local time or one with a zone (WHATWG, 4.5.14); a duration is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import lxml.html

from streams.records import Cut, Precision
from streams.split.ages import EARLIEST_DAY
from streams.split.html_text import TIME_MARK, marked_times, rendered_with_marks
from streams.split.stamps import MAX_STAMP_CHARACTERS

LATEST_DAY = EARLIEST_DAY.replace(year=2100)
DAY_CHARACTERS = 10
HOUR_CHARACTERS = 13
MINUTE_CHARACTERS = 16
# "3 hours ago" is rounded to its unit, up or down.
UNIT = {"second": timedelta(minutes=1), "minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Declared:
    """A declared time in UTC, or a day. `has_zone`: without one it may be any local time."""

    at: str
    precision: Precision
    has_zone: bool


@dataclass(frozen=True, slots=True)
class TimedText:
    """What a person sees of an element, and the declared times of its short lines: (place in the text, time), in order."""

    text: str
    times: tuple[tuple[int, Declared], ...]


def declared_time(value: str | None) -> Declared | None:
    """Return the time that `value` (ISO 8601) names, as precise as it is written; None for anything else and for years before the news web."""
    written = (value or "").strip()
    try:
        time = datetime.fromisoformat(written)
    except ValueError:
        return None
    if not EARLIEST_DAY <= time.date() < LATEST_DAY:
        return None
    if len(written) <= DAY_CHARACTERS:
        return Declared(time.strftime("%Y-%m-%d"), "day", False)
    clock = written.split("+")[0].rstrip("Z")
    precision: Precision = "hour" if len(clock) <= HOUR_CHARACTERS else "minute" if len(clock) <= MINUTE_CHARACTERS else "second"
    utc = time.astimezone(UTC) if time.tzinfo else time
    return Declared(utc.strftime("%Y-%m-%dT%H:%M:%SZ"), precision, time.tzinfo is not None)


def timed_text(element: lxml.html.HtmlElement) -> TimedText:
    """Return the text of `element` with the times that it declares; a time in the middle of a paragraph is the story's own matter."""
    declared = [declared_time(value) for value in marked_times(element)]
    lines, times, offset, number = [], [], 0, 0
    for marked in rendered_with_marks(element).split("\n"):
        line = marked.replace(TIME_MARK, "")
        found = declared[number : number + marked.count(TIME_MARK)]
        number += len(found)
        if len(line) <= MAX_STAMP_CHARACTERS:
            times += [(offset, time) for time in found if time]
        lines.append(line)
        offset += len(line) + 1
    return TimedText("\n".join(lines), tuple(times))
