"""Parse the times that feeds, APIs and mail declare: ISO 8601, RFC 822, and the forms close to them."""

import re
from datetime import UTC, datetime, time
from email.utils import parsedate_tz

from streams.split.fields.ages import EARLIEST_DAY
from streams.split.html.declared_times import LATEST_YEAR, DeclaredTime, parse_declared_time
from streams.split.text.stamps import stamp_of

MAX_TIME_CHARACTERS = 60
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)Z?)?")
SPACED_ZONE = re.compile(r"(?<=\d) (?=(?:[+-]\d\d:?\d\d|Z)$)")  # "2020-01-01 00:00:00 +0000"
DIGITS = re.compile(r"\d{9,10}(?:\d{3})?")  # seconds since the epoch, or milliseconds
SECONDS_DIGITS = 10
UTC_NAMES = re.compile(r"(?<=\d )(?:UTC|GMT)$", re.IGNORECASE)
CLOCK = re.compile(r"\d:\d\d(:\d\d)?")


def parse_written_time(text: str | None) -> DeclaredTime | None:
    """Return the time that `text` declares, with the precision that it is written in; None for other texts and implausible years.

    A day may be written in words, as on pages ("July 4, 2019").
    """
    written = " ".join((text or "").split())
    if not written or len(written) > MAX_TIME_CHARACTERS:
        return None
    if DIGITS.fullmatch(written):
        return _plausible(datetime.fromtimestamp(int(written[:SECONDS_DIGITS]), UTC))
    compact = COMPACT.fullmatch(written)
    if compact:
        day, clock = "-".join(compact.groups()[:3]), compact.groups()[3:]
        return parse_declared_time(f"{day}T{':'.join(clock)}Z" if clock[0] else day)
    return parse_declared_time(SPACED_ZONE.sub("", UTC_NAMES.sub("Z", written))) or _rfc_822(written) or _printed_day(written)


def _rfc_822(written: str) -> DeclaredTime | None:
    fields = parsedate_tz(written)
    if fields is None:
        return None
    clock = CLOCK.search(written)
    try:
        seconds = datetime(*fields[:6], tzinfo=UTC).timestamp() - (fields[9] or 0)
        found = _plausible(datetime.fromtimestamp(seconds, UTC))
    except (ValueError, OverflowError, OSError):
        return None
    if found is None or (clock and clock[1]):
        return found
    return DeclaredTime(found.time, "minute" if clock else "day", found.has_zone)


def _printed_day(written: str) -> DeclaredTime | None:
    stamp = stamp_of(written)
    day = None if stamp is None or stamp.outlet or stamp.age.unit != "day" else stamp.age.day
    found = _plausible(datetime.combine(day, time(), UTC)) if day else None
    return DeclaredTime(found.time, "day", has_zone=False) if found else None


def _plausible(moment: datetime) -> DeclaredTime | None:
    return DeclaredTime(moment, "second", has_zone=True) if EARLIEST_DAY.year <= moment.year <= LATEST_YEAR else None
