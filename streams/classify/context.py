"""Decide whether the words around a term allow it: `near` and `unless` of its group.

The words of a condition are a numbered set, which groups with equal words share. The matcher notes each word of the text in its sets, so
that no condition searches its hundreds of words.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping

Span = tuple[int, int]

# Limit of a sentence on either side of a hit, in code points: bounds the cost in a text without full stops.
SENTENCE_CHARS = 300
_SENTENCE_END = re.compile('[.!?] |\n|\\.\u201d |\\." ')


class Context:
    """The words of one text that are in a condition."""

    def __init__(self, text: str, spans: Mapping[int, list[Span]]) -> None:
        """Take the spans of the words of each set by its number."""
        self._text = text
        self._spans = spans
        self._sorted: dict[int, list[Span]] = {}

    def allows(self, hit: Span, near: int | None, unless: int | None, in_whole_text: bool) -> bool:
        """Return whether a word of the set `near` (if any) and none of `unless` is around `hit`, in its sentence or the whole text."""
        if near is not None and not self._has_word(near, hit, in_whole_text):
            return False
        return unless is None or not self._has_word(unless, hit, in_whole_text)

    def _has_word(self, number: int, hit: Span, in_whole_text: bool) -> bool:
        """Return whether a word of a set is outside of `hit`; only the nearest on either side can be the only one in its sentence."""
        spans = self._sorted.get(number)
        if spans is None:
            spans = self._sorted[number] = sorted(self._spans.get(number, ()))
        if not spans:
            return False
        start, end = hit
        right = bisect_left(spans, hit)
        left = right - 1
        while left >= 0 and spans[left][1] > start:
            left -= 1
        while right < len(spans) and spans[right][0] < end:
            right += 1
        if in_whole_text:
            return left >= 0 or right < len(spans)
        return (left >= 0 and self._is_one_sentence(spans[left], hit)) or (right < len(spans) and self._is_one_sentence(hit, spans[right]))

    def _is_one_sentence(self, first: Span, second: Span) -> bool:
        """Return whether no sentence ends between two spans, and neither begins or ends `SENTENCE_CHARS` beyond the other."""
        is_close = second[0] - first[0] <= SENTENCE_CHARS and second[1] - first[1] <= SENTENCE_CHARS
        return is_close and not _SENTENCE_END.search(self._text, first[1], second[0])
