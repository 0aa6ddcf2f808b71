"""Find the items of a digest that are one paragraph each: a linked headline, then the text in the same line."""

from html import unescape

from streams.split.html.line_classification import LineClassification
from streams.split.html.list_items import MIN_ITEMS, ListItem
from streams.split.html.tree import TextLine, Tree
from streams.split.text.lines import MIN_PROSE_WORDS, word_count

RUN_IN_TAGS = frozenset({"p", "li", "div", "td", "dd"})
MIN_TITLE_WORDS = 3
MAX_MARK_CHARACTERS = 12  # before the headline: a bullet, an emoji, a flag
MAX_LINK_TAG_CHARACTERS = 1000
FIELD_SEPARATOR = " | "
MAX_SEPARATORS = 1  # behind the headline; an item with more is the listing of an event: day, price, text
MIN_ITEM_WORDS = 20  # behind the headline of an item of a section; with fewer it is a link with a phrase about it, or an invitation
MIN_RUN_IN_SHARE = 0.7  # of the words of a section in items, which then replace it


def find_run_in_items(tree: Tree, classification: LineClassification) -> list[ListItem]:
    """Return the items in order; each has at least two neighbours of its kind in the same block."""
    by_parent: dict[int, list[ListItem]] = {}
    for line_no, line in enumerate(tree.lines):
        element = tree.elements[line.element_index]
        is_whole = element.end_line - element.first_line == 1 and element.tag in RUN_IN_TAGS
        if not is_whole or line.is_link or len(line.pieces) < 2 or classification.is_chrome[line.element_index]:
            continue
        title = _linked_start(tree, line)
        words = word_count(line.text[line.text.find(title) + len(title) :]) if title else 0
        if words >= MIN_PROSE_WORDS:
            all_words = word_count(line.text)
            item = ListItem(element.start, element.end, line_no, line_no + 1, line_no, element.names, all_words, True, False, title)
            by_parent.setdefault(element.parent_index, []).append(item)
    found = [item for items in by_parent.values() if len(items) >= MIN_ITEMS for item in items]
    return sorted(found, key=lambda item: item.first_line)


def with_run_in_items(tree: Tree, classification: LineClassification, items: list[ListItem]) -> list[ListItem]:
    """Return the sections of a list, with run-in items instead of the sections, or of the page without any, that consist of them."""
    run_in = find_run_in_items(tree, classification)
    if not items:
        lines = (line.text for line_no, line in enumerate(tree.lines) if run_in and classification.prose_characters[line_no])
        return run_in if run_in and sum(item.words for item in run_in) >= MIN_RUN_IN_SHARE * sum(map(word_count, lines)) else []
    result: list[ListItem] = []
    at = 0
    for section in items:
        while at < len(run_in) and run_in[at].first_line < section.first_line:
            at += 1
        end = at
        while end < len(run_in) and run_in[end].first_line < section.end_line:
            end += 1
        is_digest = sum(item.words for item in run_in[at:end]) >= MIN_RUN_IN_SHARE * section.words and end > at + 1
        stories = [item for item in run_in[at:end] if _is_story(tree, item)]
        if 2 * len(stories) <= end - at:  # a calendar of events, or a list of links
            stories = []
        result += stories if is_digest else [section]
        at = end
    return result


def _is_story(tree: Tree, item: ListItem) -> bool:
    has_text = item.words - word_count(item.run_in_title) >= MIN_ITEM_WORDS
    return has_text and tree.lines[item.first_line].text.count(FIELD_SEPARATOR) <= MAX_SEPARATORS


def _linked_start(tree: Tree, line: TextLine) -> str:
    """Return the linked text that a line begins with, below the words of a headline an empty text."""
    marks = 0
    for start, end in line.pieces:
        text = " ".join(unescape(tree.source[start:end]).split())
        if not any(map(str.isalnum, text)):
            marks += len(text)
            if marks > MAX_MARK_CHARACTERS:
                return ""
            continue
        opened = tree.source.rfind("<a", max(0, start - MAX_LINK_TAG_CHARACTERS), start)
        is_linked = opened >= 0 and tree.source.find("</a", opened, start) < 0 and tree.source[opened + 2 : opened + 3].isspace()
        return text if is_linked and word_count(text) >= MIN_TITLE_WORDS else ""
    return ""
