"""What the lines of an HTML page are: sentences of a story, or the page's own menus, captions, notices and links to other pages."""

import functools
import re
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate

from streams.split.html.tree import Element, TextLine, Tree
from streams.split.text.lines import (
    ASKING_PROSE_WORDS,
    ASKS,
    COUNT,
    FOOTER,
    LONG_PROSE_CHARACTERS,
    MAX_COUNTED_WORDS,
    MIN_PROSE_WORDS,
    key_of,
    word_count,
)
from streams.split.text.promotions import promotion_start
from streams.split.text.shapes import general_words

PAGE_TAGS = frozenset({"nav", "footer", "aside", "figure", "figcaption", "form", "fieldset", "menu", "dialog", "address", "summary"})
# Words in the names (class, id, role) of blocks that stand beside a story on pages of any make.
WORDS = (
    "ad addthis ads adv advert advertisement advertising advertorial adverts aside author authors banner bio breadcrumb "
    "breadcrumbs byline bylines caption captions carousel comment comments complementary consent contentinfo cookie cookies "
    "copyright credit credits crumbs dateline deck dek disclaimer disqus foot footer gallery gate gdpr menu menus meta "
    "metadata modal most nav navbar navigation newsletter newsletters next offer offers outbrain overlay paywall popular "
    "popup prev previous promo promos promoted promotion recirc recirculation recommend recommendation recommendations "
    "recommended regwall related share sharebar sharedaddy shares sharethis sharing side sidebar signup slideshow sociable "
    "social sponsor sponsored sponsors standfirst subnav subscribe subscription subscriptions subtitle taboola tag taglist "
    "tags teaser teasers timestamp tool toolbar tools trending widget widgets"
)
PAGE_WORDS = frozenset(WORDS.split())
TOPIC_NAME = re.compile(r"(?<!\S)(?:tag|category)-\S+")  # what a story is about, as blog software writes it
NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
COMMENT_WORDS = frozenset({"comment", "comments", "disqus"})
# A block with more of the page's prose is no side matter, whatever it calls itself; readers may write more than the author, though.
SIDE_SHARE = 0.5
COMMENT_SHARE = 0.9
LABELLED_SHARE = 0.98  # of comments under a heading that says so
# A list of stories calls its texts so; beside one story they lead to others, or belong to the headline.
TEASER_WORDS = frozenset({"teaser", "teasers", "promo", "promos", "dek", "deck", "standfirst", "subtitle"})
SENTENCE = re.compile(r"[.!?…。！？:;][\"'”’»)\]]*$")
COOKIES = re.compile(r"\bcookies?\b", re.IGNORECASE)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt"})
MAX_NOTICE_LINES = 2
WHOLE_TAGS = frozenset({"", "html", "body", "main", "article"})
MAX_LABEL_CHARACTERS = 40
MIN_PROSE_CHARACTERS = 14  # of eight words, where two signs count as one
MAX_CARD_DEPTH = 5
MAX_FOOTER_CHARACTERS = 300
COMMENTS = re.compile("com+ent|komment", re.IGNORECASE)
COMMENTS_LABEL = re.compile(r"(?:\w+ ){0,3}(?:comments|comentarios|comentários|commentaires|kommentare|commenti)")  # "Top rated comments"
PARAGRAPHS = frozenset({"p", "li", "blockquote"})


@dataclass(frozen=True, slots=True)
class Reading:
    """`prose`: by line, characters of sentences outside links; `before`: their sum before it. `chrome`: by element, the page's own."""

    prose: list[int]
    before: list[int]
    chrome: list[bool]

    def within(self, element: Element) -> int:
        """Return how much prose stands in an element."""
        return self.before[element.last] - self.before[element.first]


def reading_of(tree: Tree, is_list: bool = False) -> Reading:
    """Return what the lines of `tree` are worth, and which of its blocks are the page's own.

    A block is that by its tag or name, where it doesn't hold most of the prose, and with it all inside but quotations (a story quotes
    posts by widgets). So is an article within another: a comment or the teaser of another story. In a list (`is_list`) teasers are
    stories, and a block may be a link with all its sentences.
    """
    prose = [_prose(line, is_list and tree.elements[line.element].tag not in HEADINGS) for line in tree.lines]
    beside = dict.fromkeys(_leave_out_notices(tree, prose), 0.0) | _labelled(tree)
    cards = _cards(tree) if is_list else frozenset[int]()
    reading = Reading(prose, [0, *accumulate(prose)], [])
    chrome, all_prose = reading.chrome, reading.before[-1]
    article_end = 0  # line after the outermost article so far
    for number, element in enumerate(tree.elements):
        if element.parent >= 0 and chrome[element.parent]:
            chrome.append(element.tag != "blockquote")
            continue
        share = _largest_share(element.names, is_list) if element.names else -1
        if element.is_hidden or (element.tag in PAGE_TAGS and number not in cards):
            share = max(share, SIDE_SHARE)
        elif element.tag == "article":
            share = max(share, SIDE_SHARE) if element.first < article_end else share
            article_end = max(article_end, element.last)
        if number in beside:
            share = max(share, beside[number])
        chrome.append(reading.within(element) <= share * all_prose if share >= 0 else not all_prose)
    return reading


