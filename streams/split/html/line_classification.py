"""Classify the lines of an HTML page: prose of stories, or page chrome (boilerplate: menus, captions, notices, links)."""

import functools
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from itertools import accumulate

from streams.split.html.block_names import (
    MAX_CHROME_SHARE,
    MAX_FOOTER_SHARE,
    NEVER_CHROME,
    is_body_name,
    is_comment_name,
    max_share_by_name,
    may_be_lead,
)
from streams.split.html.tree import Element, TextLine, Tree
from streams.split.text.lines import (
    ASKS,
    COUNT,
    FOOTER,
    MAX_COUNTED_WORDS,
    MAX_SHORT_CHARACTERS,
    MIN_ASKING_PROSE_WORDS,
    MIN_PROSE_WORDS,
    key_of,
    word_count,
)
from streams.split.text.promotions import promotion_start
from streams.split.text.shapes import general_words

CHROME_TAGS = frozenset({"nav", "footer", "aside", "figure", "figcaption", "form", "fieldset", "menu", "dialog", "address", "summary"})
MAX_HEADED_COMMENTS_SHARE = 0.98  # under a heading such as "40 comments"
MAX_LEAD_LINES = 6
MIN_SHARE_OF_LARGEST_BODY = 0.8
MIN_BODY_CHARACTERS = 400  # of the prose in a block that is the body of a story by its name; with less, others may be
SENTENCE_END = re.compile(r"[.!?…。！？:;][\"'”’»)\]]*$")
SENTENCE_END_CHARACTERS = 6  # the end of a line in which the mark of its last sentence is sought: a mark, then quotes and brackets
COOKIES = re.compile(r"\bcookies?\b", re.IGNORECASE)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt"})
MAX_NOTICE_LINES = 2  # lines of prose in a promotion that has a block of its own
CONTAINER_TAGS = frozenset({"", "html", "body", "main", "article"})  # never chrome for the label that they begin with
MAX_LABEL_CHARACTERS = 40
MAX_PROMOTION_LABEL_CHARACTERS = 60
MIN_PROMOTION_LABEL_WORDS = 3
MIN_PROSE_CHARACTERS = 14  # of eight words in Chinese or Japanese, where two characters count as one
MAX_PROSE_LINK_SHARE = 0.4  # a line with more of its characters in links is navigation
MAX_CARD_DEPTH = 5  # blocks from the heading of a card up to its figure
MAX_FOOTER_CHARACTERS = 300
COMMENTS = re.compile("com+ent|komment", re.IGNORECASE)
COMMENTS_LABEL = re.compile(r"(?:\w+ ){0,3}(?:comments|comentarios|comentários|commentaires|kommentare|commenti)")  # "Top rated comments"
PARAGRAPHS = frozenset({"p", "li", "blockquote"})


@dataclass(frozen=True, slots=True)
class LineClassification:
    """The prose of each line, and the blocks that are page chrome.

    `prose_characters`: by line number, characters of sentences outside links; `prose_before`: their sum over the lines before.
    `is_chrome`: by element index.
    """

    prose_characters: list[int]
    prose_before: list[int]
    is_chrome: list[bool]

    def prose_within(self, element: Element) -> int:
        """Return the characters of prose in an element."""
        return self.prose_before[element.end_line] - self.prose_before[element.first_line]


def classify_lines(tree: Tree, is_list: bool = False) -> LineClassification:
    """Return the prose of each line of `tree`, and which of its blocks are page chrome.

    A block is chrome by its tag, name or label, unless it holds most of the prose. So are all blocks inside of it but quotations
    (stories quote posts by widgets), and an article within another: a comment, or the teaser of another story. In a list (`is_list`)
    teasers are stories, and a block may be a link with all its sentences.
    """
    prose = [_prose_characters(tree, line, is_list and tree.elements[line.element_index].tag not in HEADINGS) for line in tree.lines]
    max_shares = dict.fromkeys(_discount_notices(tree, prose), 0.0) | _labelled_blocks(tree)
    classification = LineClassification(prose, [0, *accumulate(prose)], [])
    shares = _MaxShares(tree, classification, max_shares, is_list)
    is_chrome, all_prose = classification.is_chrome, classification.prose_before[-1]
    for index, element in enumerate(tree.elements):
        if element.parent_index >= 0 and is_chrome[element.parent_index]:
            is_chrome.append(element.tag != "blockquote")
            continue
        share = shares.of(index, element)
        is_chrome.append(classification.prose_within(element) <= share * all_prose if share >= 0 else not all_prose)
    return classification


