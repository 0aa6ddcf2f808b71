"""HTML source -> its visible lines and the blocks around them, each with its place in the source.

A tokenizer and a stack of open blocks, after those rules of the WHATWG standard that decide which text stands in which block: void and raw
elements, implied end tags, unclosed and stray tags. Inline elements are no part of the tree, so misnested ones do no harm. No parser of a
library keeps the places of end tags. The work is linear in the characters of the source, whatever they are.
"""

import functools
import re
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

from streams.errors import InvalidRecord, Reason

MAX_ELEMENTS = 200_000
MAX_LINES = 200_000
MAX_ATTRIBUTE_CHARACTERS = 100_000  # of a tag; what it says behind that is not read
MAX_REACH = 50  # blocks that an implied end tag looks through, at most
LINK_SHARE = 0.6
VOID_TAGS = "area base br col embed hr img input link meta param source track wbr"
# What stands in these is no text of the page, or none that is read.
RAW_TAGS = "script style title textarea noscript template svg math iframe select button object video audio canvas"
INLINE_TAGS = (
    "a abbr acronym b bdi bdo big cite code data dfn em font i img input ins del kbd label mark nobr picture q s samp small source span "
    "strike strong sub sup time tt u var wbr"
)
PARAGRAPH_ENDING_TAGS = (
    "address article aside blockquote center details dir div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr main "
    "menu nav ol p pre section table ul"
)
# A tag, a comment's start, or a declaration; an unclosed one takes the rest of the page. Quotes count behind "=" only, as in browsers.
_TAG = r"/?[a-zA-Z][^\s/>]*+", r"(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+", r"[!?][^>]*+"
TAG = re.compile(r"<(?:{}{}|!--|{})>?+".format(*_TAG))
# Text and the tag, comment or declaration behind it, if any; "<" alone begins none. Groups: the text without white space at its start,
# the name of the tag, its attributes. Possessive throughout: nothing is read twice.
TOKEN = re.compile(r"\s*+([^<]*+)(?:<(?:({})({})>?+|!(?=--)[^-]*+(?:-(?!->)[^-]*+)*+(?:-->)?+|{}>?+|))?+".format(*_TAG))
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
PAGE_TAGS = frozenset({"html", "body"})  # end with the page: text behind their end tags is shown
NAMING = frozenset({"class", "id", "role", "itemprop"})
NOT_SHOWN = re.compile(r"(?:display\s*+:\s*+none|visibility\s*+:\s*+hidden)", re.IGNORECASE)
ONLY_CLASS = re.compile(r" class=\"([^\"]*+)\"\Z")  # most blocks with attributes say this and no more
ATTRIBUTE = re.compile(r"([a-zA-Z][\w:.-]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?+")
VOID, RAW = frozenset(VOID_TAGS.split()), frozenset(RAW_TAGS.split())
INLINE = frozenset(sign + tag for tag in INLINE_TAGS.split() for sign in ("", "/"))
TELLING_INLINE = frozenset({"a", "/a", "time"})
CLOSES_PARAGRAPH = frozenset(PARAGRAPH_ENDING_TAGS.split())
# An element ends those of the first set that are still open, unless one of the second stands between.
ENDS = {
    "li": (("li",), frozenset({"ul", "ol", "menu"})),
    "dt": (("dt", "dd"), frozenset({"dl"})),
    "dd": (("dt", "dd"), frozenset({"dl"})),
    "td": (("td", "th"), frozenset({"tr", "table"})),
    "th": (("td", "th"), frozenset({"tr", "table"})),
    "tr": (("tr",), frozenset({"table", "tbody", "thead", "tfoot"})),
}
PARAGRAPH: tuple[tuple[str, ...], frozenset[str]] = (("p",), frozenset())


@dataclass(slots=True)
class Element:
    """A block of the page: the characters [start, end) of the source with its tags, and the lines [first, last) in it."""

    tag: str
    names: str  # what it calls itself: class, id, role, itemprop
    parent: int  # -1 for the page itself, which is element 0
    depth: int
    is_hidden: bool
    start: int
    first: int
    end: int = -1
    last: int = -1


