"""The ledger of a text page: every character belongs to a line, and a line has one fate, or two where debris ends it."""

from collections.abc import Mapping, Sequence

from streams.records import Fate, Span
from streams.split.cuts import merged
from streams.split.text.lines import Kind, Line

BY_LOOKS = {
    Kind.STAMP: Fate.META,
    Kind.HASHTAG: Fate.META,
    Kind.END: Fate.CHROME,
    Kind.CHROME: Fate.CHROME,
    Kind.DEBRIS: Fate.DEBRIS,
    Kind.PROSE: Fate.UNKNOWN,
    Kind.SHORT: Fate.UNKNOWN,
}


def spans_of(lines: Sequence[Line], fates: Mapping[int, Fate], cuts: Mapping[int, int]) -> tuple[Span, ...]:
    """Return the spans of a page in order, without gap or overlap; neighbours of one fate are one span.

    Args:
        lines: all lines of the page.
        fates: place of a line -> its fate, where it is part of a block; other lines have the fate of their looks, empty ones that of
            the line before.
        cuts: place of a line -> offset in the page from which on it is debris.
    """
    pieces: list[tuple[int, Fate]] = []  # (end, fate)
    fate = Fate.CHROME
    empty = Kind.EMPTY
    for place, line in enumerate(lines):
        kind = line.kind
        if kind is not empty:
            fate = fates.get(place) or BY_LOOKS[kind]
        if place in cuts and line.start < cuts[place] < line.end:
            pieces.append((cuts[place], fate))
            pieces.append((line.end, Fate.DEBRIS))
        else:
            pieces.append((line.end, fate))
    return merged(pieces)
