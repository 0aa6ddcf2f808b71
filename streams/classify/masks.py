"""The parts of a text that are not what it says: datelines, and linked headlines of other stories."""

import re
from collections.abc import Iterator

_CAPITALS = "A-ZÁÉÍÓÚÜÑÇÃÕÂÊÔÀÈÖÄ"
_PLACE = rf"[{_CAPITALS}][{_CAPITALS}.'’/-]{{1,20}}(?: [{_CAPITALS}.'’/-]{{1,20}}){{0,3}}"
_REGION = r"(?:, ?[^\W\d_][\w.]{1,20}(?: [^\W\d_][\w.]{1,20}){0,2}){0,2}"
_DATE = r"(?:,? ?(?:\d{1,2}\.? (?:de )?[^\W\d_]{3,10}\.?|[^\W\d_]{3,10}\.? \d{1,2})(?:,? (?:de )?\d{4})?)"
_AGENCY = r"\([^()\n]{2,40}\)"
_DASH = r"\s?(?:[-–—]{1,2}|\.-|:)"
_START = r"(?:\A|\n|\s{2}|\. )\s{0,8}"
# A region in brackets of its own: a date or the agency's brackets follow.
_BRACKETS = r"(?: \([^()\n]{2,30}\)(?=,? ?\d|, [^\W\d_]|,? ?\())?"
_END = rf"(?:{_DASH}|\.?\s{{2}}|(?<=\))\s)"
# "SANTIAGO, Chile, Nov 23 (AFP) -", "LIMA (PERÚ), 23 nov (EFE) --", "MIAMI (Reuters) -", "LIMA, 5 jul  ", and the place alone on its line.
_UPPER = re.compile(rf"{_START}({_PLACE}{_REGION}{_BRACKETS}{_DATE}?(?:,?\s?{_AGENCY})?{_END}|(?<=\n){_PLACE}\.?(?=\n))")
# "Caracas, 5 jul (EFE).-", "Santiago (AFP) -"
_MIXED = re.compile(rf"(?:\A|\n)\s{{0,8}}([^\W\d_][\w.' ]{{2,30}}{_REGION}{_DATE}?,?\s?{_AGENCY}\s?(?:[-–—]|\.\s?[-–—]|\.))")
# What each place in capitals has: a look for it costs a quarter of what _UPPER does.
_TWO_CAPITALS = re.compile(rf"[{_CAPITALS}][{_CAPITALS}.'’/-]")
DATELINE_CHARS = 500

# What aggregators and outlets put in front of a linked headline; a colon or bar must follow it.
_LINK_WORDS = (
    "read more", "read also", "also read", "read next", "related", "watch now", "more from", "lea también", "lee también", "lea más",
    "lee más", "te puede interesar", "vea también", "ver también", "noticia relacionada", "leia também", "leia mais", "veja também",
    "saiba mais", "lire aussi", "lesen sie auch", "leggi anche",
)  # fmt: skip
_LINKS = tuple(form for words in _LINK_WORDS for form in (words.upper(), words.capitalize()))
_LINK_MARKS = ":|>»"
LINK_CHARS = 140


def masked_spans(title: str, body: str) -> list[tuple[int, int]]:
    """Return the half-open spans of `title + "\\n" + body` to leave out: the dateline, and headlines after "READ MORE:" and the like.

    A linked headline ends with its line or sentence, or after `LINK_CHARS`: in a body on one line nothing else marks its end.
    """
    shift = len(title) + 1
    return [(start + shift, end + shift) for start, end in (*_datelines(body), *_links(body))]


def _links(body: str) -> Iterator[tuple[int, int]]:
    """Yield the linked headlines, their words included. From the marks back: few words stand before one, 1 µs for 3 KB instead of 57."""
    for mark in _LINK_MARKS:
        place = body.find(mark)
        while place >= 0:
            end = place - body[place - 1 : place].isspace()
            if body.endswith(_LINKS, 0, end):
                start = max(body.rfind(words, 0, end) for words in _LINKS if body.endswith(words, 0, end))
                place = _link_end(body, end + 2)
                yield start, place
            place = body.find(mark, place + 1)


def _link_end(body: str, start: int) -> int:
    ends = [place for mark in ("\n", ". ", "? ") if (place := body.find(mark, start, start + LINK_CHARS)) >= 0]
    return min(ends, default=min(start + LINK_CHARS, len(body)))


def _datelines(body: str) -> list[tuple[int, int]]:
    beginning = body[:DATELINE_CHARS]
    patterns = [_UPPER] if _TWO_CAPITALS.search(beginning) else []
    patterns += [_MIXED] if "(" in beginning else []
    return [found.span(1) for pattern in patterns if (found := pattern.search(beginning))]
