"""Find the printed day in a line of a record: "January 11, 2010 Monday", "jeudi 5 octobre 2013, p. 3", "08 May 2010: AA.2."."""

import functools
import re
from datetime import UTC, datetime

from streams.split.fields.ages import age_pattern, any_of
from streams.split.html.declared_times import DeclaredTime

EARLIEST_YEAR = 1700  # databases hold newspapers of centuries
MAX_CHARACTERS = 300  # of a line that are searched
YEAR = r"(?P<year>\d{4})(?!\d)"


def find_day(text: str) -> DeclaredTime | None:
    """Return the first day printed in `text`: with the month as a word, as ISO 8601, or as day, month and year in digits."""
    head = text[:MAX_CHARACTERS].lower()
    found = [match for pattern in _patterns() for match in pattern.finditer(head)]
    return next(filter(None, map(_day_of, sorted(found, key=re.Match.start))), None)


def _day_of(found: re.Match[str]) -> DeclaredTime | None:
    month, year = found["month"], int(found["year"])
    try:
        time = datetime(year, int(month) if month.isdigit() else age_pattern().months[month], int(found["day"]), tzinfo=UTC)
    except ValueError:
        return None
    return DeclaredTime(time, "day", False) if year >= EARLIEST_YEAR else None


@functools.cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    months = any_of(age_pattern().months)
    forms = (
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s+(?:de\s+|of\s+)?(?P<month>{months})\b\.?,?\s+(?:de\s+|del\s+)?{YEAR}",
        rf"(?P<month>{months})\b\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{YEAR}",
        rf"{YEAR}[-./](?P<month>\d{{2}})[-./](?P<day>\d{{2}})(?!\d)",
        rf"(?P<day>\d{{1,2}})[./-](?P<month>\d{{1,2}})[./-]{YEAR}",
    )
    return tuple(re.compile(rf"(?<!\w){form}") for form in forms)
