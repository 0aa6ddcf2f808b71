"""Decide whether the words around a term allow it: `near` and `unless` of its group.

The words of a condition are a numbered set, which groups with equal words share. The matcher notes each word of the text in its sets, so
that no condition searches its hundreds of words.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

Span = tuple[int, int]

# Limit of a sentence on either side of a hit, in code points: bounds the cost in a text without full stops.
SENTENCE_CHARS = 300
_SENTENCE_ENDS = (". ", "! ", "? ", "\n", ".\u201d ", '." ')


class Context:
    """The words of one text that are in a condition."""

    def __init__(self, text: str, spans: Mapping[int, list[Span]]) -> None:
        """Take the spans of the words of each set by its number."""
        self._text = text
        self._spans = {number: sorted(found) for number, found in spans.items()}

    def allows(self, hit: Span, near: int | None, unless: int | None, *, in_whole_text: bool) -> bool:
        """Return whether a word of the set `near` (if any) and none of `unless` is around `hit`, in its sentence or the whole text."""
        wanted = () if near is None else self._spans.get(near, ())
        excluded = () if unless is None else self._spans.get(unless, ())
        if not wanted:
            if near is not None:
                return False
            if not excluded:
                return True
        around = (0, len(self._text)) if in_whole_text else (hit[0] - SENTENCE_CHARS, hit[1] + SENTENCE_CHARS)
        if wanted and not _has_span(wanted, around, hit):
            return False
        is_excluded = _has_span(excluded, around, hit)
        if in_whole_text or not (wanted or is_excluded):
            return not is_excluded
        # A sentence is within the span above, and costs ten times as much to find.
        around = sentence_around(self._text, *hit)
        return not (wanted and not _has_span(wanted, around, hit)) and not (is_excluded and _has_span(excluded, around, hit))


def _has_span(spans: Sequence[Span], around: Span, hit: Span) -> bool:
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
