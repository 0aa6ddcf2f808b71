"""Parse HTML source into its visible lines and the blocks around them, each with its offsets in the source.

A tokenizer and a stack of open blocks implement those rules of the WHATWG standard that decide which block a text belongs to: void and raw
elements, implied end tags, unclosed and stray tags. Inline elements are no part of the tree, so misnested ones do no harm. No library's
parser keeps the offsets of end tags. The work is linear in the characters of the source, also for hostile input.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

from streams.errors import InvalidRecord, Reason
from streams.split.html.attributes import (
    MAX_ATTRIBUTE_CHARACTERS,
    MAX_CACHED_CHARACTERS,
    attributes_of,
    names_and_visibility,
    short_names_and_visibility,
)
from streams.split.html.tags import (
    BLOCK_TAGS,
    ENDS,
    HEADINGS,
    INLINE_TAGS,
    PAGE_TAGS,
    PARAGRAPH,
    PARAGRAPH_ENDING_TAGS,
    RAW_TAGS,
    VOID_TAGS,
)

MAX_ELEMENTS = 100_000  # 5 to 10 us each to parse; the largest of 230 real pages has 1,501, an export of 10 MiB some 50,000
MAX_LINES = 100_000  # as of a text
MAX_DEPTH = 512  # blocks in one another, as in browsers: a deeper one is opened beside the innermost
MAX_TAGS = 1_000_000  # "<" signs: a tag takes a microsecond; pages have one in 30 to 60 characters, 350,000 in 10 MiB
MAX_IMPLIED_END_DEPTH = 50  # open blocks searched for the one that an implied end tag closes: keeps hostile nesting linear
MIN_LINK_SHARE = 0.6  # a line with more of its characters in links is a link
# A tag, the start of a comment, or a declaration; an unclosed one takes the rest of the page. Quotes count behind "=" only, as in browsers.
_TAG = r"/?[a-zA-Z][^\s/>]*+", r"(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+", r"[!?][^>]*+"
TAG = re.compile(r"<(?:{}{}|!--|{})>?+".format(*_TAG))
# Text and the tag, comment or declaration behind it, if any; "<" alone begins none. Groups: the text without leading white space, the
# name of the tag, its attributes. Possessive quantifiers throughout, so that the pattern never backtracks.
TOKEN = re.compile(r"\s*+([^<]*+)(?:<(?:({})({})>?+|!(?=--)[^-]*+(?:-(?!->)[^-]*+)*+(?:-->)?+|{}>?+|))?+".format(*_TAG))
RAW_ENDS = {tag: re.compile(f"</{tag}", re.IGNORECASE | re.ASCII) for tag in RAW_TAGS}


@dataclass(slots=True)
class Element:
    """A block of the page: characters [start, end) of the source with its tags, lines [first_line, end_line) of the tree."""

    tag: str
    names: str  # values of its class, id, role and itemprop
    parent_index: int  # -1 for the page itself, which is element 0
    depth: int
    is_hidden: bool
    start: int
    first_line: int
    end: int = -1
    end_line: int = -1


class TextLine(NamedTuple):
    """A visible line of text.

    `element_index`: its block. `pieces`: its (start, end) offsets in the source, between inline tags. `times`: declared by `<time>` in it.
    `is_link`: whether links are most of it.
    """

    text: str
    element_index: int
    pieces: tuple[tuple[int, int], ...]
    linked_characters: int
    times: tuple[str, ...]
    is_link: bool


_new_line = tuple.__new__  # TextLine(...) calls a Python function, which takes twice as long


@dataclass(frozen=True, slots=True)
class Tree:
    """A page: blocks and lines in order of the source, and the declarations of its head.

    `headings`: element indices of h1 to h6. `rules`: offsets of hr tags. `metas`, `links`: the attributes of each meta and link tag,
    unparsed. `scripts`: JSON-LD only.
    """

    source: str
    elements: list[Element] = field(default_factory=list)
    lines: list[TextLine] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    rules: list[int] = field(default_factory=list)
    metas: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)


def parse_tree(source: str) -> Tree:
    """Parse a page into a tree.

    Raises:
        InvalidRecord: `limit` if it has over `MAX_TAGS` tags, `MAX_ELEMENTS` blocks or `MAX_LINES` lines.
    """
    if len(source) > MAX_TAGS < source.count("<"):  # the count takes 0.5 ms for a usual page
        raise InvalidRecord(Reason.LIMIT, f"the page has over {MAX_TAGS:,} tags")
    reader = _Reader(source)
    at = 0
    while at < len(source):
        at = reader.read(at)
    reader.flush()
    while reader.stack:
        reader.close(len(source))
    return reader.tree


class _Reader:
    """Parser state. `stack`: element indices of the open blocks; `open`: their count by tag; `absent`: raw tags without an end tag."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.elements = [Element("", "", -1, 0, False, 0, 0)]
        self.lines: list[TextLine] = []
        self.tree = Tree(source, self.elements, self.lines)
        self.stack = [0]
        self.open = {"": 1}
        self.absent: set[str] = set()
        self.pieces: list[tuple[int, int]] = []
        self.linked = 0
        self.times: list[str] = []
        self.is_link = False

    def read(self, at: int) -> int:
        """Read from offset `at` to the next raw element or the end of the page; return the offset to continue from."""
        pieces = self.pieces
        for token in TOKEN.finditer(self.source, at):
            start, end = token.span(1)
            name = token[2]
            if name is None and token.end() == end + 1:
                end += 1  # "<" before anything else is text
            if start < end or (pieces and token.start() < end):  # white space counts within a line only
                self.text(token.start(), end)
            if name in IGNORED:
                continue
            read_tag, tag = TAGS.get(name) or _tag_of(name)
            stop = read_tag(self, tag, token)
            if stop is not None:
                return stop
        return len(self.source)

    def text(self, start: int, end: int) -> None:
        """Add text to the line; text that directly follows the last piece extends it, as no tag separates them."""
        if self.is_link:
            self.linked += end - start
        if self.pieces and self.pieces[-1][1] == start:
            start, _ = self.pieces.pop()
        self.pieces.append((start, end))

    def inline(self, tag: str, token: re.Match[str]) -> None:
        """Read the start or end tag of a link or a time."""
        if tag == "a":
            self.is_link = "href" in token[3][:MAX_ATTRIBUTE_CHARACTERS].lower()
        elif tag == "/a":
            self.is_link = False
        elif tag == "time":
            self.times += [value for key, value in attributes_of(token[3]) if key.lower() == "datetime"]

    def ignore(self, tag: str, token: re.Match[str]) -> None:
        """Skip an inline tag that is not written in lower case."""

    def flush(self) -> None:
        """End the line and add it to the tree, if it has text."""
        pieces, source = tuple(self.pieces), self.source
        self.pieces.clear()
        joined = source[pieces[0][0] : pieces[0][1]] if len(pieces) == 1 else "".join([source[start:end] for start, end in pieces])
        text = " ".join((unescape(joined) if "&" in joined else joined).replace("\x00", "").split())
        if text:
            if len(self.lines) >= MAX_LINES:
                raise InvalidRecord(Reason.LIMIT, f"the page has over {MAX_LINES:,} lines")
            linked = self.linked if self.linked < len(text) else len(text)
            is_link = linked > MIN_LINK_SHARE * len(text)
            self.lines.append(_new_line(TextLine, (text, self.stack[-1], pieces, linked, tuple(self.times), is_link)))
            self.times.clear()
        self.linked = 0

    def raw(self, tag: str, token: re.Match[str]) -> int:
        """Skip an element whose content is no text; return the offset of its end tag, or of its content if it has none."""
        end = token.end()
        if tag in ("svg", "math") and self.source.endswith("/>", 0, end):
            return end
        found = None if tag in self.absent else RAW_ENDS[tag].search(self.source, end)
        if found is None:
            self.absent.add(tag)  # searched for once, in whatever case: 1,208 spellings of these tags took seconds
            return len(self.source) if tag in ("script", "style") else end
        stop = found.start()
        if tag == "script" and "ld+json" in token[3][:MAX_ATTRIBUTE_CHARACTERS].lower():
            self.tree.scripts.append(self.source[end:stop])
        elif tag == "title":
            self.tree.titles.append(unescape(self.source[end : min(stop, end + MAX_ATTRIBUTE_CHARACTERS)]))
        return stop

    def void_tag(self, tag: str, token: re.Match[str]) -> None:
        """End the line; keep the declarations and rules of the page."""
        if self.pieces:
            self.flush()
        if tag == "meta":
            self.tree.metas.append(token[3])
        elif tag == "link":
            self.tree.links.append(token[3])
        elif tag == "hr":
            self.tree.rules.append(token.end(1))

    def start_tag(self, tag: str, token: re.Match[str]) -> None:
        """End the line and open a block, after closing those that its start tag implies the end of.

        A custom element within a paragraph is inline.
        """
        is_in_paragraph, start = self.open.get("p"), token.end(1)
        if is_in_paragraph and "-" in tag:
            return
        if self.pieces:
            self.flush()
        if is_in_paragraph and tag in PARAGRAPH_ENDING_TAGS:
            self.imply_end(*PARAGRAPH, start)
        if tag in ENDS:
            self.imply_end(*ENDS[tag], start)
        if len(self.stack) > MAX_DEPTH:
            self.close(start)
        elements, stack, attributes = self.elements, self.stack, token[3]
        index, parent = len(elements), stack[-1]
        if index >= MAX_ELEMENTS:
            raise InvalidRecord(Reason.LIMIT, f"the page has over {MAX_ELEMENTS:,} elements")
        names, is_hidden = "", elements[parent].is_hidden
        if attributes:
            read = short_names_and_visibility if len(attributes) <= MAX_CACHED_CHARACTERS else names_and_visibility
            names, is_own_hidden = read(attributes)
            is_hidden = is_own_hidden or is_hidden
        if tag in HEADINGS:
            self.tree.headings.append(index)
        elements.append(Element(tag, names, parent, len(stack), is_hidden, start, len(self.lines)))
        stack.append(index)
        self.open[tag] = self.open.get(tag, 0) + 1

    def imply_end(self, tags: tuple[str, ...], barriers: frozenset[str], at: int) -> None:
        """Close the nearest open block of `tags` with all in it, unless one of `barriers` is nearer."""
        if not (self.open.get(tags[0]) or self.open.get(tags[-1])):
            return
        for depth in range(len(self.stack) - 1, max(0, len(self.stack) - 1 - MAX_IMPLIED_END_DEPTH), -1):
            tag = self.elements[self.stack[depth]].tag
            if tag in tags:
                while len(self.stack) > depth:
                    self.close(at)
                return
            if tag in barriers:
                return

    def end_tag(self, tag: str, token: re.Match[str]) -> None:
        """End the line and close the nearest open block of that tag with all in it; a stray end tag only ends the line."""
        elements, stack = self.elements, self.stack
        is_open = elements[stack[-1]].tag == tag or self.open.get(tag)
        if not is_open and "-" in tag and self.open.get("p"):
            return
        if self.pieces:
            self.flush()
        if not is_open or tag in PAGE_TAGS:
            return
        while elements[stack[-1]].tag != tag:
            self.close(token.end(1))
        self.close(token.end())

    def close(self, at: int) -> None:
        """Close the innermost open block at offset `at`."""
        element = self.elements[self.stack.pop()]
        element.end, element.end_line = at, len(self.lines)
        self.open[element.tag] -= 1


