"""Keep the sections of a digest that cite their sources: the others are the notices, charts and advertisements of its editors."""

import re
from collections.abc import Sequence
from dataclasses import replace

from streams.split.html.list_items import MIN_ITEMS, ListItem
from streams.split.html.tree import TextLine, Tree
from streams.split.text.cohesion import stems_of
from streams.split.text.lines import word_count

CITATION = re.compile(r"\([^()]{2,80}\)[.\s]{0,2}\Z")
MAX_SECTION_NAME_WORDS = 3  # "Quick hits"; a headline has more, or shares a word with its text


def cited_sections(tree: Tree, items: list[ListItem]) -> list[ListItem]:
    """Return the items; of a digest most of whose sections end with a linked source in brackets only these, without what is below it.

    Items that begin with a linked headline have their source in it.
    """
    cited = {item.first_line: line_nos for item in items if (line_nos := _cited_line_nos(tree, item))}
    headed = [item for item in items if not item.run_in_title]
    if len(cited) < MIN_ITEMS or 2 * len(cited) <= len(headed):
        return items
    closed = sum(cited[item.first_line][-1] + 1 == _end_of_text(tree, item) for item in headed if item.first_line in cited)
    are_closed = 2 * closed > len(cited)
    kept = [item for item in items if item.run_in_title or item.first_line in cited]
    kept = [
        replace(item, is_linked=True, end_line=cited[item.first_line][-1] + 1 if are_closed else item.end_line)
        if item.first_line in cited
        else item
        for item in kept
    ]
    return _without_section_names(tree, kept)


def _cited_line_nos(tree: Tree, item: ListItem) -> list[int]:
    if item.run_in_title:
        return []
    return [line_no for line_no in range(item.first_line, item.end_line) if _is_cited(tree, tree.lines[line_no])]


def _is_cited(tree: Tree, line: TextLine) -> bool:
    """Return whether a line ends with a link in brackets: "… on Monday. (Harbour Post)"."""
    return bool(CITATION.search(line.text)) and "<a" in tree.source[line.pieces[0][0] : line.pieces[-1][1]]


def _end_of_text(tree: Tree, item: ListItem) -> int:
    return next((line_no + 1 for line_no in range(item.end_line - 1, item.first_line, -1) if tree.lines[line_no].text.strip()), 0)


def _without_section_names(tree: Tree, items: Sequence[ListItem]) -> list[ListItem]:
    """Return the items; one whose heading shares no word with its text, where those of all others do, has the name of a section."""
    named = [item for item in items if item.headline is not None and not item.run_in_title and _is_section_name(tree, item)]
    if not named or len(items) - len(named) < MIN_ITEMS:
        return list(items)
    return [
        replace(item, headline=None, first_line=item.headline + 1, start=tree.lines[item.headline + 1].pieces[0][0])
        if item in named and item.headline is not None
        else item
        for item in items
    ]


def _is_section_name(tree: Tree, item: ListItem) -> bool:
    heading = tree.lines[item.headline or 0].text
    text = " ".join(line.text for line in tree.lines[(item.headline or 0) + 1 : item.end_line])
    return word_count(heading) <= MAX_SECTION_NAME_WORDS and not stems_of(heading) & stems_of(text)
