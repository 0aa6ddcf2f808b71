"""The one story of an HTML page: which block holds it, and which of its lines are its body.

Each block is worth the prose in it less a little for what else it holds, so the best one is the smallest with the whole story; blocks that
call themselves the body of an article count for more (after the maximum subsequence of Pasternack and Roth, "Extracting Article Text from
the Web with Maximum Subsequence Segmentation", WWW 2009, over a tree). Figures: docs/measurements.md, Block scoring.
"""

import re
from dataclasses import dataclass
from itertools import accumulate

from streams.split.html.body import body_places
from streams.split.html.prose import HEADINGS, Reading
from streams.split.html.tree import Element, Tree
from streams.split.text.lines import key_of

LINK_COST = 20  # characters of prose that a menu's line costs
TEASER_COST = 400  # and a heading that leads to another story: as many as the teaser under it may have
SHORT_COST = 3
BODY_WEIGHT = 1.6
ARTICLE_WEIGHT = 1.3
CHROME_WEIGHT = 0.3
PAGE = frozenset({"", "html", "body"})
BODY_NAME = re.compile(
    r"article-?body|(?:article|story|entry|post|news|blog|main)[-_]{0,2}(?:body|content|text)|body-?(?:text|copy|content)|(?:story|article)__",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Story:
    """A story: its block, and the lines of its body in order."""

    element: int
    places: list[int]


def story_of(tree: Tree, reading: Reading) -> Story:
    """Return the story of a page that has one; its places are none where nothing on the page is a sentence."""
    worth = [0, *accumulate(_worth(tree, reading, place) for place in range(len(tree.lines)))]

    weighed = [
        (_weighed(value, element, reading.chrome[number]), number)
        for number, element in enumerate(tree.elements)
        if (value := worth[element.last] - worth[element.first]) > 0
    ]
    best = max(weighed, default=(0, len(tree.elements) - 1))[1]
    element = tree.elements[best]
    return Story(best, body_places(tree, reading, element.first, element.last))


def _weighed(value: int, element: Element, is_chrome: bool) -> float:
    if is_chrome:
        return value * CHROME_WEIGHT
    if element.names and BODY_NAME.search(element.names):
        return value * BODY_WEIGHT
    return value * (ARTICLE_WEIGHT if element.tag == "article" else 1)


def _worth(tree: Tree, reading: Reading, place: int) -> int:
    line = tree.lines[place]
    if reading.chrome[line.element]:
        return 0
    if line.is_link and tree.elements[line.element].tag in HEADINGS:
        return -TEASER_COST
    is_menu = line.is_link and not line.text.startswith(("http://", "https://"))  # an address written out is a text's own
    return reading.prose[place] or (-LINK_COST if is_menu else -SHORT_COST)


def headline_of(tree: Tree, story: Story, title: str | None) -> int | None:
    """Return the line with a story's headline: the last heading above its body that shares most of its words, or the main heading there."""
    first = story.places[0] if story.places else 0
    wanted = set(key_of(title or "").split())
    alike = main = None
    for element in (tree.elements[number] for number in tree.headings):
        if element.tag in ("h1", "h2") and element.first < element.last and element.first <= first:
            words = set(key_of(tree.lines[element.first].text).split())
            alike = element.first if 2 * len(words & wanted) > max(len(words), len(wanted)) else alike
            main = element.first if element.tag == "h1" else main
    return main if alike is None else alike


def place_of(tree: Tree, story: Story, headline: int | None) -> tuple[int, int]:
    """Return where the story is in the source: the smallest block with headline and body, or from the one to the other."""
    shown = [*story.places, *([] if headline is None else [headline])]
    first, last = min(shown), max(shown)
    number = story.element
    while number >= 0 and not tree.elements[number].first <= first <= last < tree.elements[number].last:
        number = tree.elements[number].parent
    element = tree.elements[max(number, 0)]
    if element.tag not in PAGE:
        return element.start, element.end
    return _block(tree, first).start, _block(tree, last).end


def _block(tree: Tree, place: int) -> Element:
    return tree.elements[tree.lines[place].element]
