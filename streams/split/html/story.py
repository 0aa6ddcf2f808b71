"""Find the main story of an HTML page: the block with its body, its headline, and its span in the source.

The score of a block is the prose in it less a cost for everything else in it, so the best block is the smallest with the whole story.
Blocks named as an article's body score more (after the maximum subsequence of Pasternack and Roth, "Extracting Article Text
from the Web with Maximum Subsequence Segmentation", WWW 2009, over a tree). Measurements and alternatives tried: docs/decisions.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from streams.split.html.block_names import STORY_NAME
from streams.split.html.body import body_line_nos
from streams.split.html.line_classification import HEADINGS, LineClassification
from streams.split.html.tree import Element, Tree
from streams.split.text.lines import words_of

# Costs in characters of prose.
MENU_LINK_COST = 20
TEASER_COST = 400  # of a heading that links to another story: as much prose as the teaser under it may have
SHORT_LINE_COST = 3
MAX_TEASER_DEPTH = 5  # blocks around a linked heading, up to that of its teaser
# Factors of a block's score.
BODY_WEIGHT = 1.6
ARTICLE_WEIGHT = 1.3
CHROME_WEIGHT = 0.3
MIN_HEADLINE_OVERLAP = 0.5  # share of words that a heading and the declared title have in common, more than this
PAGE_TAGS = frozenset({"", "html", "body"})


@dataclass(frozen=True, slots=True)
class Story:
    """A story: the index of its block, and the numbers of its body's lines in order."""

    element_index: int
    line_nos: list[int]


class _TextBlocks(NamedTuple):
    """Element indices of blocks with paragraphs that are sentences, and of those with linked headings below the first of these."""

    with_sentences: AbstractSet[int]
    with_linked_headings: AbstractSet[int]


def find_story(tree: Tree, classification: LineClassification) -> Story:
    """Return the main story of a page; it has no lines if the page has no prose."""
    texts = _text_blocks(tree, classification)
    scores = [0, *accumulate(_line_score(tree, classification, texts, line_no) for line_no in range(len(tree.lines)))]
    scored = [
        (_block_score(score, element, classification.is_chrome[index]), index)
        for index, element in enumerate(tree.elements)
        if (score := scores[element.end_line] - scores[element.first_line]) > 0
    ]
    best = _around_paragraph(tree, max(scored, default=(0, len(tree.elements) - 1))[1])
    element = tree.elements[best]
    return Story(best, body_line_nos(tree, classification, element.first_line, element.end_line))


def _around_paragraph(tree: Tree, index: int) -> int:
    """Return the block around a block of one line, which is a paragraph of a story and not all of it."""
    element = tree.elements[index]
    return element.parent_index if element.end_line - element.first_line == 1 and element.parent_index > 0 else index


def _text_blocks(tree: Tree, classification: LineClassification) -> _TextBlocks:
    sentences: dict[int, int] = {}
    linked_headings: dict[int, int] = {}
    for line_no, line in enumerate(tree.lines):
        element = tree.elements[line.element_index]
        if classification.prose_characters[line_no] and element.tag == "p":
            sentences.setdefault(element.parent_index, line_no)
        elif line.is_link and element.tag in HEADINGS:
            linked_headings.setdefault(element.parent_index, line_no)
    headed = (index for index, line_no in linked_headings.items() if sentences.get(index, line_no) < line_no)
    return _TextBlocks(frozenset(sentences), frozenset(headed))


def _block_score(score: int, element: Element, is_chrome: bool) -> float:
    if is_chrome:
        return score * CHROME_WEIGHT
    if element.names and STORY_NAME.search(element.names):
        return score * BODY_WEIGHT
    return score * (ARTICLE_WEIGHT if element.tag == "article" else 1)


def _line_score(tree: Tree, classification: LineClassification, texts: _TextBlocks, line_no: int) -> int:
    """Return the prose of a line or its cost; a short paragraph beside sentences has neither."""
    line = tree.lines[line_no]
    element = tree.elements[line.element_index]
    if classification.is_chrome[line.element_index]:
        return 0
    if line.is_link and element.tag in HEADINGS:
        return -_teaser_cost(tree, classification, texts, line_no)
    if not classification.prose_characters[line_no] and element.tag == "p" and element.parent_index in texts.with_sentences:
        return 0
    is_menu = line.is_link and not line.text.startswith(("http://", "https://"))  # a URL in full is a part of a text
    return classification.prose_characters[line_no] or (-MENU_LINK_COST if is_menu else -SHORT_LINE_COST)


