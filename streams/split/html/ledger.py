"""Build the ledger of an HTML page: one fate for each character. Tags, scripts, white space and menus are page chrome."""

from collections.abc import Iterator, Mapping

from streams.records import Fate, Span
from streams.split.cuts import merge_spans
from streams.split.html.line_classification import LineClassification
from streams.split.html.tree import Tree
from streams.split.text.lines import word_count

MIN_HEADLINE_LINK_WORDS = 4  # a link with fewer words is a menu's, not a headline of another story


def spans_of(tree: Tree, classification: LineClassification, fates: Mapping[int, Fate]) -> tuple[Span, ...]:
    """Return the spans of a page's source in order, without gap or overlap.

    Args:
        tree: the page.
        classification: of the lines of `tree`; gives the fate of lines that are not in `fates`.
        fates: line number -> fate, for the lines of articles.
    """
    return merge_spans(_pieces(tree, classification, fates))


def _pieces(tree: Tree, classification: LineClassification, fates: Mapping[int, Fate]) -> Iterator[tuple[int, Fate]]:
    for line_no, line in enumerate(tree.lines):
        fate = fates[line_no] if line_no in fates else _default_fate(tree, classification, line_no)
        if fate is not Fate.CHROME:
            for start, end in line.pieces:
                yield start, Fate.CHROME
                yield end, fate
    yield len(tree.source), Fate.CHROME


def _default_fate(tree: Tree, classification: LineClassification, line_no: int) -> Fate:
    line = tree.lines[line_no]
    if classification.is_chrome[line.element_index]:
        return Fate.CHROME
    if line.is_link:
        return Fate.LINK if word_count(line.text) >= MIN_HEADLINE_LINK_WORDS else Fate.CHROME
    return Fate.UNKNOWN if classification.prose_characters[line_no] else Fate.CHROME
