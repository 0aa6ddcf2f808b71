"""Credits at a body's start: agency, dateline and author. "SANTA VELA, Norland (AP) —", "VELA, 3 ago (Xinhua) --", "By Ana Ruiz".

A dateline may have its country in brackets of its own: "SANTA VELA (NORLANDIA), 3 ago (EFE) --".
"""

import functools
import importlib.resources
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

HEAD_CHARACTERS = 220
UPPER = "A-ZÁÉÍÓÚÑÜÀÂÇÈÊÎÔÛÄÖÅØÆÃÕ"
PLACE = rf"[{UPPER}][\w.'’/-]*(?:[ ,]+(?:de|del|la|las|los|el|do|da|di|du|and|y|[{UPPER}][\w.'’/-]*)){{0,7}},?"
# A region in brackets behind its place. It stays in the dateline where an agency has brackets of its own; else it may be an agency.
REGION = rf"(?: \([{UPPER}][^()\n\d]{{1,28}}\)(?=\s*[,(.\d–—―-]))?"
DAY = r"(?:,?\s*\b(?:\d{1,2}\s+(?:de\s+)?[^\W\d]{3,10}\.?|[^\W\d]{3,10}\.?\s+\d{1,2})(?:,?\s+\d{4})?)?"
DASH = r"\s*\.?(?:--|[-–—―]|\.-|:)"
SIGNED = re.compile(rf"(?:(?P<place>{PLACE}{REGION})?{DAY}(?:\s+[-–—])?\s*)?\((?P<agency>[^()\n]{{2,30}})\)\s*\.?(?P<dash>{DASH})?\s*")
DATELINE = re.compile(
    rf"(?P<place>[{UPPER}][{UPPER}.'’ -]{{2,30}}(?:,\s+[{UPPER}][\w. ]{{1,25}})?){REGION}{DAY}\s*(?:--|[–—―]|\s-|\.-)\s*(?=\S)"
)
BY = "[Bb]y|BY|[Pp]or|POR|[Pp]ar|[Vv]on|[Dd]i|[Ee]scrito por|[Ww]ritten by"
WORD = rf"[{UPPER}][\w.'’-]*"
NAME = rf"{WORD}(?: +(?:de|del|la|van|von|da|dos|di|{WORD})){{0,4}}"
BYLINE = re.compile(rf"(?:{BY})[: ] *(?P<name>{NAME}(?:(?:, {WORD} {WORD}){{0,3}},? (?:and|y|e|et|und) {WORD}(?: {WORD}){{1,2}})?)")
MAX_NAME_WORDS = 14
MAX_OUTLET_WORDS = 6
# Nobody's name: "By Staff Reporter", "Por Redacción El Faro".
DESK = re.compile(r"(?:staff|newsroom|editors?|redacci[oó]n|reda[cç][aã]o|rédaction|redaktion|redazione)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Credits:
    """Who wrote a story and from where, as its first lines say it."""

    agency: str | None = None
    dateline: str | None = None
    author: str | None = None


def credits_of(body: str, byline: str | None = None) -> Credits:
    """Return the credits at the start of `body`; `byline` is a line of the header that may be one. The body itself is left as it is.

    Source: the form of datelines is that of the AP and EFE style books: place in capitals, agency in brackets, dash.
    """
    first, _, rest = body[:HEAD_CHARACTERS].partition("\n")
    author, agency, left = _byline(byline or "")
    agency = agency or _agencies().get(left.strip(" |/()").casefold())
    if not (author or agency):
        author, agency, left = _byline(first)
        agency, left = _outlet_of(agency, left, rest)
        rest = f"{left}\n{rest}" if left else rest if author or agency else f"{first}\n{rest}"
    else:
        rest = f"{first}\n{rest}"
    rest = rest.lstrip(" ,|\n")
    signed = SIGNED.match(rest) if "(" in rest else None
    if signed and not signed["dash"] and rest[signed.end() : signed.end() + 1].islower():
        signed = None  # "The Union (AP) said": a sentence
    named = _agency(signed["agency"], bool(signed["dash"])) if signed else None
    if left and not (signed and named) and byline is None:
        author = None  # words in capitals after "By", with no dateline behind them: a sentence
    if signed and named:
        return Credits(named, _place(signed["place"]), author)
    dateline = DATELINE.match(rest)
    return Credits(agency, _place(dateline["place"]) if dateline else None, author)


def _outlet_of(agency: str | None, left: str, rest: str) -> tuple[str | None, str]:
    """Return the agency, and what is left of a byline's own line without the agency or outlet that its author writes for."""
    if agency or not rest or len(left.split()) > MAX_OUTLET_WORDS:
        return agency, left
    return _agencies().get(left.casefold()), ""


@functools.cache
def _agencies() -> Mapping[str, str]:
    agencies: dict[str, str] = tomllib.loads(importlib.resources.files("streams.split").joinpath("data/credits.toml").read_text("utf-8"))[
        "agencies"
    ]
    return agencies


def _agency(name: str, has_dash: bool) -> str | None:
    known = _agencies().get(name.strip().casefold())
    if known:
        return known
    first = name.strip().split("/")[0].split(" ")[0].casefold()
    if has_dash and first in _agencies():
        return _agencies()[first]
    is_sign = has_dash and name.strip().isupper() and len(name.strip()) <= 6 and name.strip().isalpha()
    return name.strip() if is_sign else None


def _place(place: str | None) -> str | None:
    return place.strip(" ,.-") or None if place else None


def _byline(text: str) -> tuple[str | None, str | None, str]:
    """Return (author, agency, what follows) of a text that begins with a byline."""
    found = BYLINE.match(text)
    if not found:
        return None, None, ""
    name, left = found["name"].strip(" .,"), text[found.end() :].strip(" .,")
    if name.casefold() in _agencies():
        return None, _agencies()[name.casefold()], left
    words = name.split()
    while len(words) > 2 and words[-1].isupper() and len(words[-1]) > 2:
        left = f"{words.pop()}, {left}"  # a dateline follows the name
    if not 2 <= len(words) <= MAX_NAME_WORDS or DESK.match(name):
        return None, None, ""
    return " ".join(words), None, left
