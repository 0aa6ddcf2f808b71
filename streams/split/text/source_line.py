"""Read the source of a text in a line or brackets of its own: "(Harbour Post, 24.11.26, p. 3)", "Obermühler Bote vom 12. November 2026"."""

import functools
import re
from dataclasses import dataclass
from datetime import date

from streams.split.fields.ages import EARLIEST_PRINTED_DAY, LATEST_DAY, Age, age_pattern, any_of
from streams.split.text.stamps import MAX_STAMP_CHARACTERS, PAGE_NUMBER, Stamp, is_byline, is_outlet_name

MAX_SOURCE_CHARACTERS = 140
PREPOSITIONS = frozenset(
    {"vom", "von", "du", "del", "de", "dal", "van", "of", "dd"}
)  # between an outlet and a day: "Le Monde du 3 mai 2025"
CENTURY = 2000  # of a year of two digits
LEAP_YEAR = 2000
BRACKETS = " \t()[]*_"
SOURCE = re.compile(r"\(?(?:source|fuente|fonte|quelle|via|vía)\s?:\s*([^()]+)\)?", re.IGNORECASE)
AT_END = re.compile(r"\s\(([^()]{5,100})\)\s*\Z")  # behind a headline: "Pier closed (Harbour Post, 24/11/2026)"
# "a, b", "a | b", "a - b", "a  b"; begins with one set of characters, by which a split skips all others.
PARTS = re.compile(r"[\s,;|·•](?:(?<=\S)|\s*+(?:[,;|·•]|[–—-]+(?=\s)|(?<=\s\s)))\s*")
MAX_POST_HEADER_WORDS = 12
CLOCK = re.compile(r"\d{1,2}[:.]\d{2}")  # of a post in a forum or mail: "marsh_wren wrote on 12 Nov 2026, 08:14:"
YEAR = re.compile(r"(?:1[89]|20)(?<!\d\d\d)\d\d(?!\d)")
WORD = re.compile(r"[^\W\d_]")
IN_WORD = re.compile(r"\w")
SIGNS = " .,:;–—-()[]"
DAY = r"(?P<day>\d\d?)(?:st|nd|rd|th|er|º|\.)?"


@dataclass(frozen=True, slots=True)
class SourceLine:
    """The outlet, the day and the byline of a source line; each None where it has none."""

    outlet: str | None
    age: Age | None
    byline: str | None = None


def source_of(text: str) -> SourceLine | None:
    """Return the source that a short text is; None where it has neither an outlet nor a day, or more than a source has."""
    text = text.strip(BRACKETS)
    return _source_beside(*_split_off_day(text)) if 0 < len(text) <= MAX_SOURCE_CHARACTERS else None


def _source_beside(age: Age | None, rest: str) -> SourceLine | None:
    """Return the source that a text is without its day."""
    outlet = byline = None
    others = 0
    for part in PARTS.split(rest):
        name = _without_preposition(part.strip(SIGNS), age is not None)
        if not WORD.search(name) or PAGE_NUMBER.match(name) or name.casefold() in age_pattern().lead:
            continue
        if is_byline(name):
            byline = byline or name
        elif outlet is None and name[0].isupper() and is_outlet_name(name):
            outlet = name
        else:
            others += 1
    if others > bool(outlet and age) or (outlet is None and age is None):
        return None
    return SourceLine(outlet, age, byline)


def source_at_end(text: str) -> SourceLine | None:
    """Return the source in brackets at the end of a headline; None where it has not both an outlet and a day."""
    found = AT_END.search(text) if text.endswith(")") else None
    source = source_of(found[1]) if found else None
    return source if source and source.outlet and source.age else None


def source_stamp(text: str) -> Stamp | None:
    """Return the stamp of a line that is a source with an outlet or an author and a full day, in forms that `stamp_of` does not read."""
    if len(text) > MAX_STAMP_CHARACTERS or not YEAR.search(text):
        return None
    if text.endswith(":") and CLOCK.search(text) and len(text.split()) <= MAX_POST_HEADER_WORDS:
        age = day_of(text)
        return Stamp(age) if age else None
    age, rest = _split_off_day(text.strip(BRACKETS))
    source = _source_beside(age, rest) if age and age.unit == "day" else None
    return Stamp(source.age, source.outlet) if source and source.age and (source.outlet or source.byline) else None


