"""The ledger of a text page: every character belongs to a line, and a line has one fate, or two where debris ends it."""

from collections.abc import Mapping, Sequence

from streams.records import Fate, Span
from streams.split.cuts import merge_spans
from streams.split.text.lines import Line, LineKind

BY_LOOKS = {
    LineKind.STAMP: Fate.META,
    LineKind.HASHTAG: Fate.META,
    LineKind.END: Fate.CHROME,
    LineKind.CHROME: Fate.CHROME,
    LineKind.DEBRIS: Fate.DEBRIS,
    LineKind.PROSE: Fate.UNKNOWN,
    LineKind.SHORT: Fate.UNKNOWN,
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
    empty = LineKind.EMPTY
    for line_no, line in enumerate(lines):
        kind = line.kind
        if kind is not empty:
            fate = fates.get(line_no) or BY_LOOKS[kind]
        if line_no in cuts and line.start < cuts[line_no] < line.end:
            pieces.append((cuts[line_no], fate))
            pieces.append((line.end, Fate.DEBRIS))
        else:
            pieces.append((line.end, fate))
    return merge_spans(pieces)
