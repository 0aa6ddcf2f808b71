"""Credits at a body's start: agency, dateline and author. "THE HAGUE, Netherlands (AP) —", "SANTIAGO, 3 ago (Xinhua) --", "By Ana Ruiz"."""

import functools
import importlib.resources
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

HEAD_CHARACTERS = 220
UPPER = "A-ZÁÉÍÓÚÑÜÀÂÇÈÊÎÔÛÄÖÅØÆÃÕ"
PLACE = rf"[{UPPER}][\w.'’/-]*(?:[ ,]+(?:de|del|la|las|los|el|do|da|di|du|and|y|[{UPPER}][\w.'’/-]*)){{0,7}},?"
DAY = r"(?:,?\s*(?:\d{1,2}\s+(?:de\s+)?[^\W\d]{3,10}\.?|[^\W\d]{3,10}\.?\s+\d{1,2})(?:,?\s+\d{4})?)?"
DASH = r"\s*\.?(?:--|[-–—―]|\.-|:)"
SIGNED = re.compile(rf"(?:(?P<place>{PLACE}){DAY}\s*)?\((?P<agency>[^()\n]{{2,30}})\)\s*\.?(?P<dash>{DASH})?")
DATELINE = re.compile(rf"(?P<place>[{UPPER}][{UPPER}.'’ -]{{2,30}}(?:,\s+[{UPPER}][\w. ]{{1,25}})?){DAY}\s*(?:--|[–—―]|\s-|\.-)\s*(?=\S)")
BY = "[Bb]y|BY|[Pp]or|POR|[Pp]ar|[Vv]on|[Dd]i|[Ee]scrito por|[Ww]ritten by"
NAME = rf"[{UPPER}][\w.'’-]*(?:\s+(?:de|del|la|van|von|da|dos|di|[{UPPER}][\w.'’-]*)){{0,4}}"
SECOND = (
    rf"(?:,\s+[{UPPER}][\w.'’-]*\s+[{UPPER}][\w.'’-]*){{0,3}}\s+(?:and|y|e|et|und)\s+[{UPPER}][\w.'’-]*(?:\s+[{UPPER}][\w.'’-]*){{1,2}}"
)
BYLINE = re.compile(rf"(?:{BY})[:\s]\s*(?P<name>{NAME})(?P<more>{SECOND})?")


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
    head = body[:HEAD_CHARACTERS]
    author, agency = _byline(byline or "")
    if not (author or agency):
        author, agency = _byline(head)
        if author and "\n" in head and body.startswith(("By", "BY", "Por", "POR")):
            head = body[: HEAD_CHARACTERS * 2].partition("\n")[2]
        elif author:
            head = head[head.find(author) + len(author) :]
    signed = SIGNED.match(head.lstrip(" ,\n")) or (SIGNED.search(head) if author else None)
    if signed and (named := _agency(signed["agency"], bool(signed["dash"]))):
        return Credits(named, _place(signed["place"]), author)
    dateline = DATELINE.match(head.lstrip(" ,\n"))
    return Credits(agency, _place(dateline["place"]) if dateline else None, author)


@functools.cache
def _agencies() -> Mapping[str, str]:
    agencies: dict[str, str] = tomllib.loads(importlib.resources.files("streams.split").joinpath("credits.toml").read_text("utf-8"))[
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


def _byline(text: str) -> tuple[str | None, str | None]:
    """Return (author, agency) of a text that begins with a byline."""
    found = BYLINE.match(text)
    if not found:
        return None, None
    name = found["name"].strip(" .,")
    if name.casefold() in _agencies():
        return None, _agencies()[name.casefold()]
    words = name.split()
    while words and len(words) > 2 and words[-1].isupper() and len(words[-1]) > 2:
        words.pop()  # a dateline in capitals follows the name
    if len(words) < 2 or len(words) > 5:
        return None, None
    return " ".join(words) + (found["more"] or ""), None