def day_of(text: str) -> Age | None:
    """Return the first day with its year in a short text."""
    age = _split_off_day(text)[0] if YEAR.search(text) else None
    return age if age and age.unit == "day" else None


def _without_preposition(name: str, has_day: bool) -> str:
    """Return a name without the word that leads to a day: "Le Monde du" with the day behind it."""
    words = name.split()
    return " ".join(words[:-1] if has_day and len(words) > 1 and words[-1] in PREPOSITIONS else words)


def _split_off_day(text: str) -> tuple[Age | None, str]:
    """Return the first day in a text, and the text with a comma in its place."""
    lower = text.lower()
    if len(lower) != len(text):
        return None, text
    for pattern in _patterns_in(lower):
        for found in pattern.finditer(lower):
            is_inside = found.start() > 0 and IN_WORD.match(lower, found.start() - 1)
            age = None if is_inside else _age(found)
            if age:
                return age, f"{text[: found.start()]}, {text[found.end() :]}"
    return None, text


def _age(found: re.Match[str]) -> Age | None:
    fields = found.groupdict()
    month, year = fields["month"], fields.get("year")
    number = int(month) if month.isdigit() else age_pattern().months[month]
    try:
        if year is None:
            return Age("date", day=date(LEAP_YEAR, number, int(fields["day"])))
        day = date(int(year) + (CENTURY if len(year) == 2 else 0), number, int(fields["day"]))
    except ValueError:
        return None
    return Age("day", day=day) if EARLIEST_PRINTED_DAY <= day < LATEST_DAY else None


def _patterns_in(lower: str) -> list[re.Pattern[str]]:
    """Return the patterns of the days that a text can have: most texts have none, and the search for each takes five times as long."""
    orders = {order for order, sign in _order_signs().items() if sign.search(lower[::-1] if order == "month first" else lower)}
    return [pattern for order, pattern in _patterns() if order in orders] if orders else []


@functools.cache
def _order_signs() -> dict[str, re.Pattern[str]]:
    """Return the pattern of two parts of a day beside each other by its order. All begin with a digit, so one is for texts backwards."""
    months = age_pattern().months
    return {
        "day first": re.compile(rf"{DAY}\s+(?:de\s+|of\s+)?(?:{any_of(months)})\b"),
        "month first": re.compile(rf"\d(?<!\d\d)\d?\s+\.?\b(?:{any_of(month[::-1] for month in months)})"),
        "numbers": re.compile(r"\d[-./]\d"),
    }


@functools.cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the order and the pattern of each form of a day."""
    months = any_of(age_pattern().months)
    # A pattern that begins with a digit or a letter is searched by its first characters; one with a look behind is tried at each character.
    year = r"(?P<year>\d\d{3})(?!\d)"
    forms = (
        ("day first", rf"{DAY}\s+(?:de\s+|of\s+)?(?P<month>{months})\b\.?,?\s+(?:de\s+|del\s+)?{year}"),
        ("month first", rf"(?P<month>{months})\b\.?\s+{DAY},?\s+{year}"),
        ("numbers", rf"{year}[-./](?P<month>\d{{1,2}})[-./](?P<day>\d{{1,2}})(?!\d)"),
        ("numbers", rf"(?P<day>\d\d?)[-./](?P<month>\d{{1,2}})[-./]{year}"),
        ("numbers", r"(?P<day>\d\d?)[-./](?P<month>\d{1,2})[-./](?P<year>\d{2})(?!\d)"),
        ("day first", rf"{DAY}\s+(?:de\s+|of\s+)?(?P<month>{months})\b(?!\s+\d)"),
        ("month first", rf"(?P<month>{months})\b\.?\s+{DAY}(?!\d)"),
    )
    return tuple((order, re.compile(form)) for order, form in forms)