def _cards(tree: Tree) -> frozenset[int]:
    """Return the figures with a heading: cards of stories, where others have a picture and its caption."""
    cards = set()
    for heading in tree.headings:
        number = heading
        for _ in range(MAX_CARD_DEPTH):
            number = max(0, tree.elements[number].parent)
            if tree.elements[number].tag in ("figure", "figcaption"):
                cards.add(number)
    return frozenset(cards)


def _labelled(tree: Tree) -> dict[int, float]:
    """Return the blocks that begin with a label of what stands beside stories ("Related articles", "3 comments"), each with its share."""
    shares: dict[int, float] = {}
    for place, line in enumerate(tree.lines):
        if not is_end_label(line.text):
            continue
        share = LABELLED_SHARE if COMMENTS.search(line.text) else SIDE_SHARE
        number = line.element
        while number > 0 and tree.elements[number].first == place and tree.elements[number].tag not in WHOLE_TAGS:
            shares[number] = share
            number = tree.elements[number].parent
    return shares


@functools.cache
def _beginnings() -> frozenset[str]:
    """Return how the lines begin of which some may be labels: most of a page's lines are done with here."""
    return frozenset({label[:2] for label in general_words().ends} | {f"{one}{two}" for one in "0123456789" for two in "0123456789 ,."})


def is_end_label(text: str) -> bool:
    """Return whether a line is the name of what comes after a story, by itself or with a count."""
    if len(text) > MAX_LABEL_CHARACTERS or not (text[:2].casefold() in _beginnings() or "omm" in text or "oment" in text):
        return False
    key = key_of(text)
    ends = general_words().ends
    return key in ends or bool(COMMENTS_LABEL.fullmatch(key)) or (len(key.split()) <= MAX_COUNTED_WORDS and COUNT.sub("", key) in ends)


@functools.lru_cache(maxsize=4096)
def _largest_share(names: str, is_list: bool) -> float:
    """Return how much of the page's prose a block of that name may hold and yet be beside the story; -1 where it may hold none."""
    words = frozenset(map(str.lower, NAME_WORD.findall(TOPIC_NAME.sub("", names))))
    if not COMMENT_WORDS.isdisjoint(words):
        return COMMENT_SHARE
    return SIDE_SHARE if words & PAGE_WORDS - (TEASER_WORDS if is_list else frozenset()) else -1


def _prose(line: TextLine, may_be_linked: bool) -> int:
    text = line.text
    if len(text) < MIN_PROSE_CHARACTERS:
        return 0
    linked = 0 if may_be_linked and line.linked == len(text) and not _asks(text) else line.linked
    if linked > 0.4 * len(text) or (len(text) <= LONG_PROSE_CHARACTERS and not SENTENCE.search(text[-6:])):
        return 0
    if word_count(text) < MIN_PROSE_WORDS or COOKIES.search(text) or is_footer(text):
        return 0
    return len(text) - linked


def _asks(text: str) -> bool:
    return bool(ASKS.search(text[-6:])) and word_count(text) < ASKING_PROSE_WORDS


def is_footer(text: str) -> bool:
    """Return whether a line says whose the page is: it has the sign of copyright and a year."""
    if len(text) > MAX_FOOTER_CHARACTERS or not ("©" in text or "opyright" in text or "COPYRIGHT" in text or "(c)" in text):
        return False  # seldom comes further: the pattern is slow
    return bool(FOOTER.search(text))


def _leave_out_notices(tree: Tree, prose: list[int]) -> set[int]:
    """Make promotions worth nothing where they stand by themselves; among a story's sentences they may be a part of it.

    Return the blocks that are nothing but promotions, headings apart.
    """
    told = [place for place, worth in enumerate(prose) if worth]
    sizes = Counter(_home(tree, place) for place in told if not _is_heading(tree, place))
    alone = [place for place in told if 0 < sizes[_home(tree, place)] <= MAX_NOTICE_LINES]
    notices = Counter(_home(tree, place) for place in alone if not _is_heading(tree, place) and is_promotion(tree.lines[place]))
    homes = {home for home, count in notices.items() if count == sizes[home]}
    for place in alone:
        if _home(tree, place) in homes:
            prose[place] = 0
    return homes


def _is_heading(tree: Tree, place: int) -> bool:
    return tree.elements[tree.lines[place].element].tag in HEADINGS


def _home(tree: Tree, place: int) -> int:
    return tree.elements[tree.lines[place].element].parent


def is_promotion(line: TextLine) -> bool:
    """Return whether a line is nothing but the site's own notice."""
    return len(line.text) <= LONG_PROSE_CHARACTERS and promotion_start(line.text) == 0
