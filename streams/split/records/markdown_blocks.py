"""Parse Markdown into its blocks with their plain text and offsets. Line by line, linear in the size of the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from html import unescape

from streams.errors import InvalidRecord, Reason
from streams.split.text.lines import require_few_lines

LINE = re.compile(r"([^\r\n]*)(?:\r\n|[\r\n]|\Z)")
HEADING = re.compile(r" {0,3}(#{1,6})[ \t]++(?=\S)")
UNDERLINE = re.compile(r" {0,3}(=++|-{2,}+)[ \t]*+$")
RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*+){3,}+|(?:-[ \t]*+){3,}+|(?:_[ \t]*+){3,}+)$")
ITEM = re.compile(r"([ \t]{0,20})(?:[-*+]|\d{1,4}[.)])[ \t]++(?=\S)")
FENCE = re.compile(r" {0,3}(?:```|~~~)")
QUOTE = re.compile(r" {0,3}(?:>[ \t]?)++")
LINK_DEFINITION = re.compile(r" {0,3}\[[^\]]{1,200}\]:[ \t]*+\S")
FRONT_MATTER = re.compile(r"(---|\+\+\+)[ \t]*$")
FRONT_FIELD = re.compile(r"([A-Za-z_-]{1,40})[ \t]*+[:=][ \t]*+(.{0,500})$")
FRONT_MEMBER = re.compile(r"[ \t]{0,8}-[ \t]++(.{1,200})$")  # of the list that is the value of the field above
MAX_BRACKETS = 300_000  # each is tried as a link, a picture and a note a few times; 10 MiB of links have 100,000
QUOTES = "\"'[] "

# Possessive: no repeat can end earlier, since what follows is not in it.
PICTURE = re.compile(r"!\[[^\[\]]{0,300}+\](?:\([^()\n]{0,1000}+\)|\[[^\[\]]{0,200}+\])?")
WIKI_LINK = re.compile(r"(!?)\[\[(?:[^\[\]|\n]{1,200}+\|)?([^\[\]|\n]{1,200}+)\]\]")  # "[[Ana Ruiz]]", "[[note|text]]", "![[picture.jpg]]"
LINK = re.compile(r"\[([^\[\]]{1,300}+)\]\(<?([^()\s<>]{0,1000}+(?:\([^()\s]{0,100}+\)[^()\s<>]{0,100}+)?)>?(?:\s[^()\n]{0,300}+)?\)")
REFERENCE = re.compile(r"\[([^\[\]]{1,300}+)\]\[[^\[\]]{0,200}+\]|\[\^[^\[\]]{1,50}+\]")
AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,1000}+)>")
TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}+>|<!--[^<>]{0,500}-->")
# Signs of bold, italic and code, whether they come in pairs or not: to pair them takes quadratic time on hostile text.
# The sign is first in the pattern, and what is before it second: ten times faster in text without signs.
SIGNS = re.compile(r"[*_`](?:(?<=\*)(?<!\\\*)\*++|(?<=`)`*+|(?<=[*_])(?<![\w*\\].)[*_]*+(?=\S)|(?<=[*_])(?<=[^\s*_\\].)[*_]*+(?!\w))")
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


class Kind(Enum):
    """The kind of a block."""

    HEADING = auto()
    PARAGRAPH = auto()
    ITEM = auto()
    RULE = auto()


@dataclass(frozen=True, slots=True)
class Block:
    """A block of Markdown: its `source` on one line, without the signs of its kind. `level`: of a heading, or the indent of an item."""

    kind: Kind
    level: int
    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """The blocks of a text in order, and the fields of its front matter by lower-case name."""

    blocks: tuple[Block, ...]
    front: dict[str, str]


def parse_markdown(text: str) -> Document:
    """Return the blocks of a Markdown text, without code, tables and definitions of links.

    Raises:
        InvalidRecord: `limit` for too many lines, or over `MAX_BRACKETS` opening brackets.
    """
    require_few_lines(text)
    if text.count("[") > MAX_BRACKETS:
        raise InvalidRecord(Reason.LIMIT, f"the Markdown has over {MAX_BRACKETS:,} opening brackets")
    lines = [(match[1], match.start(1), match.end(1)) for match in LINE.finditer(text)]
    front, first = _front_matter(lines)
    return Document(tuple(_blocks(lines[first:])), front)


def plain_text(source: str) -> str:
    """Return the text of inline Markdown: of links their text, of pictures nothing."""
    source = WIKI_LINK.sub(lambda match: "" if match[1] else match[2], source) if "[[" in source else source
    text = REFERENCE.sub(lambda match: match[1] or "", LINK.sub(r"\1", PICTURE.sub("", source)))
    text = TAG.sub("", AUTOLINK.sub(r"\1", text))
    return " ".join(unescape(ESCAPE.sub(r"\1", SIGNS.sub("", text))).split())


def _front_matter(lines: list[tuple[str, int, int]]) -> tuple[dict[str, str], int]:
    """Return the fields between the two lines of signs that a file begins with, and the number of lines that these take."""
    sign = FRONT_MATTER.match(lines[0][0]) if lines else None
    if sign is None:
        return {}, 0
    end = next((line_no for line_no in range(1, len(lines)) if lines[line_no][0].rstrip() == sign[1]), None)
    if end is None:
        return {}, 0
    fields: dict[str, list[str]] = {}
    name = ""
    for line, _, _ in lines[1:end]:
        if found := FRONT_FIELD.match(line):
            name = found[1].lower()
            fields.setdefault(name, []).append(found[2].strip().strip(QUOTES))
        elif name and (member := FRONT_MEMBER.match(line)):
            fields[name].append(member[1].strip().strip(QUOTES))
    return {name: ", ".join(filter(None, values)) for name, values in fields.items() if any(values)}, end + 1


def _blocks(lines: list[tuple[str, int, int]]) -> Iterator[Block]:
    kind, level, start, end = Kind.PARAGRAPH, 0, 0, 0
    parts: list[str] = []
    is_code = False

    def made(as_kind: Kind, as_level: int) -> Block:
        return Block(as_kind, as_level, " ".join(part.strip() for part in parts), start, end)

    for written, line_start, line_end in [*lines, ("", end, end)]:
        quote = QUOTE.match(written)
        line = written[quote.end() :] if quote else written
        underline = UNDERLINE.match(line) if parts and kind is Kind.PARAGRAPH else None
        if underline:
            yield made(Kind.HEADING, 1 if underline[1][0] == "=" else 2)
            parts.clear()
            continue
        heading, item = HEADING.match(line), ITEM.match(line)
        is_fence = bool(FENCE.match(line))
        is_skipped = is_code or is_fence or _is_table_row(line) or bool(LINK_DEFINITION.match(line))
        is_rule = bool(RULE.match(line))
        if parts and (heading or item or is_rule or is_skipped or not line.strip()):
            yield made(kind, level)
            parts.clear()
        is_code = is_code != is_fence
        if is_skipped or not line.strip():
            continue
        if heading or is_rule:
            parts, start, end = [line[heading.end() :].rstrip(" \t#") if heading else ""], line_start, line_end
            yield made(Kind.HEADING if heading else Kind.RULE, len(heading[1]) if heading else 0)
            parts.clear()
        elif not parts:
            kind, level = (Kind.ITEM, len(item[1].expandtabs(4))) if item else (Kind.PARAGRAPH, 0)
            parts, start, end = [line[item.end() :] if item else line], line_start, line_end
        else:
            parts.append(line)
            end = line_end


def _is_table_row(line: str) -> bool:
    row = line.strip()
    return len(row) > 1 and row[0] == row[-1] == "|"