class TextLine(NamedTuple):
    """A visible line, its block, the pieces of the source that it is made of, how many of their characters are links, declared times.

    `is_link`: whether most of it is links.
    """

    text: str
    element: int
    pieces: tuple[tuple[int, int], ...]
    linked: int
    times: tuple[str, ...]
    is_link: bool


@dataclass(frozen=True, slots=True)
class Tree:
    """A page: blocks and lines in order of the source, and what its head says.

    `headings`: the numbers of the blocks h1 to h6. `metas`: the attributes of its meta tags as they stand. `scripts`: those of JSON-LD.
    """

    source: str
    elements: list[Element] = field(default_factory=list)
    lines: list[TextLine] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    metas: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)


def tree_of(source: str) -> Tree:
    """Return the tree of a page.

    Raises:
        InvalidRecord: `limit` where it has over `MAX_ELEMENTS` blocks or `MAX_LINES` lines.
    """
    reader = _Reader(source)
    at = 0
    while at < len(source):
        at = reader.read(at)
    reader.flush()
    while reader.stack:
        reader.close(len(source))
    return reader.tree


class _Reader:
    """What has been read: the places of the open blocks (`stack`), their number by tag (`open`), raw elements without an end (`absent`)."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.elements = [Element("", "", -1, 0, False, 0, 0)]
        self.tree = Tree(source, self.elements)
        self.stack = [0]
        self.open = {"": 1}
        self.absent: set[str] = set()
        self.pieces: list[tuple[int, int]] = []
        self.linked = 0
        self.times: list[str] = []
        self.is_link = False

    def read(self, at: int) -> int:
        """Read from `at` to the next raw element, or to the end of the page; return where to read on."""
        pieces = self.pieces
        for token in TOKEN.finditer(self.source, at):
            start, end = token.span(1)
            name = token[2]
            if name is None and token.end() == end + 1:
                end += 1  # "<" before anything else is text
            if start < end or (pieces and token.start() < end):  # white space counts within a line only
                self.text(token.start(), end)
            if name is None:
                continue
            if name in INLINE:  # nearly all tags are written in lower case
                if name in TELLING_INLINE:
                    self.inline(name, token[3])
                continue
            tag = name.lower()
            if tag in INLINE:
                self.inline(tag, token[3])
            elif tag in RAW:
                return self.raw(name, tag, token[3], token.end())
            elif tag[0] == "/":
                self.end_tag(tag[1:], end, token.end())
            else:
                self.start_tag(tag, token[3], end)
        return len(self.source)

    def text(self, start: int, end: int) -> None:
        """Take text; what follows the last piece at once goes on with it, as no tag parts them."""
        if self.is_link:
            self.linked += end - start
        if self.pieces and self.pieces[-1][1] == start:
            start, _ = self.pieces.pop()
        self.pieces.append((start, end))

    def inline(self, tag: str, attributes: str) -> None:
        """Take the start or the end of a link, a time, or another tag that says nothing."""
        if tag == "a":
            self.is_link = "href" in attributes[:MAX_ATTRIBUTE_CHARACTERS].lower()
        elif tag == "/a":
            self.is_link = False
        elif tag == "time":
            self.times += [value for key, value in attributes_of(attributes) if key.lower() == "datetime"]

    def flush(self) -> None:
        """End the line."""
        pieces, source = tuple(self.pieces), self.source
        self.pieces.clear()
        joined = source[pieces[0][0] : pieces[0][1]] if len(pieces) == 1 else "".join([source[start:end] for start, end in pieces])
        text = " ".join((unescape(joined) if "&" in joined else joined).replace("\x00", "").split())
        if text:
            if len(self.tree.lines) >= MAX_LINES:
                raise InvalidRecord(Reason.LIMIT, f"the page has over {MAX_LINES:,} lines")
            linked = min(self.linked, len(text))
            self.tree.lines.append(TextLine(text, self.stack[-1], pieces, linked, tuple(self.times), linked > LINK_SHARE * len(text)))
            self.times.clear()
        self.linked = 0

    def raw(self, name: str, tag: str, attributes: str, end: int) -> int:
        """Pass over an element whose content is no text; return where its end tag is, or `end` where there is none."""
        if tag in ("svg", "math") and self.source.endswith("/>", 0, end):
            return end
        stop = -1 if name in self.absent else self.source.find(f"</{name}", end)
        if stop < 0:
            self.absent.add(name)
            return len(self.source) if tag in ("script", "style") else end
        if tag == "script" and "ld+json" in attributes[:MAX_ATTRIBUTE_CHARACTERS].lower():
            self.tree.scripts.append(self.source[end:stop])
        elif tag == "title":
            self.tree.titles.append(unescape(self.source[end:stop]))
        return stop

    def start_tag(self, tag: str, attributes: str, start: int) -> None:
        """End the line and open a block; an element of a site's own is inline within a paragraph."""
        if "-" in tag and self.open.get("p"):
            return
        if self.pieces:
            self.flush()
        if tag not in VOID:
            self.push(tag, attributes, start)
        elif tag == "meta":
            self.tree.metas.append(attributes)

    def push(self, tag: str, attributes: str, start: int) -> None:
        """Open a block, after those that end where it begins."""
        if self.open.get("p") and tag in CLOSES_PARAGRAPH:
            self.imply_end(*PARAGRAPH, start)
        if tag in ENDS:
            self.imply_end(*ENDS[tag], start)
        elements = self.elements
        if len(elements) >= MAX_ELEMENTS:
            raise InvalidRecord(Reason.LIMIT, f"the page has over {MAX_ELEMENTS:,} elements")
        names, is_hidden = _looks(attributes[:MAX_ATTRIBUTE_CHARACTERS]) if attributes else ("", False)
        parent = self.stack[-1]
        if tag in HEADINGS:
            self.tree.headings.append(len(elements))
        self.stack.append(len(elements))
        is_hidden = is_hidden or elements[parent].is_hidden
        elements.append(Element(tag, names, parent, len(self.stack) - 1, is_hidden, start, len(self.tree.lines)))
        self.open[tag] = self.open.get(tag, 0) + 1

    def imply_end(self, tags: tuple[str, ...], barriers: frozenset[str], at: int) -> None:
        if not (self.open.get(tags[0]) or self.open.get(tags[-1])):
            return
        for depth in range(len(self.stack) - 1, max(0, len(self.stack) - 1 - MAX_REACH), -1):
            tag = self.elements[self.stack[depth]].tag
            if tag in tags:
                while len(self.stack) > depth:
                    self.close(at)
                return
            if tag in barriers:
                return

    def end_tag(self, tag: str, start: int, end: int) -> None:
        """End the line and the nearest open block of that name with all in it; a stray end tag only ends the line."""
        is_open = self.elements[self.stack[-1]].tag == tag or self.open.get(tag)
        if not is_open and "-" in tag and self.open.get("p"):
            return
        if self.pieces:
            self.flush()
        if not is_open or tag in PAGE_TAGS:
            return
        while self.elements[self.stack[-1]].tag != tag:
            self.close(start)
        self.close(end)

    def close(self, at: int) -> None:
        element = self.elements[self.stack.pop()]
        element.end, element.last = at, len(self.tree.lines)
        self.open[element.tag] -= 1


def attributes_of(text: str) -> list[tuple[str, str]]:
    """Return the attributes of a tag as (name, value) in order, references resolved; one without a value has an empty one."""
    found = ATTRIBUTE.findall(text[:MAX_ATTRIBUTE_CHARACTERS])
    return [(name, unescape(double or single or bare)) for name, double, single, bare in found]


@functools.lru_cache(maxsize=4096)
def _looks(attributes: str) -> tuple[str, bool]:
    """Return what an element calls itself, and whether it isn't shown."""
    if only := ONLY_CLASS.match(attributes):
        return only[1], False
    names, is_hidden = [], False
    for name, double, single, bare in ATTRIBUTE.findall(attributes):
        lower = name.lower()
        if lower in NAMING:
            names.append(double or single or bare)
        elif lower == "hidden" or (lower == "style" and NOT_SHOWN.search(double or single or bare)):
            is_hidden = True
    return " ".join(names), is_hidden
