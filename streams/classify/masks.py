"""Find the parts of a text that are no evidence: datelines, and linked headlines of other stories."""

import re
from collections.abc import Iterator

_CAPITALS = "A-ZÁÉÍÓÚÜÑÇÃÕÂÊÔÀÈÖÄ"
_PLACE = rf"[{_CAPITALS}][{_CAPITALS}.'’/-]{{1,20}}(?: [{_CAPITALS}.'’/-]{{1,20}}){{0,3}}"
_REGION = r"(?:, ?[^\W\d_][\w.]{1,20}(?: [^\W\d_][\w.]{1,20}){0,2}){0,2}"
_DATE = r"(?:,? ?(?:\d{1,2}\.? (?:de )?[^\W\d_]{3,10}\.?|[^\W\d_]{3,10}\.? \d{1,2})(?:,? (?:de )?\d{4})?)"
_AGENCY = r"\([^()\n]{2,40}\)"
_DASH = r"\s?(?:[-–—]{1,2}|\.-|:)"
_START = r"(?:\A|\n|\s{2}|\. )\s{0,8}"
# A region in its own brackets, followed by a date or the agency's brackets.
_BRACKETS = r"(?: \([^()\n]{2,30}\)(?=,? ?\d|, [^\W\d_]|,? ?\())?"
_END = rf"(?:{_DASH}|\.?\s{{2}}|(?<=\))\s)"
# "SANTIAGO, Chile, Nov 23 (AFP) -", "LIMA (PERÚ), 23 nov (EFE) --", "MIAMI (Reuters) -", "LIMA, 5 jul  ", a place alone on its line.
_UPPER = re.compile(rf"{_START}({_PLACE}{_REGION}{_BRACKETS}{_DATE}?(?:,?\s?{_AGENCY})?{_END}|(?<=\n){_PLACE}\.?(?=\n))")
# "Caracas, 5 jul (EFE).-", "Santiago (AFP) -"
_MIXED = re.compile(rf"(?:\A|\n)\s{{0,8}}([^\W\d_][\w.' ]{{2,30}}{_REGION}{_DATE}?,?\s?{_AGENCY}\s?(?:[-–—]|\.\s?[-–—]|\.))")
# Necessary for a place name in capitals; this search costs a quarter of _UPPER.
_TWO_CAPITALS = re.compile(rf"[{_CAPITALS}][{_CAPITALS}.'’/-]")
DATELINE_CHARS = 500

# The labels of linked headlines at aggregators and outlets; a colon or bar must follow.
_LINK_WORDS = (
    "read more", "read also", "also read", "read next", "related", "watch now", "more from", "lea también", "lee también", "lea más",
    "lee más", "te puede interesar", "vea también", "ver también", "noticia relacionada", "leia também", "leia mais", "veja também",
    "saiba mais", "lire aussi", "lesen sie auch", "leggi anche",
)  # fmt: skip
_LINKS = tuple(form for words in _LINK_WORDS for form in (words.upper(), words.capitalize()))
_LINK_MARKS = ":|>»"
LINK_CHARS = 140


def masked_spans(title: str, body: str) -> list[tuple[int, int]]:
    """Return the half-open spans of `title + "\\n" + body` to ignore: the dateline, and linked headlines ("READ MORE: …").

    A linked headline ends with its line or sentence, or after `LINK_CHARS`, since a body on one line has no other end mark.
    """
    shift = len(title) + 1
    return [(start + shift, end + shift) for start, end in (*_datelines(body), *_links(body))]


def _links(body: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of linked headlines, including their label.

    Search from the marks backwards: 1 µs for 3 KB instead of 57.
    """
    for mark in _LINK_MARKS:
        position = body.find(mark)
        while position >= 0:
            end = position - body[position - 1 : position].isspace()
            if body.endswith(_LINKS, 0, end):
                start = max(body.rfind(words, 0, end) for words in _LINKS if body.endswith(words, 0, end))
                position = _link_end(body, end + 2)
                yield start, position
            position = body.find(mark, position + 1)


def _link_end(body: str, start: int) -> int:
    ends = [end for mark in ("\n", ". ", "? ") if (end := body.find(mark, start, start + LINK_CHARS)) >= 0]
    return min(ends, default=min(start + LINK_CHARS, len(body)))


def _datelines(body: str) -> list[tuple[int, int]]:
    beginning = body[:DATELINE_CHARS]
    patterns = [_UPPER] if _TWO_CAPITALS.search(beginning) else []
    patterns += [_MIXED] if "(" in beginning else []
    return [match.span(1) for pattern in patterns if (match := pattern.search(beginning))]
