"""Build the ledger of a text page: a line has one fate, or two where debris ends it."""

from collections.abc import Mapping, Sequence

from streams.records import Fate, Span
from streams.split.cuts import merge_spans
from streams.split.text.lines import Line, LineKind

FATE_OF_KIND = {
    LineKind.STAMP: Fate.META,
    LineKind.HASHTAG: Fate.META,
    LineKind.END: Fate.CHROME,
    LineKind.CHROME: Fate.CHROME,
    LineKind.DEBRIS: Fate.DEBRIS,
    LineKind.PROSE: Fate.UNKNOWN,
    LineKind.SHORT: Fate.UNKNOWN,
}


def spans_of(
    lines: Sequence[Line], fates: Mapping[int, Fate], cuts: Mapping[int, int], asides: Mapping[int, tuple[int, int]]
) -> tuple[Span, ...]:
    """Return the spans of a page in order, without gap or overlap; neighbours with the same fate are one span.

    Args:
        lines: all lines of the page.
        fates: line number -> fate, for lines of a block. Other lines have the fate of their kind, empty ones that of the previous line.
        cuts: line number -> offset in the page at which debris begins in it.
        asides: line number -> start and end in the page of a link to another story in its middle.
    """
    pieces: list[tuple[int, Fate]] = []  # (end, fate)
    fate = Fate.CHROME
    empty = LineKind.EMPTY
    divided = asides.keys() | cuts.keys()
    for line_no, line in enumerate(lines):
        kind = line.kind
        if kind is not empty and (own := fates.get(line_no) or FATE_OF_KIND[kind]) is not fate:
            pieces.append((line.start, fate))
            fate = own
        if line_no not in divided:
            continue
        if line_no in asides and fate is Fate.ARTICLE:
            pieces += [(asides[line_no][0], fate), (asides[line_no][1], Fate.LINK)]
        if line_no in cuts and line.start < cuts[line_no] < line.end:
            pieces += [(cuts[line_no], fate), (line.end, Fate.DEBRIS)]
    if lines:
        pieces.append((lines[-1].end, fate))
    return merge_spans(pieces)
