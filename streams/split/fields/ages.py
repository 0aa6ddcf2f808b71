"""Read printed ages and turn them into times: "3 hours ago", "Hace 1 h 20 min", "timean hour ago", "04-07-2025", "last night".

Words come from `ages.toml`. Dates are day first, as aggregators print them, and month first only where day first is no date.
"""

import functools
import importlib.resources
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from streams.frozen import dataclass
from streams.records import Precision

DAY_S = 86_400
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": DAY_S, "week": 7 * DAY_S}
# Digits of a larger count belong to the outlet glued before it: pages print 60 minutes as an hour, 24 hours as a day.
MAX_GLUED_COUNT = {"second": 59, "minute": 59, "hour": 23, "day": 31, "week": 52, "month": 12, "year": 30}
CLOCK_WORDS = ("am", "pm", "a.m", "p.m", "utc", "gmt", "uhr", "h", "hs", "et", "pt", "est", "edt", "cet", "cest", "bst", "brt", "z")
LEAP_YEAR = 2000  # of a date without a year, as it has a 29 February
EARLIEST_DAY = date(1995, 1, 1)  # of a counted age: the first of the news web
EARLIEST_PRINTED_DAY = date(1800, 1, 1)  # databases of the press go back so far
DEFAULT_DAYS = frozenset({date(1900, 1, 1), date(1901, 1, 1), date(1970, 1, 1)})  # a program prints these where it has no date
HALF_HOUR_MINUTES = 30
# Kinds of words that are an age by themselves, and their ages.
NAMED_AGES = {"now": ("second", 0), "recently": ("hour", 0), "today": ("day", 0), "yesterday": ("day", 1), "before_yesterday": ("day", 2)}
LATEST_DAY = date(2100, 1, 1)  # of a page without a time of fetching

START_LETTERS = 3
# A number begins an age if it has at most as many digits as a count, and a sign with a digit or a word behind it.
NUMBER_START = r"\d(?!\d{8})(?=\d*+(?:[-/.]\d|[.º]?\s*+[^\W\d_]))"


@dataclass(frozen=True, slots=True)
class Age:
    """A printed age: `count` units ago, or a printed `day`. Months and years ago give no day.

    The unit "date" is a day and month without a year, "clock" a time of day without a day.
    """

    unit: str
    count: int = 0
    day: date | None = None


@dataclass(frozen=True, slots=True)
class AgePattern:
    """The compiled words of `ages.toml`: patterns of an age at the end of a line and at its start, and the meaning of each word.

    Both patterns are for lower-case lines: matching either case takes three times as long. `first_words` and `last_words`: words that an
    age can begin and end with, to skip other lines without a search; a count in a unit of `units_alone` has a word before it that ends in
    one of `before`.
    """

    at_end: re.Pattern[str]
    at_start: re.Pattern[str]
    lead: frozenset[str]
    by: frozenset[str]
    first_words: frozenset[str]
    last_words: frozenset[str]
    units_alone: frozenset[str]
    before: tuple[str, ...]
    month_names: tuple[str, ...]
    meaning: Mapping[str, str]
    months: Mapping[str, int]


def listed_words() -> dict[str, Any]:
    """Return the words of `ages.toml` by kind."""
    return tomllib.loads(importlib.resources.files("streams.split").joinpath("data/ages.toml").read_text("utf-8"))


@functools.cache
def age_pattern() -> AgePattern:
    """Return the compiled words of `ages.toml`."""
    words = listed_words()
    units = {word.casefold(): unit for unit, forms in words["units"].items() for word in forms}
    letters = {word: unit for unit, forms in words["letters"].items() for word in forms}
    months = {word: int(number) for number, forms in words["months"].items() for word in forms}
    lead = [*words["lead"], *words["weekdays"]]
    named = {word: kind for kind in NAMED_AGES for word in words[kind]}
    relative, printed = _relative_form(words, units, letters), _printed_form(words, months)
    zone = r"(?:[ap]\.?m\.?|z|[a-z]{2,5}|hs?\.?|[+-]\d\d:?\d\d)"
    clock = rf"(?:[,t |·•–-]*(?:at|a las|às|à|um|alle(?: ore)?|ore)?\s*\d{{1,2}}[:.h]\d{{2}}(?::\d{{2}})?(?:\.\d+)?(?:\s*{zone}){{0,2}})?"
    starts = _starts(words["before"], words["few"], words["one"], words["half_hour"], named, months)
    age = rf"(?={starts})(?:{relative}|(?:(?P<named>{any_of(named)})\b|{printed}){clock})"
    year_read = r"(?(year)(?=\s)|(?(us_year)(?=\s)|(?(iso_year)(?=\s)|(?(last)(?=\s)|(?!)))))"  # a year ends a date by itself
    ends = _words_at(-1, words["behind"], words["half_hour"], words["weekdays"], letters, named, CLOCK_WORDS, months)
    return AgePattern(
        at_end=re.compile(rf"{age}[.)\]]*$"),
        at_start=re.compile(rf"(?:(?:{any_of(lead)})\b[.,: ]\s*)?{age}(?:(?=\s*[·•|,–—-]|\s+(?:{any_of(words['by'])})\b)|{year_read})"),
        lead=frozenset(lead),
        by=frozenset(words["by"]),
        first_words=_words_at(0, lead, words["before"], words["few"], words["one"], words["half_hour"], named, months),
        last_words=ends | _words_at(-1, units),
        units_alone=_words_at(-1, units) - ends,
        before=tuple(_words_at(-1, words["before"])),
        month_names=tuple(months),
        meaning=units | letters | named,
        months=months,
    )