class _MaxShares:
    """The largest share of the page's prose with which each block is chrome, asked for in the order of the blocks."""

    def __init__(self, tree: Tree, classification: LineClassification, labelled: Mapping[int, float], is_list: bool) -> None:
        self.classification, self.labelled, self.is_list = classification, labelled, is_list
        self.around_body = _blocks_around_body(tree, classification)
        self.cards = _card_figures(tree) if is_list else frozenset[int]()
        self.main_headings = [block.first_line for block in map(tree.elements.__getitem__, tree.headings) if block.tag == "h1"]
        self.article: Element | None = None  # the outermost one of those so far
        self.below_heading = -1  # line below the last main heading so far

    def of(self, index: int, element: Element) -> float:
        """Return the share of a block, or `NEVER_CHROME`."""
        share = self.labelled.get(index, NEVER_CHROME)
        if element.is_hidden and share < MAX_CHROME_SHARE:
            share = MAX_CHROME_SHARE
        if element.tag == "h1":
            self.below_heading = element.end_line
        elif element.tag == "article":
            share = max(share, self._share_in_article(element))
        if index in self.around_body or (element.tag in HEADINGS and not is_comment_name(element.names)):
            return share
        by_name = max_share_by_name(element.names, self.is_list) if element.names else NEVER_CHROME
        if by_name == MAX_CHROME_SHARE and self._is_lead(element):
            by_name = NEVER_CHROME
        if element.tag in CHROME_TAGS and index not in self.cards:
            by_name = max(by_name, MAX_FOOTER_SHARE if element.tag == "footer" else MAX_CHROME_SHARE)
        if by_name == MAX_FOOTER_SHARE and self._has_headline(element):
            by_name = MAX_CHROME_SHARE
        return share if share > by_name else by_name

    def _share_in_article(self, element: Element) -> float:
        """Return the share of an article: within another one, in which it has most of the prose or is chrome."""
        if self.article and element.first_line < self.article.end_line:
            return MAX_CHROME_SHARE * self.classification.prose_within(self.article) / max(1, self.classification.prose_before[-1])
        self.article = element
        return NEVER_CHROME

    def _is_lead(self, element: Element) -> bool:
        """Return whether a block with the name of a teaser has the first sentences below the main heading."""
        if self.below_heading < 0 or element.end_line - element.first_line > MAX_LEAD_LINES or not may_be_lead(element.names):
            return False
        before = self.classification.prose_before
        return before[element.first_line] == before[self.below_heading] < before[element.end_line]

    def _has_headline(self, element: Element) -> bool:
        return bisect_left(self.main_headings, element.first_line) < bisect_left(self.main_headings, element.end_line)


def _blocks_around_body(tree: Tree, classification: LineClassification) -> frozenset[int]:
    """Return the blocks that no tag or name makes chrome: around `<main>`, and around the largest that is named as a story's body."""
    bodies, around, before = [(0, 0)], set(), classification.prose_before
    for index, element in enumerate(tree.elements):
        prose = before[element.end_line] - before[element.first_line]
        if prose and (element.tag == "main" or (element.names and not element.is_hidden and is_body_name(element.names))):
            bodies.append((prose, -index))
    mains = [negative for _, negative in bodies[1:] if tree.elements[-negative].tag == "main"]
    min_prose = max(MIN_BODY_CHARACTERS, MIN_SHARE_OF_LARGEST_BODY * max(bodies)[0])  # a body may be named twice, one in the other
    for negative in (*mains, *(negative for prose, negative in bodies if prose >= min_prose)):
        index = -negative
        while index >= 0 and index not in around:
            around.add(index)
            index = tree.elements[index].parent_index
    return frozenset(around)


def _card_figures(tree: Tree) -> frozenset[int]:
    """Return the figures with a heading, by element index: cards of stories, where other figures are a picture and its caption."""
    cards = set()
    for heading in tree.headings:
        index = heading
        for _ in range(MAX_CARD_DEPTH):
            index = max(0, tree.elements[index].parent_index)
            if tree.elements[index].tag in ("figure", "figcaption"):
                cards.add(index)
    return frozenset(cards)


def _labelled_blocks(tree: Tree) -> dict[int, float]:
    """Return the blocks that begin with a label ("Related articles", "3 comments"), each with its largest share of prose as chrome."""
    max_shares: dict[int, float] = {}
    for line_no, line in enumerate(tree.lines):
        if not is_end_label(line.text) and not _is_promotion_label(tree, line_no):
            continue
        share = MAX_HEADED_COMMENTS_SHARE if COMMENTS.search(line.text) else MAX_CHROME_SHARE
        index = line.element_index
        while index > 0 and tree.elements[index].first_line == line_no and not _is_container(tree.elements[index]):
            max_shares[index] = share
            index = tree.elements[index].parent_index
    return max_shares


def _is_container(element: Element) -> bool:
    """Return whether a block is never chrome for the label that it begins with: a page, or a body that begins with a box."""
    return element.tag in CONTAINER_TAGS or is_body_name(element.names)


