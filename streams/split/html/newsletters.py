"""Find the items of an e-mail newsletter: layout tables whose stories have headlines that link nowhere, and lists of notices without one.

The blocks that mail programs need, and the names that newsletter builders give them, tell such a page from a story in tables.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streams.split.html.line_classification import HEADINGS, LineClassification, is_promotion
from streams.split.html.list_items import MIN_ITEMS, ListItem
from streams.split.html.tree import Element, Tree
from streams.split.text.lines import MIN_PROSE_WORDS, word_count

LAYOUT_NAME = re.compile(r"\bpresentation\b|\bmcn[A-Z]|\bmj-|\besd-|preheader|\b(?:body|template)(?:Table|Container|Cell|Body)\b")
MIN_TABLE_SHARE = 0.8  # of the prose of the page in cells of tables
MIN_LISTED_SHARE = 0.7
MIN_NOTICE_WORDS = 20  # of an item of a list without a headline; a shorter one is a date and a place


@dataclass(slots=True)
class _Section:
    """Lines [first, end) from a headline, or the one item of a list (`is_notice`)."""

    first: int
    end: int
    is_notice: bool = False


def find_newsletter_items(tree: Tree, classification: LineClassification, listed: Sequence[ListItem]) -> list[ListItem]:
    """Return the stories of a newsletter in order; none if the page is not one, or `listed` has most of its words: stories with links."""
    if not is_newsletter(tree, classification):
        return []
    items = [item for section in _sections(tree, classification) if (item := _item(tree, classification, section))]
    words, listed_words = (sum(item.words for item in found) for found in (items, listed))
    return items if len(items) >= MIN_ITEMS and listed_words < MIN_LISTED_SHARE * words else []


def is_newsletter(tree: Tree, classification: LineClassification) -> bool:
    """Return whether a page is an e-mail newsletter: most of its prose is in layout tables of mail."""
    if not any(element.tag in ("table", "td") and LAYOUT_NAME.search(element.names) for element in tree.elements):
        return False
    is_cell: list[bool] = []
    for element in tree.elements:
        is_cell.append(element.tag == "td" or (element.parent_index >= 0 and is_cell[element.parent_index]))
    prose = classification.prose_characters
    in_cells = sum(prose[line_no] for line_no, line in enumerate(tree.lines) if is_cell[line.element_index])
    return in_cells > 0 and in_cells >= MIN_TABLE_SHARE * classification.prose_before[-1]


def _sections(tree: Tree, classification: LineClassification) -> Iterator[_Section]:
    """Yield the ranges from a headline to the next headline or list item, and each item of a list."""
    section: _Section | None = None
    item: Element | None = None
    for line_no, line in enumerate(tree.lines):
        element = tree.elements[line.element_index]
        if classification.is_chrome[line.element_index] or (item and line_no < item.end_line):
            continue
        is_item = element.tag == "li"
        if is_item or _is_headline(classification, element, line_no, is_link=line.is_link):
            if section:
                yield section
            section = None if is_item else _Section(line_no, line_no + 1)
            item = element if is_item else None
            if is_item:
                yield _Section(line_no, element.end_line, is_notice=True)
        elif section:
            section.end = line_no + 1
    if section:
        yield section


def _is_headline(classification: LineClassification, element: Element, line_no: int, *, is_link: bool) -> bool:
    """Return whether a line is a heading, or a short one in a cell without a paragraph of its own."""
    return element.tag in HEADINGS or (element.tag == "td" and not is_link and not classification.prose_characters[line_no])


def _item(tree: Tree, classification: LineClassification, section: _Section) -> ListItem | None:
    prose = [line_no for line_no in range(section.first, section.end) if classification.prose_characters[line_no]]
    words = sum(word_count(tree.lines[line_no].text) for line_no in prose)
    if words < (MIN_NOTICE_WORDS if section.is_notice else MIN_PROSE_WORDS) or is_promotion(tree.lines[prose[0]]):
        return None
    first, last = tree.lines[section.first], tree.lines[section.end - 1]
    headline = None if section.first == prose[0] or (section.is_notice and not first.is_link) else section.first
    start, end = first.pieces[0][0], last.pieces[-1][1]
    return ListItem(start, end, section.first, section.end, headline, "", words, is_linked=False, is_timed=False)