def _relative_form(words: Mapping[str, Any], units: Iterable[str], letters: Iterable[str]) -> str:
    """Return the pattern of a counted age."""
    number = rf"(?:(?P<digits>\d{{1,8}}+)\s*+|(?P<few>{any_of(words['few'])})\s+|(?P<one>{any_of(words['one'])})\s+)"
    more = rf"(?:,?\s*(?:{any_of(words['and'])})?\s*(?P<NAME>\d{{1,2}})\s?(?P<NAME_unit>{any_of([*units, *letters])})\b)?+"  # "1 h 20 min"
    behind = rf"(?:\s+(?P<NAME>{any_of(words['behind'])})\b)?+"
    return (
        rf"(?:(?P<before>{any_of(words['before'])})\s+)?(?:{number}(?P<unit>{any_of(units)})\b{more.replace('NAME', 'more')}"
        rf"|(?P<half>{any_of(words['half_hour'])})\b){behind.replace('NAME', 'behind')}"
        rf"|(?:(?P<short_before>{any_of(words['before'])})\s+)?(?P<short>\d{{1,3}}+)\s?+(?P<letter>{any_of(letters)})\b"
        rf"{more.replace('NAME', 'short_more')}{behind.replace('NAME', 'short_behind')}"
    )


def _printed_form(words: Mapping[str, Any], months: Iterable[str]) -> str:
    """Return the pattern of a date."""
    month = rf"(?P<month>{any_of(months)})\b\.?"
    weekday = rf"(?:,?\s+\(?(?:{any_of(words['weekdays'])})\b\)?)?"
    year = r"(?P<NAME>\d{4})(?!\d)"
    no_year = r"(?!,?\s+\d{4})"  # else "July 4, 2019" is July 4 of any year
    return (
        r"(?P<first>\d{1,2}+)(?P<sign>[-/.])(?P<second>\d{1,2})(?P=sign)(?P<last>\d{4})"
        r"|(?P<iso_year>\d{4})(?P<iso_sign>[-/.])(?P<iso_month>\d{2})(?P=iso_sign)(?P<iso_day>\d{2})"
        rf"|(?P<day>\d{{1,2}}+)(?:st|nd|rd|th|º|\.)?\s+(?P<of>de\s+|of\s+)?{month}"
        rf"(?:(?:\s+de(?:l)?)?,?\s+{year.replace('NAME', 'year')}{weekday}|{no_year})"
        rf"|{month.replace('month', 'us_month')}\s+(?P<us_day>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?"
        rf"(?:,?\s+{year.replace('NAME', 'us_year')}{weekday}|{no_year})"
    )


def any_of(words: Iterable[str]) -> str:
    """Return the pattern of any of these words, the longest first: a tree of their letters, which is searched faster than a list."""
    rests: dict[str, list[str]] = {}
    for word in sorted(set(words), key=len, reverse=True):
        rests.setdefault(word[:1], []).append(word[1:])
    return "|".join(re.escape(first) + (f"(?:{any_of(found)})" if found != [""] else "") if first else "" for first, found in rests.items())


def _starts(*lists: Iterable[str]) -> str:
    """Return the pattern of the first letters of these words, or of a number: most characters of a line are passed by one look."""
    words = {word for words in lists for word in words}
    short = {word for word in words if len(word) < START_LETTERS}
    return rf"{NUMBER_START}|(?:{any_of(short)})\s|{any_of(word[:START_LETTERS] for word in words - short)}"


def _words_at(index: int, *lists: Iterable[str]) -> frozenset[str]:
    return frozenset(word.casefold().split()[index] for words in lists for word in words)