def _is_promotion_label(tree: Tree, line_no: int) -> bool:
    """Return whether a line is the title of a promotion in a block of its own: "Subscribe for more stories"."""
    line = tree.lines[line_no]
    if line.is_link or len(line.text) > MAX_PROMOTION_LABEL_CHARACTERS or line.text.count(" ") < MIN_PROMOTION_LABEL_WORDS - 1:
        return False
    element = tree.elements[line.element_index]
    return (element.tag in HEADINGS or tree.elements[max(0, element.parent_index)].first_line == line_no) and is_promotion(line)


@functools.cache
def _label_beginnings() -> frozenset[str]:
    """Return the first two characters of all labels, by which `is_end_label` rejects most lines fast."""
    return frozenset({label[:2] for label in general_words().ends} | {f"{one}{two}" for one in "0123456789" for two in "0123456789 ,."})


def is_end_label(text: str) -> bool:
    """Return whether a line is a label of a section below a story ("Related articles"), with or without a count."""
    if len(text) > MAX_LABEL_CHARACTERS or not (text[:2].casefold() in _label_beginnings() or "omm" in text or "oment" in text):
        return False
    key = key_of(text)
    ends = general_words().ends
    return key in ends or bool(COMMENTS_LABEL.fullmatch(key)) or (len(key.split()) <= MAX_COUNTED_WORDS and COUNT.sub("", key) in ends)


def ends_sentence(text: str) -> bool:
    """Return whether a line ends like a sentence."""
    return bool(SENTENCE_END.search(text[-SENTENCE_END_CHARACTERS:]))


def _prose_characters(tree: Tree, line: TextLine, may_be_linked: bool) -> int:
    """Return the characters of sentences in a line outside links, or 0 where it is no prose."""
    text = line.text
    if len(text) < MIN_PROSE_CHARACTERS:
        return 0
    linked = 0 if may_be_linked and line.linked_characters == len(text) and not _is_question(text) else line.linked_characters
    if linked > MAX_PROSE_LINK_SHARE * len(text) or (
        len(text) <= MAX_SHORT_CHARACTERS
        and not ends_sentence(text)
        and not (text[-1] == ")" and ends_sentence(text[: text.rfind("(")].rstrip()))  # a source in brackets
        and not (linked and ends_sentence(split_off_last_piece(tree, line)[0]))
    ):
        return 0
    if word_count(text) < MIN_PROSE_WORDS or COOKIES.search(text) or is_footer(text):
        return 0
    return len(text) - linked


def split_off_last_piece(tree: Tree, line: TextLine) -> tuple[str, str]:
    """Return the text of a line up to the last piece between inline tags, and that piece: in a teaser the link to the story."""
    if len(line.pieces) == 1:
        return line.text, ""
    start, end = line.pieces[-1]
    last = " ".join(unescape(tree.source[start:end]).split())
    return (line.text[: -len(last)].rstrip(), last) if last and line.text.endswith(last) else (line.text, "")


def _is_question(text: str) -> bool:
    """Return whether a text is a short question, as headlines are."""
    return bool(ASKS.search(text[-SENTENCE_END_CHARACTERS:])) and word_count(text) < MIN_ASKING_PROSE_WORDS


def is_footer(text: str) -> bool:
    """Return whether a line is a copyright notice: the sign of copyright and a year."""
    if len(text) > MAX_FOOTER_CHARACTERS or not ("©" in text or "opyright" in text or "COPYRIGHT" in text or "(c)" in text):
        return False  # most lines end here: the pattern is slow
    return bool(FOOTER.search(text))


def _discount_notices(tree: Tree, prose: list[int]) -> set[int]:
    """Set the prose of promotions in blocks of their own to 0; among a story's sentences they may be a part of it.

    Return the blocks that hold nothing but promotions, headings apart.
    """
    prose_line_nos = [line_no for line_no, characters in enumerate(prose) if characters]
    sizes = Counter(_parent_index(tree, line_no) for line_no in prose_line_nos if not _is_heading(tree, line_no))
    alone = [line_no for line_no in prose_line_nos if 0 < sizes[_parent_index(tree, line_no)] <= MAX_NOTICE_LINES]
    notices = Counter(
        _parent_index(tree, line_no) for line_no in alone if not _is_heading(tree, line_no) and is_promotion(tree.lines[line_no])
    )
    promotion_blocks = {index for index, count in notices.items() if count == sizes[index]}
    for line_no in alone:
        if _parent_index(tree, line_no) in promotion_blocks:
            prose[line_no] = 0
    return promotion_blocks


def _is_heading(tree: Tree, line_no: int) -> bool:
    return tree.elements[tree.lines[line_no].element_index].tag in HEADINGS


def _parent_index(tree: Tree, line_no: int) -> int:
    return tree.elements[tree.lines[line_no].element_index].parent_index


def is_promotion(line: TextLine) -> bool:
    """Return whether a line is nothing but a promotion of the site ("Sign up for our newsletter")."""
    return len(line.text) <= MAX_SHORT_CHARACTERS and promotion_start(line.text) == 0