# The method that reads a tag, and the name that it is given. A tag is looked up as it is written, since nearly all are in lower case.
TAGS: Mapping[str | None, tuple[Callable[[_Reader, str, re.Match[str]], int | None], str]] = {
    **{f"/{tag}": (_Reader.end_tag, tag) for tag in BLOCK_TAGS | VOID_TAGS | RAW_TAGS},
    **{tag: (_Reader.start_tag, tag) for tag in BLOCK_TAGS},
    **{tag: (_Reader.void_tag, tag) for tag in VOID_TAGS},
    **{tag: (_Reader.raw, tag) for tag in RAW_TAGS},
    **{prefix + tag: (_Reader.ignore, tag) for tag in INLINE_TAGS for prefix in ("", "/")},
    **{tag: (_Reader.inline, tag) for tag in ("a", "/a", "time")},
}
IGNORED = {None, *(tag for tag, (read, _) in TAGS.items() if read is _Reader.ignore)}


def _tag_of(name: str) -> tuple[Callable[[_Reader, str, re.Match[str]], int | None], str]:
    """Return the method and the name of a tag that `TAGS` has not as it is written: in capitals, or of a custom element."""
    lower = name.lower()
    return TAGS.get(lower) or ((_Reader.end_tag, lower[1:]) if lower[0] == "/" else (_Reader.start_tag, lower))
