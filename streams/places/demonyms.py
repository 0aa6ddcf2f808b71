"""Leave out demonyms that are languages or things, and no evidence of a country: "in Spanish", "French-speaking", "Dominican friars"."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from streams.places.context import demonym_words

_JOINING = " -"
# Between the names of languages in a row.
_BETWEEN = frozenset([", ", " and ", " or ", " y ", " e ", " o ", " et ", " ou ", " und ", " oder ", ", and ", ", or "])


class DemonymMention(NamedTuple):
    """A demonym at [start, end) of the text, and the number of its country."""

    start: int
    end: int
    country: int


class _Words(NamedTuple):
    language_after: frozenset[bytes]
    language_before: frozenset[bytes]
    translated: frozenset[bytes]
    joining: frozenset[bytes]
    function_words: frozenset[bytes]
    things: frozenset[bytes]


@cache
def _words() -> _Words:
    return _Words(**{sign: frozenset(map(str.encode, words)) for sign, words in demonym_words().items()})


def of_countries(text: str, lower: bytes, demonyms: Sequence[DemonymMention]) -> list[DemonymMention]:
    """Return the demonyms of people and things from a country.

    Args:
        text: as written.
        lower: its words (`words_of`) in lower case.
        demonyms: in order of offset.
    """
    kept = []
    language_end = -1
    for one in demonyms:
        is_next_in_row = language_end >= 0 and text[language_end : one.start] in _BETWEEN and _is_alone(text, lower, one.end)
        if is_next_in_row or _is_language(text, lower, one):
            language_end = one.end
        elif lower[one.start + 1 : one.end + 1] + b" " + _word_after(text, lower, one.end) not in _words().things:
            kept.append(one)
    return kept


def _is_language(text: str, lower: bytes, one: DemonymMention) -> bool:
    words = _words()
    if _word_after(text, lower, one.end) in words.language_after:
        return True
    if text[one.start - 1 : one.start] != " ":
        return False
    first = lower.rfind(b" ", 0, one.start) + 1
    second = lower.rfind(b" ", 0, first - 1) + 1
    before, before_that = lower[first : one.start], lower[second : first - 1]
    if before in words.joining and before_that in words.translated:
        return True
    is_before = before in words.language_before or lower[second : one.start] in words.language_before
    return is_before and _is_alone(text, lower, one.end)


def _is_alone(text: str, lower: bytes, end: int) -> bool:
    """Return whether no noun follows."""
    after = _word_after(text, lower, end)
    return not after or after in _words().function_words


def _word_after(text: str, lower: bytes, end: int) -> bytes:
    """Return the next word, empty behind a mark; `lower` begins with one character more than `text`."""
    mark = text[end : end + 1]
    return lower[end + 2 : lower.find(b" ", end + 2)] if mark and mark in _JOINING else b""
