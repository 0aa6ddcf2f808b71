"""Decide whether the words around a term allow it: `near` and `unless` of its group."""

from bisect import bisect_left
from collections.abc import Mapping
from itertools import chain

Span = tuple[int, int]
Words = frozenset[int]

# Limit of a sentence on either side of a hit, in code points: bounds the cost in a text without full stops.
SENTENCE_CHARS = 300
_SENTENCE_ENDS = (". ", "! ", "? ", "\n", ".\u201d ", '." ')


class Context:
    """The words of one text that are a condition of some term."""

    def __init__(self, text: str, spans: Mapping[int, list[Span]]) -> None:
        """Take the spans of each word by its pattern number, in order of offset."""
        self._text = text
        self._spans = spans
        self._merged: dict[Words, list[Span]] = {}

    def allows(self, hit: Span, near: Words, unless: Words, *, in_whole_text: bool) -> bool:
        """Return whether one of `near` (if there are any) and none of `unless` is around `hit`, in its sentence or the whole text."""
        wanted, excluded = self._spans_of(near), self._spans_of(unless)
        if near and not wanted:
            return False
        if not wanted and not excluded:
            return True
        around = (0, len(self._text)) if in_whole_text else sentence_around(self._text, *hit)
        return not (near and not _has_span(wanted, around, hit)) and not _has_span(excluded, around, hit)

    def _spans_of(self, words: Words) -> list[Span]:
        """Return the spans of all these words in order of offset; the groups of a text share few sets of words."""
        if not words:
            return []
        if words not in self._merged:
            found = words.intersection(self._spans)  # iterates over the smaller one: a text has few of a group's hundreds of words
            self._merged[words] = sorted(chain.from_iterable(self._spans[word] for word in found))
        return self._merged[words]


def _has_span(spans: list[Span], around: Span, hit: Span) -> bool:
    """Return whether one of `spans` (in order of offset) lies within `around` and outside of `hit`."""
    slot = bisect_left(spans, (around[0], 0))
    while slot < len(spans) and spans[slot][0] < around[1]:
        start, end = spans[slot]
        if end <= around[1] and (end <= hit[0] or start >= hit[1]):
            return True
        slot += 1
    return False


def sentence_around(text: str, start: int, end: int) -> Span:
    """Return the half-open span of the sentence around [start, end), at most `SENTENCE_CHARS` longer on either side."""
    floor, ceiling = max(0, start - SENTENCE_CHARS), min(len(text), end + SENTENCE_CHARS)
    before = max(text.rfind(mark, floor, start) for mark in _SENTENCE_ENDS)
    after = [found for mark in _SENTENCE_ENDS if (found := text.find(mark, end, ceiling)) >= 0]
    return (floor if before < 0 else before + 1, min(after, default=ceiling))
