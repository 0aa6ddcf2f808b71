"""Find the message that a mail forwards or quotes: below the header lines that mail programs copy, or behind ">". Linear in the size."""

import functools
import importlib.resources
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.split.html.tree import MAX_TAGS
from streams.split.text.lines import MAX_LINES

MIN_SHARE = 0.5  # of the characters of a text that are in the message which it forwards or quotes; one with less only cites it
MAX_LINES_BETWEEN = 1  # of a value that goes on, between two header lines
MAX_CLOSING_SHARE = 0.4  # of the characters of a message that are in its signature, or in the disclaimer below a rule
REQUIRED = frozenset({"from", "date", "subject"})
QUOTE_SIGNS = re.compile(r"^>[> \t]*+", re.MULTILINE)
TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]{0,15})\b[^<>]{0,2000}>")
INLINE_TAGS = frozenset({"a", "b", "i", "u", "em", "font", "span", "strong", "small", "td", "th"})
CLOSING = re.compile(r"^[ \t]*(?:--[ \t]?|_{10,}[ \t]*)\r?$", re.MULTILINE)
MAX_INDENT = 200  # white space between a tag and the label of a header line in it
MARKS = " \t*_\r"


@dataclass(frozen=True, slots=True)
class Original:
    """A message inside another: its text as a page, the offset of that text in the part, and its header values by role."""

    page: Page
    offset: int
    header: Mapping[str, str]


def find_original(page: Page) -> Original | None:
    """Return the message that most of a part is; None for a part that forwards and quotes nothing, or cites only a little."""
    if page.format is Format.HTML:
        if page.text.count("<") > MAX_TAGS or not _from_line().search(page.text):
            return None
        return _below_header(page.text, _visible(page.text), page.format)
    if page.text.count("\n") >= MAX_LINES:  # more than a page may have
        return None
    start, text = _unquoted(page.text)
    found = _below_header(text, text, page.format)
    if found is None and start is None:
        return None
    found = found or Original(Page(text, page.format), 0, {})
    return Original(Page(_without_closing(found.page.text), page.format), found.offset + (start or 0), found.header)


def _below_header(text: str, visible: str, format: Format) -> Original | None:
    """Return the longest of the messages below the headers in a text. `visible`: the text with spaces for its markup."""
    headers = list(_headers(visible))
    stops = [*(start for start, _, _ in headers[1:]), len(text)]
    sizes = [_size(visible[end:stop]) for (_, end, _), stop in zip(headers, stops, strict=bool(headers))]
    if not sizes or max(sizes) < MIN_SHARE * (sum(sizes) + _size(visible[: headers[0][0]])):
        return None
    longest = sizes.index(max(sizes))
    _, start, values = headers[longest]
    return Original(Page(text[start : stops[longest]], format), start, values)


def _headers(text: str) -> Iterator[tuple[int, int, Mapping[str, str]]]:
    """Yield start, end and values of the runs of header lines with all required roles."""
    run: list[re.Match[str]] = []
    for found in (*_header_line().finditer(text), None):
        if run and (found is None or _lines_with_text(text[run[-1].end() : found.start()]) > MAX_LINES_BETWEEN):
            values = {_roles()[line["label"].lower()]: unescape(line["value"]).strip(MARKS) for line in reversed(run)}
            if values.keys() >= REQUIRED:
                yield run[0].start(), run[-1].end(), values
            run = []
        if found:
            run.append(found)


def _lines_with_text(text: str) -> int:
    return sum(1 for line in text.split("\n") if line.strip(MARKS))


def _size(text: str) -> int:
    """Return the number of characters that are no white space."""
    return sum(map(len, text.split()))


def _unquoted(text: str) -> tuple[int | None, str]:
    """Return the offset and the text of the lines that are quoted, with spaces for the signs, where most are; else None and all of it."""
    quoted = list(QUOTE_SIGNS.finditer(text))
    if not quoted:
        return None, text
    last = text.find("\n", quoted[-1].end())
    start, stop = quoted[0].start(), len(text) if last < 0 else last
    plain = QUOTE_SIGNS.sub(lambda signs: " " * len(signs[0]), text)
    inside = sum(_size(line) for line in text.splitlines() if line.startswith(">"))
    return (start, plain[start:stop]) if inside >= MIN_SHARE * _size(text) else (None, text)


def _without_closing(text: str) -> str:
    """Return a message without what is below a rule or the mark of a signature, if it is short beside the rest."""
    text = text.rstrip()
    found = CLOSING.search(text, int((1 - MAX_CLOSING_SHARE) * len(text)))
    return text[: found.start()] if found else text


def _visible(html: str) -> str:
    """Return HTML with spaces for its tags, and line ends for those that begin or end a block."""
    return TAG.sub(lambda tag: (" " if tag[1].strip("/").lower() in INLINE_TAGS else "\n").ljust(len(tag[0])), html.replace("\n", " "))


@functools.cache
def _roles() -> Mapping[str, str]:
    """Return label -> role."""
    table = tomllib.loads(importlib.resources.files("streams.split").joinpath("data/mail_labels.toml").read_text("utf-8"))
    return {label: role for role, labels in table.items() for label in labels}


@functools.cache
def _header_line() -> re.Pattern[str]:
    return re.compile(rf"^[ \t*_]*+(?P<label>{_any(_roles())})[ \t*_]*+:[ \t*_]*+(?P<value>[^\n]*+)$", re.IGNORECASE | re.MULTILINE)


@functools.cache
def _from_line() -> re.Pattern[str]:
    """Return the pattern of the label of a sender in HTML: cheap, since most mail forwards nothing."""
    senders = [label for label, role in _roles().items() if role == "from"]
    return re.compile(rf"(?:^[ \t*_]*+|>[\s*_]{{0,{MAX_INDENT}}}+)(?:{_any(senders)})\s?:", re.IGNORECASE | re.MULTILINE)


def _any(labels: Sequence[str] | Mapping[str, str]) -> str:
    return "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
