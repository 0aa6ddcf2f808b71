"""The ledger of an HTML page: the text of its lines by what became of them; tags, scripts, white space and menus are the page's own."""

from collections.abc import Iterator, Mapping

from streams.records import Fate, Span
from streams.split.cuts import merge_spans
from streams.split.html.prose import Reading
from streams.split.html.tree import Tree
from streams.split.text.lines import word_count

MIN_LINK_WORDS = 4


def spans_of(tree: Tree, reading: Reading, fates: Mapping[int, Fate]) -> tuple[Span, ...]:
    """Return the spans of a page's source in order, without gap or overlap.

    Args:
        tree: the page.
        reading: what its lines are by their looks.
        fates: place of a line -> its fate, where it is part of an article; others have the fate of their looks.
    """
    return merge_spans(_pieces(tree, reading, fates))


def _pieces(tree: Tree, reading: Reading, fates: Mapping[int, Fate]) -> Iterator[tuple[int, Fate]]:
    for place, line in enumerate(tree.lines):
        fate = fates[place] if place in fates else _by_looks(tree, reading, place)
        if fate is not Fate.CHROME:
            for start, end in line.pieces:
                yield start, Fate.CHROME
                yield end, fate
    yield len(tree.source), Fate.CHROME


def _by_looks(tree: Tree, reading: Reading, place: int) -> Fate:
    line = tree.lines[place]
    if reading.chrome[line.element]:
        return Fate.CHROME
    if line.is_link:
        return Fate.LINK if word_count(line.text) >= MIN_LINK_WORDS else Fate.CHROME
    return Fate.UNKNOWN if reading.prose[place] else Fate.CHROME
