"""Parse markup with elements of any name (XML, SGML) into a tree, broken markup too, with the offsets of each element in the source.

A tokenizer and a stack of open elements: nothing is fetched, no entity is declared or expanded, only character references are resolved. The
work is linear in the characters of the source, also for hostile input.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from streams.errors import InvalidRecord, Reason
from streams.split.html.attributes import attributes_of

MAX_NODES = 200_000  # a feed has 10 to 40 elements an item
CDATA_START, CDATA_END = "<![CDATA[", "]]>"
# Start or end tag, comment, declaration or processing instruction. Groups: slash, name, attributes. An unclosed one ends at the next "<".
TOKEN = re.compile(
    r"<(?:!\[CDATA\[|!--|[?!][^>]*+>?+|(/?)([a-zA-Z_][^\s/<>]*+)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>?+)",
)
CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
NAMESPACE = re.compile(r"\bxmlns(?::([\w.-]+))?\s*+=\s*+[\"']([^\"']*+)")
# The prefix of each namespace here, whatever prefix the document declares for it.
PREFIXES = {
    "http://www.w3.org/2005/atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://purl.org/rss/1.0/": "",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
}
TAGGED = re.compile(r"</?[a-zA-Z]|&[#a-zA-Z]")  # in a text that is HTML
ESCAPED_TAG = re.compile(r"&lt;/?[a-z][a-z0-9]{0,9}[\s/&]", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class Node:
    """An element: its name in lower case, its unparsed attributes, and its offsets; `inner_start`, `inner_end` are without its tags."""

    name: str
    attributes: str
    start: int
    inner_start: int
    inner_end: int = -1
    end: int = -1
    children: list["Node"] = field(default_factory=list)

    def attribute(self, name: str) -> str | None:
        """Return the value of an attribute, None where the element has none of that name."""
        return next((value for key, value in attributes_of(self.attributes) if key.lower() == name), None) if self.attributes else None

    def descendants(self) -> Iterator["Node"]:
        """Yield all elements within this one, in order of the document."""
        pending = [*reversed(self.children)]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(reversed(node.children))


def parse_markup(source: str) -> Node:
    """Return a node without name whose descendants are the elements of `source`.

    An end tag closes all elements that are open within its own; one without a start tag is ignored.

    Raises:
        InvalidRecord: `limit` for over `MAX_NODES` elements.
    """
    root = Node("", "", 0, 0)
    names, stack, is_open = _Names(), [root], dict[str, int]()
    at = count = 0
    while token := TOKEN.search(source, at):
        at = token.end()
        if token[2] is None:
            at = _skip(source, token)
            continue
        name = names.resolve(token[2], token[3])
        if not token[1]:
            count += 1
            if count > MAX_NODES:
                raise InvalidRecord(Reason.LIMIT, f"the document has over {MAX_NODES:,} elements")
            node = Node(name, token[3], token.start(), at)
            stack[-1].children.append(node)
            if token[3].endswith("/"):
                node.inner_end = node.end = at
            else:
                stack.append(node)
                is_open[name] = is_open.get(name, 0) + 1
        elif is_open.get(name):
            while _close(stack, is_open, token.start(), token.start()) != name:
                pass
            stack[-1].children[-1].end = at
    while len(stack) > 1:
        _close(stack, is_open, len(source), len(source))
    root.inner_end = root.end = len(source)
    return root


def _skip(source: str, token: re.Match[str]) -> int:
    """Return the end of a comment, a CDATA section or a declaration."""
    for start, end in ((CDATA_START, CDATA_END), ("<!--", "-->")):
        if token[0] == start:
            found = source.find(end, token.end())
            return len(source) if found < 0 else found + len(end)
    return token.end()


def _close(stack: list[Node], is_open: dict[str, int], inner_end: int, end: int) -> str:
    node = stack.pop()
    node.inner_end, node.end = inner_end, end
    is_open[node.name] -= 1
    return node.name


class _Names:
    """Resolve names with prefixes; a namespace holds from its declaration on, and the one of the document's first element has no prefix."""

    def __init__(self) -> None:
        self.prefixes: dict[str, str] = {}
        self.own: str | None = None

    def resolve(self, name: str, attributes: str) -> str:
        if "xmlns" in attributes:
            for prefix, uri in NAMESPACE.findall(attributes):
                if prefix:
                    self.prefixes[prefix.lower()] = PREFIXES.get(uri.lower(), prefix.lower())
        prefix, colon, local = name.lower().rpartition(":")
        if self.own is None:
            self.own = prefix
        prefix = "" if prefix == self.own else self.prefixes.get(prefix, prefix)
        return f"{prefix}:{local}" if colon and prefix else local


def content_of(node: Node, source: str) -> str:
    """Return the content of an element as HTML: CDATA sections as they are; markup in it, or else the text without its escapes."""
    raw = source[node.inner_start : node.inner_end]
    if node.children:
        return CDATA.sub(r"\1", raw)
    parts = CDATA.split(raw)  # text and sections in turn
    html = "".join(part if index % 2 else unescape(part) for index, part in enumerate(parts))
    return unescape(html) if "<" not in html and ESCAPED_TAG.search(html) else html