def _teaser_cost(tree: Tree, classification: LineClassification, texts: _TextBlocks, line_no: int) -> int:
    """Return the cost of a heading that links to another story: the prose of its teaser, or that of a menu link within a text.

    A teaser is the block around the heading, up to a block with sentences.
    """
    index = tree.elements[tree.lines[line_no].element_index].parent_index
    if index in texts.with_linked_headings:
        return MENU_LINK_COST
    for _ in range(MAX_TEASER_DEPTH):
        if index <= 0 or tree.elements[index].parent_index in texts.with_sentences:
            break
        index = tree.elements[index].parent_index
    return min(TEASER_COST, MENU_LINK_COST + classification.prose_within(tree.elements[index]))


def find_headline(tree: Tree, classification: LineClassification, story: Story, title: str | None) -> int | None:
    """Return the line number of a story's headline: the heading above its body most like `title`, else the last h1.

    Of equals it is the last; one in page chrome is a bar with the title, or a teaser of the story.
    """
    first = story.line_nos[0] if story.line_nos else 0
    similar: list[tuple[bool, float, int]] = []
    main = None
    for index in tree.headings:
        element = tree.elements[index]
        if element.tag in ("h1", "h2") and element.first_line < element.end_line and element.first_line <= first:
            overlap = _overlap(tree.lines[element.first_line].text, title)
            if overlap > MIN_HEADLINE_OVERLAP:
                similar.append((not classification.is_chrome[index], overlap, element.first_line))
            main = element.first_line if element.tag == "h1" else main
    return max(similar)[2] if similar else main


def narrow_to_article(tree: Tree, classification: LineClassification, story: Story, headline: int) -> Story:
    """Return the part of a story in the article element with its headline, if another main heading is outside: a page of two stories."""
    index = tree.lines[headline].element_index
    while index > story.element_index and tree.elements[index].tag != "article":
        index = tree.elements[index].parent_index
    element, block = tree.elements[index], tree.elements[story.element_index]
    headings = (tree.elements[heading] for heading in tree.headings)
    others = (heading for heading in headings if heading.tag == "h1" and element.end_line <= heading.first_line < block.end_line)
    if index <= story.element_index or not classification.prose_within(element) or next(others, None) is None:
        return story
    return Story(index, body_line_nos(tree, classification, element.first_line, element.end_line))


def is_own_headline(tree: Tree, headline: int, title: str | None) -> bool:
    """Return whether a heading is that of the story: no other one of the page is more like its title, as below the name of a site."""
    first_lines = (tree.elements[index].first_line for index in tree.headings)
    texts = (tree.lines[line_no].text for line_no in first_lines if line_no < len(tree.lines))
    return is_similar(tree.lines[headline].text, title) or not any(is_similar(text, title) for text in texts)


def is_similar(heading: str, title: str | None) -> bool:
    """Return whether a heading and the declared title have most of their words in common."""
    return _overlap(heading, title) > MIN_HEADLINE_OVERLAP


def _overlap(heading: str, title: str | None) -> float:
    words, title_words = words_of(heading), words_of(title or "")
    return len(words & title_words) / max(1, len(words), len(title_words))


def source_span(tree: Tree, story: Story, headline: int | None) -> tuple[int, int]:
    """Return the offsets of a story in the source: the smallest block with headline and body, or from the first to the last of these."""
    line_nos = [*story.line_nos, *([] if headline is None else [headline])]
    first, last = min(line_nos), max(line_nos)
    index = story.element_index
    while index >= 0 and not tree.elements[index].first_line <= first <= last < tree.elements[index].end_line:
        index = tree.elements[index].parent_index
    element = tree.elements[max(index, 0)]
    if element.tag not in PAGE_TAGS:
        return element.start, element.end
    return _block(tree, first).start, _block(tree, last).end


def _block(tree: Tree, line_no: int) -> Element:
    return tree.elements[tree.lines[line_no].element_index]
