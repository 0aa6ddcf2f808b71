"""Split a page into lines with their fates, for people who check how it was split."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from streams.records import Fate, Span
from streams.split.html.tree import parse_tree


def lines_with_fates(text: str, spans: Sequence[Span]) -> Iterator[tuple[Fate, str]]:
    """Yield the non-blank parts of a text in order, one for each line and fate."""
    for span in spans:
        for line in re.split(r"\r\n|\n|\r", text[span.start : span.end]):
            if line.strip():
                yield span.fate, line


def visible_lines(html: str, spans: Sequence[Span]) -> Iterator[tuple[Fate, str]]:
    """Yield the lines of an HTML page that a browser shows, each with its fate, in order."""
    starts = [span.start for span in spans]
    for line in parse_tree(html).lines:
        yield spans[bisect_right(starts, line.pieces[0][0]) - 1].fate, line.text
