"""Recognize stamps: lines with the age of a story, and perhaps its outlet.

"Reuters · 3 hours ago", "Shore Sports18 hours ago", "Hace 3 horas - El Faro", "time04-07-2025", "El Faro • Ayer • Economía", "10:42 GMT".
"""

import functools
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from streams.frozen import dataclass
from streams.split.fields.ages import MAX_GLUED_COUNT, Age, age_of_match, age_pattern

MAX_STAMP_CHARACTERS = 100
STAMPS_CACHED = 4096
MAX_AGE_CHARACTERS = 50  # at the end of a line, that the pattern of ages is searched in
YEAR_DIGITS, MAX_DAY_DIGITS = 4, 2
MAX_DATE_WORDS = 5  # "4 de julio de 2019"
MAX_OUTLET_CHARACTERS = 60
MAX_OUTLET_WORDS = 7
SEPARATORS = " \t·•|,:;–—-/()[]"
SIGNS = SEPARATORS + "."
WIDE_GAP = re.compile(r"\t| {2}")
BRACKETS = " \t([<"
NOT_IN_NAMES = re.compile(r"://|[«»]")  # an address, buttons of a page
HAS_DIGIT = re.compile(r"\d")
HAS_LETTER = re.compile(r"[^\W\d_]")
MAX_FIELDS = 6  # of a stamp: outlet, age, section, author, reading time, replies
MAX_LEAD_WORDS = 12  # around an age
MAX_FIELD_WORDS = 3  # beside an age; a longer field must look like an outlet
BYLINE = re.compile(
    r"(?:by|por|par|von|di|(?:written|words|text|story|report|reporting|escrito|texto|nota|texte|bericht|testo|servizio|reportagem)"
    r"\s(?:by|por|de|par|von|di|da))\b[: ]\s*(?=[^\W\d_])",
    re.IGNORECASE,
)
OUTLET_OF_BYLINE = re.compile(r"[,|]\s")
MAX_BYLINE_WORDS = 12  # with an outlet behind the name
MAX_BYLINE_NAME_WORDS = 6  # without
KEPT_NAME_DIGITS = (2, 1, 3)  # of a number at the end of an outlet's name, the likeliest first: "Channel 24", "Channel 7"
MAX_COUNT_DIGITS = 2
HAS_COUNT = re.compile(r"\d[\d.,]*[kKmM]?\s+\S")  # "12 comments"; but "20 Minuten" alone is a name
READING_TIME = re.compile(r"\d{1,3}[\s-]?min\w*\.?\s+\w")
ZONE = re.compile(r"[A-Z]{1,4}|[ap]\.?m")
LEAD_SIGN = re.compile("[,;:(–—-]")
# "a | b", "a - b", "a  b"; begins with one set of characters, by which a split skips all others.
FIELD_SEPARATOR = re.compile(r"[\s·•|](?<!\s[\s\S])(?:(?<=\S)|\s*+(?:[·•|]|[–—-](?=\s)|(?<=\s\s)|(?<=\t)))\s*")
SLUG = re.compile(r"[A-Z]{2,6}[ -]?\d{2,6}")  # a wire's id of a report, which has no outlet beside it
# "2024年3月17日（日） 14時02分", "2024년 3월 17일"
EAST_ASIAN_DAY = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일](?:\s?[（(][^\W\d][）)])?")
EAST_ASIAN_CLOCK = re.compile(r"(\d{1,2})\s?[時时시]\s?(\d{1,2})\s?[分분]")
# A wire or a live page prints a time of day alone, or with its slug; the day is unknown.
CLOCK = re.compile(
    r"(?:\d{1,2}[:h]\d{2}(?::\d{2})?|\d{1,2}\.\d{2}(?=\s?[aphU]))(?i:\s?(?:[ap]\.?m\.?|GMT|UTC|[CE]E?[SD]?T|hs?\.?|Uhr)){0,2}"
    r"(?:\s{1,3}[–—|-]?\s{0,3}[A-ZÀ-Þ\d.'’]+[-/][A-ZÀ-Þ\d./'’-]+)?"
)
# Beside a date, no outlet: the page of a paper ("p.23", "Pg. 4"), and a label with its value ("Photograph: Ana Ruiz").
PAGE_NUMBER = re.compile(r"(?:pp?|pgs?|pages?|págs?|páginas?|seiten?|s|no|nº)\.?\s?\d", re.IGNORECASE)
LABELLED = re.compile(r"[^\W\d_][^:]{0,38}:\s")
SOURCE_LABELS = frozenset({"source", "fuente", "fonte", "quelle", "via", "vía"})
MAX_SECTION_WORDS = 3  # behind a date with no sign between, "July 4, 2019 Politics"
AMBIGUOUS_LETTERS = frozenset({"m", "s"})  # millions and models of phones are as common as ages: "$9m", "iPhone 5s"
# Lower-case words inside the names of outlets.
NAME_PARTICLES = frozenset(
    "de del la las los el y e of the and da do dos das di du des le les von und für at for della dello delle degli dei van het der".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """An age and the outlet on the same line, if any.

    `has_glued_digits`: digits between them may belong to either; names of the page can decide.
    """

    age: Age
    outlet: str | None = None
    has_glued_digits: bool = False


def stamp_of(line: str, known_outlets: AbstractSet[str] = frozenset()) -> Stamp | None:
    """Return the stamp that the whole stripped `line` is, or None for any other line.

    Args:
        line: one line without white space around it.
        known_outlets: names on lines of their own on the page. They decide where the digits of a name end and a count begins.
    """
    if len(line) > MAX_STAMP_CHARACTERS:
        return None
    return _find_stamp(line, known_outlets) if known_outlets else _cached_stamp(line)


def _find_stamp(line: str, known_outlets: AbstractSet[str] = frozenset()) -> Stamp | None:
    line = line if line.isascii() else _in_digits(line)
    if not (words := line.casefold().split()):
        return None
    pattern = age_pattern()
    if words[0][0].isdigit() and CLOCK.fullmatch(line):
        return Stamp(Age("clock"))
    last = words[-1].rstrip(".)]")
    if _may_end_with_age(words, last):
        found = pattern.at_end.search(_lower_in_place(line), max(0, len(line) - MAX_AGE_CHARACTERS))
        stamp = _stamp_ending_in(line, found, known_outlets) if found else None
        if stamp:
            return stamp
    if words[0][0].isdigit() or words[0] in pattern.first_words:
        found = pattern.at_start.match(_lower_in_place(line))
        if found and (age := age_of_match(found, pattern)):
            stamp = _stamp_beginning_with(line, found, age)
            if stamp:
                return stamp
    return _stamp_among_fields(line) if _has_fields(line) else None


def _may_end_with_age(words: Sequence[str], last: str) -> bool:
    """Return whether a line of these words can end with an age: the search for one takes longer than all else that is asked of a line.

    A number alone is the year or the day of a date.
    """
    pattern = age_pattern()
    if last.isdecimal():
        return _may_end_with_date(words, len(last))
    if last in pattern.units_alone:
        return any(word.endswith(pattern.before) for word in words)
    return last in pattern.last_words or words[-2:][0][0].isdigit() or bool(HAS_DIGIT.search(last))


def _may_end_with_date(words: Sequence[str], digits: int) -> bool:
    """Return whether words whose last is a number of so many digits can end with a date: "4 de julio de 2019", "4 July 2019", "July 4"."""
    months = age_pattern().month_names
    before = [word.rstrip(".,") for word in words[-2 : -MAX_DATE_WORDS - 1 : -1]] + [""] * MAX_DATE_WORDS
    if digits <= MAX_DAY_DIGITS:
        return before[0].endswith(months)
    if digits != YEAR_DIGITS:
        return False
    if before[0][:1].isdecimal():
        return before[1].endswith(months)
    month, day, *others = before[before[0] in ("de", "del") :]
    return month in age_pattern().months and bool(HAS_DIGIT.search(others[0] if day in ("de", "of") else day))


def _in_digits(line: str) -> str:
    """Return a line with its East Asian date and clock as "2024-03-17 14:02"."""
    found = EAST_ASIAN_DAY.search(line)
    if found is None:
        return line
    day = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    return EAST_ASIAN_CLOCK.sub(r"\1:\2 ", f"{line[: found.start()]}{day} {line[found.end() :].lstrip()}").strip()


def _stamp_beginning_with(line: str, found: re.Match[str], age: Age) -> Stamp | None:
    """Return the stamp of a line that begins with an age: an outlet follows a separator, a section or an author follows a space."""
    rest = line[found.end() :]
    outlet = rest.strip(SEPARATORS)
    if rest.lstrip()[0] not in SEPARATORS and not WIDE_GAP.match(rest):
        is_author = (
            outlet.split()[0].casefold() in age_pattern().by and len(outlet.split()) <= MAX_BYLINE_WORDS
        )  # "July 3, 2025 by Ana Ruiz in Harbour"
        return Stamp(age) if is_author or (len(outlet.split()) <= MAX_SECTION_WORDS and is_outlet_name(outlet)) else None
    return Stamp(age, _name_among(outlet)) if outlet and is_outlet_name(outlet) else None


_cached_stamp = functools.lru_cache(maxsize=STAMPS_CACHED)(_find_stamp)  # several steps ask for a line, and its fields repeat


def _lower_in_place(line: str) -> str:
    """Return `line` in lower case with the same length: a letter whose lower case has two characters is kept."""
    small = line.lower()
    return small if len(small) == len(line) else "".join([letter.lower() if len(letter.lower()) == 1 else letter for letter in line])


def _has_fields(line: str) -> bool:
    """Return whether a line can have separators of fields. Plain `in` checks, as each short line needs it."""
    if "|" in line or " - " in line or "  " in line or "\t" in line:
        return True
    return not line.isascii() and ("·" in line or "•" in line or " – " in line or " — " in line)


def _stamp_among_fields(line: str) -> Stamp | None:
    """Return the stamp of a line of fields that are an age and short names: "El Faro • Ayer • Economía"."""
    fields = FIELD_SEPARATOR.split(line)
    if not 2 <= len(fields) <= MAX_FIELDS:
        return None
    for number, field in enumerate(fields):
        stamp = stamp_of(field) if field else None
        if stamp and stamp.outlet is None:
            names = [*fields[:number], *fields[number + 1 :]]
            outlet = None if any(map(SLUG.fullmatch, names)) else _name_among(" | ".join(names))
            return Stamp(stamp.age, outlet) if all(map(_is_field, names)) else None
    return None


def _is_field(text: str) -> bool:
    if len(text.split()) > MAX_FIELD_WORDS:
        return is_outlet_name(text)  # "10:42 | Old bridge to close" is no stamp
    return len(text) <= MAX_OUTLET_CHARACTERS and text[-1:] not in "?!:;,…"


def _name_among(text: str) -> str | None:
    """Return the outlet among the fields beside an age: the first that is no byline, no lead word of an age and no count."""
    fields = FIELD_SEPARATOR.split(text) if _has_fields(text) else [text]
    for field in fields:
        name = _trailing_lead().sub("", field).strip(SEPARATORS) if LEAD_SIGN.search(field) else field
        if LABELLED.match(name):
            label, _, value = name.partition(":")
            name = value.strip() if label.casefold() in SOURCE_LABELS else ""
        is_aside = READING_TIME.match(name) or PAGE_NUMBER.match(name) or (len(fields) > 1 and HAS_COUNT.match(name))
        if not is_aside and not _is_lead(name) and HAS_LETTER.search(name) and not is_byline(name):
            return name
    return None


def _is_lead(name: str) -> bool:
    """Return whether a name is only words around an age: "Published on Friday", "Updated 1207 GMT". "Time" is a magazine."""
    lead = age_pattern().lead
    if name in ("Time", "TIME"):
        return False
    if name.casefold().strip(SIGNS) in lead:
        return True
    words = name.split()
    are_around = len(words) <= MAX_LEAD_WORDS and all(map(_is_around_age, words))
    return are_around and any(word.strip(SIGNS).casefold() in lead for word in words)


def _is_around_age(word: str) -> bool:
    word = word.strip(SIGNS)
    return word.casefold() in age_pattern().lead or bool(HAS_DIGIT.search(word) or ZONE.fullmatch(word))


@functools.cache
def _trailing_lead() -> re.Pattern[str]:
    """Return the pattern of a lead word of an age at the end of a name: "NewsCove, Updated"."""
    words = "|".join(re.escape(word) for word in sorted(age_pattern().lead, key=len, reverse=True))
    return re.compile(rf"[,;:(–—-]\s*(?:{words})$", re.IGNORECASE)


def is_outlet_name(text: str) -> bool:
    """Return whether `text` can be the name of an outlet: few words, each with a capital or a digit first, no sentence."""
    words = text.split()
    if not words or len(words) > MAX_OUTLET_WORDS or len(text) > MAX_OUTLET_CHARACTERS or text[-1] in "?!:;,…" or NOT_IN_NAMES.search(text):
        return False
    return all(word in NAME_PARTICLES or not word[0].islower() or "." in word[1:-1] for word in words) or (
        len(words) == 1 and text.replace("-", "").isalnum()
    )


def is_byline(text: str) -> bool:
    """Return whether a line is a byline: "By Ana Ruiz, Harbour Post", but not "Por que a ponte fecha"."""
    found = BYLINE.match(text)
    if not found or len(text) > MAX_STAMP_CHARACTERS:
        return False
    words = text[found.end() :].split()
    name = OUTLET_OF_BYLINE.split(text[found.end() :], maxsplit=1)[0].split()
    max_words = MAX_BYLINE_WORDS if "," in text or "|" in text else MAX_BYLINE_NAME_WORDS
    return len(words) <= max_words and words[0][0].isupper() and 2 * sum(word[0].isupper() for word in name) > len(name)


def _stamp_ending_in(line: str, found: re.Match[str], known_outlets: AbstractSet[str]) -> Stamp | None:
    """Return the stamp of a line that ends with an age after a lead word or an outlet, or None after a sentence."""
    raw = line[: found.start()]
    name = raw.strip(SEPARATORS)
    head, colon, tail = name.partition(":")
    is_label = raw.rstrip().endswith(":") and not colon  # of the date: "LOAD-DATE: January 11, 2010"
    is_alone = not name or is_label or _is_lead(name)
    if colon and head.strip().casefold() in age_pattern().lead:
        name = tail.strip(SEPARATORS)
    if not is_alone and (len(name) > MAX_OUTLET_CHARACTERS or len(name.split()) > MAX_OUTLET_WORDS):
        return None
    age = age_of_match(found, age_pattern())
    if age is None or is_alone:
        return Stamp(age) if age else None
    is_glued = raw.endswith(name)
    if _is_name_or_amount(raw, name, found, age):
        return None
    digits = found["digits"]
    has_glued_digits = bool(digits) and age.unit in MAX_GLUED_COUNT and (is_glued or raw[-1:] == " ") and not found["before"]
    if has_glued_digits:
        name, age = _split_glued_digits(raw, digits, age, known_outlets)
    elif found["first"] and len(found["first"]) == 1 and name[-1:].isdigit():
        return None
    is_apart = is_glued or raw.rstrip(" ") != name
    is_name = len(name.split()) <= MAX_OUTLET_WORDS and len(name) <= MAX_OUTLET_CHARACTERS if is_apart else is_outlet_name(name)
    if not is_name or name[-1:] in "?!":
        return None
    outlet = _name_among(name)
    return Stamp(age, outlet if outlet and (is_glued or is_outlet_name(outlet)) else None, has_glued_digits)


def _is_name_or_amount(raw: str, name: str, found: re.Match[str], age: Age) -> bool:
    """Return whether the age belongs to a name or a headline: "Harbour Today", "Fair opens July 12", "Store sold for $9m"."""
    if raw.strip(BRACKETS) != name:
        return False  # a separator is between
    if found["named"] or age.unit == "date":
        return True
    if not found["letter"] or found["short_before"] or found["short_behind"]:
        return False
    return found["letter"].casefold() in AMBIGUOUS_LETTERS or raw[-1:] not in " \t" or not is_outlet_name(name)


def _split_glued_digits(raw: str, digits: str, age: Age, known_outlets: AbstractSet[str]) -> tuple[str, Age]:
    """Split a run of digits between the number of an outlet's name ("Channel 24") and a count glued to it.

    After a space, some digits belong to the name, as nothing separates name and count. A known name decides; else the count must be below
    the next larger unit, and a number of two digits in the name is likelier than one of one digit.
    """
    largest = MAX_GLUED_COUNT[age.unit]
    has_number = raw.endswith(" ") and bool(raw.strip())
    cuts = [cut for cut in range(len(digits)) if digits[cut] != "0" and int(digits[cut:]) <= largest] or [max(0, len(digits) - 1)]
    for cut in cuts:
        if (raw + digits[:cut]).strip(SEPARATORS) in known_outlets:
            return (raw + digits[:cut]).strip(SEPARATORS), Age(age.unit, int(digits[cut:]))
    is_long = has_number and len(digits) > MAX_COUNT_DIGITS
    cut = next((cut for cut in KEPT_NAME_DIGITS if cut in cuts), cuts[0]) if is_long else cuts[0]
    return (raw + digits[:cut]).strip(SEPARATORS), Age(age.unit, int(digits[cut:]))
