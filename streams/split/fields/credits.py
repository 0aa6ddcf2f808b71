"""Read agency, dateline and author at the start of a body. "SANTA VELA, Norland (AP) —", "VELA, 3 ago (Xinhua) --", "By Ana Ruiz".

A dateline may have its country in brackets of its own: "SANTA VELA (NORLANDIA), 3 ago (EFE) --".
"""

import functools
import importlib.resources
import re
import tomllib
from collections.abc import Mapping
from dataclasses import field

from streams.frozen import dataclass

HEAD_CHARACTERS = 220  # of a body, that its credits are in
UPPER = "A-ZÁÉÍÓÚÑÜÀÂÇÈÊÎÔÛÄÖÅØÆÃÕ"
PLACE = rf"[{UPPER}][\w.'’/-]*(?:[ ,]+(?:de|del|la|las|los|el|do|da|di|du|and|y|[{UPPER}][\w.'’/-]*)){{0,7}},?"
# A region in brackets after its place. It is kept in the dateline where an agency has brackets of its own; else it may be an agency.
REGION = rf"(?: \([{UPPER}][^()\n\d]{{1,28}}\)(?=\s*[,(.\d–—―-]))?"
DAY = r"(?P<day>,?\s*\b(?:\d{1,2}\s+(?:de\s+)?[^\W\d]{3,10}\.?|[^\W\d]{3,10}\.?\s+\d{1,2})(?:,?\s+\d{4})?)?"
DASH = r"\s*\.?(?:--|[-–—―]|\.-|:)"
SIGNED = re.compile(rf"(?:(?P<place>{PLACE}{REGION})?{DAY}(?:\s+[-–—])?\s*)?\((?P<agency>[^()\n]{{2,30}})\)\s*\.?(?P<dash>{DASH})?\s*")
DATELINE = re.compile(
    rf"(?P<place>[{UPPER}][{UPPER}.'’ -]{{2,30}}(?:,\s+[{UPPER}][\w. ]{{1,25}})?){REGION}{DAY}\s*(?:--|[–—―]|\s-|\.-)\s*(?=\S)"
)
HEADLINE_END = re.compile(r"[.!?]\s+(?=[^\W\d_a-z])")
BY = "[Bb]y|BY|[Pp]or|POR|[Pp]ar|[Vv]on|[Dd]i|[Ee]scrito por|[Ww]ritten by"
TITLE_WORD = rf"[{UPPER}][\w.'’-]*"
NAME = rf"{TITLE_WORD}(?: +(?:de|del|la|van|von|da|dos|di|{TITLE_WORD})){{0,4}}"
AUTHORS = rf"{NAME}(?:(?:, {TITLE_WORD} {TITLE_WORD}){{0,3}},? (?:and|y|e|et|und) {TITLE_WORD}(?: {TITLE_WORD}){{1,2}})?"
AUTHOR_BYLINE = re.compile(rf"(?:{BY})[: ] *(?P<name>{AUTHORS})")
MIN_AUTHOR_WORDS = 2  # one word is a desk or an outlet
MAX_AUTHOR_WORDS = 14  # four authors
MAX_BYLINE_OUTLET_WORDS = 6
MAX_ACRONYM_CHARACTERS = 6  # of an agency that `credits.toml` does not have
MIN_PLACE_CHARACTERS = 3  # of a capitalized word after a name that is the place of a dateline; shorter ones are initials
# Desks, not authors: "By Staff Reporter", "Por Redacción El Faro".
DESK = re.compile(r"(?:staff|newsroom|editors?|redacci[oó]n|reda[cç][aã]o|rédaction|redaktion|redazione)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Credits:
    """Agency, place and author of a story, and the day beside the place as written."""

    agency: str | None = None
    dateline: str | None = None
    author: str | None = None
    day: str | None = field(default=None, compare=False)


def credits_of(body: str, byline: str | None = None) -> Credits:
    """Return the credits at the start of `body`; `byline`: a line of the header that may be one. The body keeps them.

    Source: datelines have the form of the AP and EFE style books: place in capitals, agency in brackets, dash.
    """
    first, _, rest = body[:HEAD_CHARACTERS].partition("\n")
    author, agency, remainder = _byline(byline or "")
    agency = agency or _agencies().get(remainder.strip(" |/()").casefold())
    if not (author or agency):
        author, agency, remainder = _byline(first)
        agency, remainder = _outlet_of(agency, remainder, rest)
        rest = f"{remainder}\n{rest}" if remainder else rest if author or agency else f"{first}\n{rest}"
    else:
        rest = f"{first}\n{rest}"
    rest = rest.lstrip(" ,|\n")
    signed = SIGNED.match(rest) if "(" in rest else None
    if signed and not signed["dash"] and rest[signed.end() : signed.end() + 1].islower():
        signed = None  # "The Union (AP) said": a sentence
    has_whole_dateline = bool(signed and signed["place"] and signed["day"])
    named = _agency(signed["agency"], bool(signed["dash"]), has_whole_dateline) if signed else None
    if remainder and not (signed and named) and byline is None:
        author = None  # capitalized words after "By" without a dateline: a sentence
    if signed and named:
        return Credits(named, _clean_dateline(signed["place"]), author, signed["day"])
    dateline = DATELINE.match(rest)
    return Credits(agency, _clean_dateline(dateline["place"]) if dateline else None, author, dateline["day"] if dateline else None)


def _outlet_of(agency: str | None, remainder: str, rest: str) -> tuple[str | None, str]:
    """Return the agency, and the rest of a byline without the agency or outlet of its author."""
    if agency or not rest or len(remainder.split()) > MAX_BYLINE_OUTLET_WORDS:
        return agency, remainder
    return _agencies().get(remainder.casefold()), ""


@functools.cache
def _agencies() -> Mapping[str, str]:
    agencies: dict[str, str] = tomllib.loads(importlib.resources.files("streams.split").joinpath("data/credits.toml").read_text("utf-8"))[
        "agencies"
    ]
    return agencies


def _agency(name: str, has_dash: bool, has_whole_dateline: bool) -> str | None:
    """Return the agency of a name in brackets: a known one, or any of several words behind place and day and before a dash."""
    agency = _agencies().get(name.strip().casefold())
    if agency:
        return agency
    first = name.strip().split("/")[0].split(" ")[0].casefold()
    if has_dash and first in _agencies():
        return _agencies()[first]
    is_acronym = has_dash and name.strip().isupper() and len(name.strip()) <= MAX_ACRONYM_CHARACTERS and name.strip().isalpha()
    is_name = has_dash and has_whole_dateline and " " in name.strip() and re.fullmatch(NAME, name.strip())
    return name.strip() if is_acronym or is_name else None


def _clean_dateline(dateline: str | None) -> str | None:
    return dateline.strip(" ,.-") or None if dateline else None


def _byline(text: str) -> tuple[str | None, str | None, str]:
    """Return (author, agency, rest of the text) of a text that begins with a byline."""
    found = AUTHOR_BYLINE.match(text)
    if not found:
        return None, None, ""
    name, remainder = found["name"].strip(" .,"), text[found.end() :].strip(" .,")
    if name.casefold() in _agencies():
        return None, _agencies()[name.casefold()], remainder
    words = name.split()
    while len(words) > MIN_AUTHOR_WORDS and words[-1].isupper() and len(words[-1]) >= MIN_PLACE_CHARACTERS:
        remainder = f"{words.pop()}, {remainder}"  # a dateline follows the name
    if not MIN_AUTHOR_WORDS <= len(words) <= MAX_AUTHOR_WORDS or DESK.match(name):
        return None, None, ""
    return " ".join(words), None, remainder


def split_headline(text: str) -> tuple[str | None, str]:
    """Return the headline that a text has before its dateline on one line, and the rest: "Storm in Tarrow. TARROW.- A storm"."""
    first, newline, rest = text.partition("\n")
    for end in HEADLINE_END.finditer(first[:HEAD_CHARACTERS]):
        if DATELINE.match(first, end.end()) or SIGNED.match(first, end.end()):
            return first[: end.start() + 1].removesuffix("."), first[end.end() :] + newline + rest
    return None, text
