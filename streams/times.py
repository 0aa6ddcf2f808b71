"""Convert RFC 3339 times to whole seconds since the epoch, and back."""

import functools
import re
from datetime import UTC, datetime

from streams.errors import InvalidRecord, Reason

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)

FIRST_TIME = -62_135_596_800
LAST_TIME = 253_402_300_799


def parse_time(text: str) -> int:
    """Return the seconds since the epoch of an RFC 3339 time; fractions are cut off.

    Raises:
        InvalidRecord: "bad-time" for any other text, or a time outside the years 1 to 9999.
    """
    if _RFC3339.fullmatch(text):
        try:
            seconds = int(datetime.fromisoformat(text.upper()).timestamp() // 1)
        except (ValueError, OverflowError):
            seconds = LAST_TIME + 1
        if is_time(seconds):
            return seconds
    raise InvalidRecord(Reason.BAD_TIME, f"{text[:40]!r} is no RFC 3339 time, such as 2025-08-02T12:00:00Z")


def is_time(seconds: int | None) -> bool:
    """Return whether seconds since the epoch are within the years 1 to 9999 (UTC), the range of RFC 3339."""
    return seconds is not None and FIRST_TIME <= seconds <= LAST_TIME


@functools.lru_cache(maxsize=256)  # all articles of a dump have the same time
def format_time(seconds: int) -> str:
    """Return the RFC 3339 form, in UTC and ending in Z, of whole seconds since the epoch."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