def age_of_match(found: re.Match[str], pattern: AgePattern) -> Age | None:
    """Return the age in a match of `age_pattern`, or None where its words make no age ("5 de" of a sentence, 31-02-2025)."""
    if found["named"]:
        return Age(*NAMED_AGES[pattern.meaning[found["named"].casefold()]])
    if found["letter"]:
        return _with_more(Age(pattern.meaning[found["letter"].casefold()], int(found["short"])), found, "short_more", pattern)
    if found["unit"] or found["half"]:
        return _relative(found, pattern)
    return _printed(found, pattern)


def _relative(part: re.Match[str], pattern: AgePattern) -> Age | None:
    if not (part["before"] or part["behind"]):
        return None
    if part["half"]:
        return Age("minute", HALF_HOUR_MINUTES)
    unit = pattern.meaning[(part["unit"] or "").casefold()]
    if part["few"]:
        return Age(unit)
    return _with_more(Age(unit, int(part["digits"]) if part["digits"] else 1), part, "more", pattern)


def _with_more(age: Age, part: re.Match[str], name: str, pattern: AgePattern) -> Age:
    """Return the age with its second, smaller unit added, as in "1 h 20 min"."""
    unit = pattern.meaning[(part[f"{name}_unit"] or "").casefold()] if part[name] else None
    if unit is None or not SECONDS.get(unit, 0) < SECONDS.get(age.unit, 0):
        return age
    return Age(unit, age.count * SECONDS[age.unit] // SECONDS[unit] + int(part[name] or 0))


def _printed(part: re.Match[str], pattern: AgePattern) -> Age | None:
    def number(name: str) -> int:
        return int(part[name] or 0)

    def month(name: str) -> int:
        return pattern.months[(part[name] or "").casefold()]

    if part["first"]:
        day = _day(number("last"), number("second"), number("first")) or _day(number("last"), number("first"), number("second"))
    elif part["iso_year"]:
        day = _day(number("iso_year"), number("iso_month"), number("iso_day"))
    elif not (part["year"] or part["us_year"]):
        if part["of"]:
            return None  # "5 de mayo" is rather a word of a sentence
        day = _day(LEAP_YEAR, month("month" if part["day"] else "us_month"), number("day") or number("us_day"))
        return Age("date", day=day) if day else None
    elif part["day"]:
        day = _day(number("year"), month("month"), number("day"))
    else:
        day = _day(number("us_year"), month("us_month"), number("us_day"))
    return Age("day", day=day) if day else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def publication_time(age: Age | None, fetched_at: int | None) -> tuple[str | None, Precision | None]:
    """Return the time of `age` on a page fetched at `fetched_at` (seconds since the epoch), with its precision.

    Seconds, minutes and hours give "2025-08-02T02:00:00Z"; days, weeks and printed dates a UTC day. Both are None for a
    relative age without `fetched_at`, for "2 months ago", and for a time in the future, or before the press or the news web.
    """
    if age is None:
        return None, None
    if age.day is not None:
        return _named_day(_latest(age.day, fetched_at) if age.unit == "date" else age.day, fetched_at)
    time = _ago(age, fetched_at)
    if time is None or time.date() < EARLIEST_DAY:
        return None, None
    if age.unit in ("day", "week"):
        return time.date().isoformat(), "day"
    precision: Precision = "second" if age.unit == "second" else "minute" if age.unit == "minute" else "hour"
    return f"{time.isoformat()[:19]}Z", precision


def _ago(age: Age, fetched_at: int | None) -> datetime | None:
    if fetched_at is None or age.unit not in SECONDS:
        return None
    try:
        return datetime.fromtimestamp(fetched_at - age.count * SECONDS[age.unit], UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _latest(day: date, fetched_at: int | None) -> date:
    """Return the last day of that month and day up to the day after `fetched_at`, or `date.min` where there is none."""
    try:
        latest = datetime.fromtimestamp((fetched_at or 0) + DAY_S, UTC).date()
        years = (latest.year, latest.year - 1)
        return next((found for year in years if (found := _day(year, day.month, day.day)) and found <= latest), date.min)
    except (OverflowError, ValueError, OSError):
        return date.min


def _named_day(day: date, fetched_at: int | None) -> tuple[str | None, Precision | None]:
    latest = LATEST_DAY
    if fetched_at is not None:
        try:
            latest = datetime.fromtimestamp(fetched_at + DAY_S, UTC).date()  # already tomorrow in the east
        except (OverflowError, ValueError, OSError):
            return None, None
    return (day.isoformat(), "day") if EARLIEST_PRINTED_DAY <= day <= latest and day not in DEFAULT_DAYS else (None, None)
