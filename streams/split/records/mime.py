"""Read MIME messages: headers, and the text parts of a body, each with its offsets in the message. Linear in the size, within limits."""

import re
from binascii import Error, a2b_base64, a2b_qp
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from streams.dumps.decode import Page, decode_dump
from streams.dumps.formats import Format, format_of
from streams.errors import InvalidRecord, Reason

MAX_HEADER_CHARACTERS = 64 * 1024  # read of the headers of a part; longer ones are cut off
MAX_VALUE_CHARACTERS = 4096
MAX_PARTS = 10_000  # of a message, at every level
MAX_DEPTH = 10  # of multiparts in each other: each level is searched once for its boundaries
MAX_BOUNDARY_CHARACTERS = 200  # RFC 2046: 70
BLANK_LINE = re.compile(r"\n[ \t]*+\r?+\n")
HEADER = re.compile(r"^([!-9;-~]{1,100}):[ \t]*+([^\r\n]*+(?:\r?\n[ \t]++[^\r\n]*+)*+)", re.MULTILINE)
PARAMETER = re.compile(r";\s*+([\w*-]{1,40})\s*+=\s*+(?:\"([^\"]{0,1000})\"|([^\s;\"]{0,1000}))")
ENCODED_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bq])\?([^?]{0,4096})\?=(?:\s++(?==\?))?", re.IGNORECASE)
MESSAGE = "message/rfc822"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a message: its headers (first value by name in lower case), and the characters [start, end) of its content in `source`."""

    source: str
    headers: Mapping[str, str]
    start: int
    end: int

    @property
    def media_type(self) -> str:
        """The media type in lower case; plain text where none is declared."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower() or "text/plain"

    @property
    def is_encoded(self) -> bool:
        """Whether the content is written in quoted-printable or base64."""
        return self.headers.get("content-transfer-encoding", "").strip().lower() in ("quoted-printable", "base64")

    def parameter(self, name: str) -> str:
        """Return a parameter of the content type, or nothing."""
        found = PARAMETER.finditer(self.headers.get("content-type", ""))
        return next((match[2] or match[3] or "" for match in found if match[1].lower() == name), "")

    def header(self, name: str) -> str:
        """Return the value of a header with its encoded words decoded, on one line."""
        return " ".join(ENCODED_WORD.sub(_decode_word, self.headers.get(name, "")).split())


def read_part(source: str, start: int, end: int) -> Part:
    """Return the part in [start, end): headers, a blank line, content. A part may begin with the blank line: it has no headers."""
    if source.startswith(("\n", "\r\n"), start, end):
        return Part(source, {}, start, end)
    blank = BLANK_LINE.search(source, start, end)
    stop = blank.start() + 1 if blank else end
    headers: dict[str, str] = {}
    for match in HEADER.finditer(source, start, min(stop, start + MAX_HEADER_CHARACTERS)):
        headers.setdefault(match[1].lower(), match[2][:MAX_VALUE_CHARACTERS])
    return Part(source, headers, blank.end() if blank else end, end)


def text_parts(message: Part) -> Iterator[tuple[Part, ...]]:
    """Yield the parts of a message that may have text, in order, and the messages that are attached to it.

    Each as a tuple of alternatives, the richest, which is the last one, first (RFC 2046, 5.1.4). Of related parts only the first is read,
    which the others belong to.

    Raises:
        InvalidRecord: "limit" for over `MAX_PARTS` parts, or multiparts in over `MAX_DEPTH` levels.
    """
    waiting = [(message, 0)]
    left = MAX_PARTS
    while waiting:
        part, depth = waiting.pop()
        kind, _, subtype = part.media_type.partition("/")
        if kind != "multipart":
            if kind == "text" or part.media_type == MESSAGE or (kind == "application" and depth):
                yield (part,)
            continue
        children = _children(part, depth, left)
        left -= len(children)
        if subtype == "alternative":
            choices = [_first_text(child, depth + 1) for child in reversed(children)]
            yield tuple(filter(None, choices))
        else:
            waiting += [(child, depth + 1) for child in reversed(children[:1] if subtype == "related" else children)]


def _first_text(part: Part, depth: int) -> Part | None:
    """Return the first text in a part, or None."""
    while part.media_type.startswith("multipart/"):
        children = _children(part, depth, MAX_PARTS)
        found = next((child for child in children if child.media_type.startswith(("text/", "multipart/"))), None)
        if found is None:
            return None
        part, depth = found, depth + 1
    return part if part.media_type.startswith("text/") else None


def _children(part: Part, depth: int, limit: int) -> list[Part]:
    if depth >= MAX_DEPTH:
        raise InvalidRecord(Reason.LIMIT, f"the mail has multiparts in over {MAX_DEPTH} levels")
    boundary = part.parameter("boundary")[:MAX_BOUNDARY_CHARACTERS]
    delimiter = re.compile(rf"^--{re.escape(boundary)}(--)?[ \t]*\r?$\n?", re.MULTILINE)
    children: list[Part] = []
    start = None
    for found in delimiter.finditer(part.source, part.start, part.end) if boundary else ():
        if start is not None:
            if len(children) == limit:
                raise InvalidRecord(Reason.LIMIT, f"the mail has over {MAX_PARTS:,} parts")
            children.append(read_part(part.source, start, max(start, found.start() - 1)))
        start = None if found[1] else found.end()
        if found[1]:
            break
    if start is not None:  # without the last boundary, as in a mail that was cut off
        children.append(read_part(part.source, start, part.end))
    return children


def decode_part(part: Part) -> Page | None:
    """Return the decoded content of a part; None where it is empty or no text."""
    content, content_type = part.source[part.start : part.end], part.headers.get("content-type")
    encoding = part.headers.get("content-transfer-encoding", "").strip().lower()
    if not part.is_encoded:
        page = Page(content, format_of(content, content_type)) if content.strip() else None
    else:
        decode = a2b_qp if encoding == "quoted-printable" else a2b_base64
        try:
            page = decode_dump(decode(content.encode("utf-8", "replace")), content_type)
        except (InvalidRecord, Error):
            return None
    return Page(page.text, Format.TEXT) if page and page.format is Format.MAIL else page


def _decode_word(found: re.Match[str]) -> str:
    charset, encoding, word = found[1], found[2].lower(), found[3].encode("utf-8", "replace")
    try:
        decoded = a2b_qp(word, header=True) if encoding == "q" else a2b_base64(word)
        return decode_dump(decoded, f"text/plain; charset={charset.partition('*')[0]}").text
    except (InvalidRecord, Error):
        return found[0]
