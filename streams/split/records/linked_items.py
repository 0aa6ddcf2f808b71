"""Read lists in plain text whose items end in an address alone on its line, as the mail of alerts: headline, outlet, text, "<https://…>"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from streams.split.cuts import MAX_ARTICLES, MIN_BODY_WORDS
from streams.split.fields.ages import publication_time
from streams.split.html.declared_times import parse_declared_time
from streams.split.records.record import Record
from streams.split.text.lines import MIN_HEADLINE_WORDS, word_count
from streams.split.text.source_line import SourceLine, source_of
from streams.split.text.stamps import is_outlet_name, stamp_of

CONFIDENCE = 0.95
MIN_ITEMS = 2
MIN_SHARE = 0.5  # of the words of a text that are in its items; an alert has a head and notices
MAX_TITLE_WORDS = 25
MAX_ITEM_LINES = 40
ITEM_END = ("\n<http", "\nhttp")
ADDRESS_LINE = re.compile(r"^[ \t]*<?(https?://[^\s<>]+)>?[ \t]*\r?$", re.MULTILINE)
BLANK_LINE = re.compile(r"\n[ \t]*\r?\n")
WORD_SIGN = re.compile(r"\w")
RULE_SIGNS = 3  # at both ends of a line above the first item: "=== News - 3 results ==="


@dataclass(frozen=True, slots=True)
class _Item:
    """Lines that end in an address: characters [start, end) of the text."""

    lines: Sequence[str]
    url: str
    start: int
    end: int


def linked_records(text: str, fetched_at: int | None) -> list[Record] | None:
    """Return the articles of a list whose items end in their addresses; None for another text."""
    if sum(map(text.count, ITEM_END)) < MIN_ITEMS:
        return None
    items = list(islice((item for item in _items(text) if _is_story(item.lines)), MAX_ARTICLES + 1))
    words = sum(word_count(" ".join(item.lines)) for item in items)
    end = items[-1].end if len(items) > MAX_ARTICLES else len(text)
    if len(items) < MIN_ITEMS or words < MIN_SHARE * word_count(ADDRESS_LINE.sub("", text[:end])):
        return None
    sources = [_source_of(item.lines[1]) for item in items]
    has_source = all(_is_source(item.lines[1], source) for item, source in zip(items, sources, strict=True))
    return [_record(item, source if has_source else None, fetched_at) for item, source in zip(items, sources, strict=True)]


def _items(text: str) -> Iterator[_Item]:
    """Yield the lines above each address, up to the last blank line or the address before it."""
    last = 0
    for found in ADDRESS_LINE.finditer(text):
        above = text[last : found.start()].rstrip()
        blank = max((match.end() for match in BLANK_LINE.finditer(above)), default=0)
        if above.count("\n", blank) < MAX_ITEM_LINES:
            lines = [line for raw in above[blank:].split("\n") if (line := raw.strip()) and not _is_rule(line)]
            if lines:
                yield _Item(lines, found[1], last + above.find(lines[0], blank), found.end())
        last = found.end()


def _is_rule(line: str) -> bool:
    """Return whether a line has no word, or signs at both ends."""
    if not WORD_SIGN.search(line):
        return True
    return len(line) >= 2 * RULE_SIGNS and not WORD_SIGN.search(line[:RULE_SIGNS] + line[-RULE_SIGNS:])


def _is_story(lines: Sequence[str]) -> bool:
    """Return whether lines are a headline and a text."""
    is_headline = MIN_HEADLINE_WORDS <= word_count(lines[0]) <= MAX_TITLE_WORDS and not lines[0].endswith(".")
    return is_headline and word_count(" ".join(lines[1:])) >= MIN_BODY_WORDS


def _source_of(line: str) -> SourceLine | None:
    """Return the source that a line is: an outlet, a day or "3 hours ago", or both."""
    stamp = stamp_of(line)
    return SourceLine(stamp.outlet, stamp.age) if stamp else source_of(line)


def _is_source(line: str, source: SourceLine | None) -> bool:
    return source is not None and bool(source.age or is_outlet_name(source.outlet or line)) and not line.endswith(".")


def _record(item: _Item, source: SourceLine | None, fetched_at: int | None) -> Record:
    return Record(
        title=item.lines[0],
        text=" ".join(item.lines[2 if source else 1 :]),
        outlet=source.outlet if source else None,
        url=item.url,
        start=item.start,
        end=item.end,
        published=parse_declared_time(publication_time(source.age, fetched_at)[0]) if source and source.age else None,
    )
