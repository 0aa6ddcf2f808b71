"""Read the values of elements of an XML document, each line once, and no more characters than a multiple of the document's."""

import re
from collections.abc import Sequence
from html import unescape
from itertools import islice

from streams.errors import InvalidRecord, Reason
from streams.split.cuts import MIN_BODY_WORDS
from streams.split.html.fragment import line_text
from streams.split.records.json_fields import MAX_VALUES, field_names, plain_name
from streams.split.records.markup import Node, content_of
from streams.split.text.lines import word_count

MAX_READ = 5  # characters for each of the document: those of an element, and of the fields around it
ALLOWANCE = 20_000  # characters, for a small document
MARKUP_COST = 10  # of a character of a line with tags, which takes longer
PIECE_COST = 80  # of a piece, beside its characters
MAX_LINE_CHARACTERS = 2_000  # of an element that is a line; a longer one is around others
MAX_PIECES = 500  # of a body, in which its first sentence is
MAX_PIECE_CHARACTERS = 1_000  # whose words are counted
PIECE = re.compile(r"<!\[CDATA\[|<[^>]*+>?|[^<]++")  # the beginning of a section, a tag, or the text between two
VALUE_ATTRIBUTES = ("norm", "value", "content", "name", "literal", "href")  # of an element without a text


class Reader:
    """The values of the elements of a document.

    Raises:
        InvalidRecord: `limit`, by each method, where all that was read is over `MAX_READ` times the document.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._left = MAX_READ * (len(text) + ALLOWANCE)
        self._lines: dict[int, str] = {}
        self._has_text: dict[int, bool] = {}

    def values(self, field: str, nodes: Sequence[Node]) -> list[str]:
        """Return the values of a field that are not empty: HTML of bodies, else the first lines."""
        if field == "body":
            return [body for node in nodes if (body := self._content(node).strip())]
        return [line for node in nodes[:MAX_VALUES] if (line := self.line(node))]

    def line(self, node: Node) -> str:
        """Return the content of an element on a line, or of the member which is its value, or an attribute."""
        line = self._lines.get(id(node))
        if line is None:
            ranks = field_names().values
            names = [(plain_name(child.name.rpartition(":")[2]), child) for child in node.children]
            inner = min(((ranks[name], number) for number, (name, _) in enumerate(names) if name in ranks), default=None)
            line = self._line(node if inner is None else names[inner[1]][1])
            if not line and len(node.attributes) <= MAX_LINE_CHARACTERS:
                line = next(filter(None, map(node.attribute, VALUE_ATTRIBUTES)), "")
            self._lines[id(node)] = line
        return line

    def has_text(self, node: Node) -> bool:
        """Return whether a body begins with a sentence."""
        if id(node) not in self._has_text:
            self._has_text[id(node)] = self._begins_with_text(node)
        return self._has_text[id(node)]

    def _begins_with_text(self, node: Node) -> bool:
        html = self._text if node.children else self._content(node)
        start, end = (node.inner_start, node.inner_end) if node.children else (0, len(html))
        words = 0
        for piece in islice(PIECE.finditer(html, start, end), MAX_PIECES):
            self._spend(piece.end() - piece.start() + PIECE_COST)
            if html[piece.start()] != "<":
                text = unescape(html[piece.start() : min(piece.end(), piece.start() + MAX_PIECE_CHARACTERS)]).strip()
                words += word_count(text) if text else 0
            if words >= MIN_BODY_WORDS:
                return True
        return False

    def _line(self, node: Node) -> str:
        if node.inner_end - node.inner_start > MAX_LINE_CHARACTERS:
            return ""
        html = self._content(node)
        if "<" not in html:
            return " ".join(unescape(html).split())
        self._spend((MARKUP_COST - 1) * len(html))
        return line_text(html)

    def _content(self, node: Node) -> str:
        self._spend(node.inner_end - node.inner_start)
        return content_of(node, self._text)

    def _spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise InvalidRecord(
                Reason.LIMIT, f"fields are so deep in each other that reading them takes over {MAX_READ} times the document"
            )
