"""Read Markdown: one story, or a digest with an article for each item that has a text.

Items are the sections of headings, paragraphs with a title in bold at their start, or list items with such a title or a link. Which of
these a text is made of is decided by the words that each would give.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from streams.split.budget import HtmlBudget
from streams.split.cuts import MIN_BODY_WORDS, Cuts
from streams.split.html.declared_times import DeclaredTime
from streams.split.records.articles import split_records
from streams.split.records.days import find_day
from streams.split.records.labelled_fields import role_of
from streams.split.records.markdown_blocks import LINK, Block, Kind, parse_markdown, plain_text
from streams.split.records.record import Record
from streams.split.text.lines import word_count
from streams.split.text.source_line import source_of
from streams.split.text.split import split_text

CONFIDENCE = 0.95
MIN_ITEMS = 2
MIN_DIGEST_SHARE = 0.5  # of the words of a text that the items of a digest have
MIN_SOURCED_SHARE = 0.5  # of the sections of a digest that link to their source, or name it
MIN_LEAD_WORDS = 20  # of a text between the title and the first section of one story
MAX_TITLE_CHARACTERS = 200
MAX_LABELS = 6  # of one line of labels
BOLD_TITLE = re.compile(r"(?:\*\*|__)(?=\S)(.{1,200}?)(?:\*\*|__)[ \t]*+(?:[:.–—|-]++(?=\s|$))?+[ \t]*+")
LINK_TITLE = re.compile(rf"(?:\*\*|__)?{LINK.pattern}(?:\*\*|__)?[ \t]*+(?:[:.–—|-]++(?=\s|$))?+[ \t]*+")
NUMBER = re.compile(r"(?:\d{1,3}|[ivx]{1,4})[.)]\s+")
SEPARATOR = re.compile(r" [|·•] ")
LABEL = re.compile(r"(?<![*_\s])[*_\s]*+([^\W\d_][^:*_|]{0,30}+)[*_]*+:[*_\s]*+(.{0,500}+)$")
TAGS = re.compile(r"(?:#[\w/-]{1,60}\s*)++")  # "#news #bridges", alone in a paragraph
WEB_ADDRESS = re.compile(r"https?://[^\s()<>\[\]]+")


@dataclass(slots=True)
class Item:
    """An item of a digest: its title as Markdown, its text, the number of its words, and the fields that its own lines declare."""

    title: str | None
    start: int
    end: int
    level: int = 0
    url: str | None = None
    words: int = 0
    paragraphs: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    has_link: bool = False

    @property
    def is_sourced(self) -> bool:
        """Whether it links to its source, or names it."""
        return self.has_link or self.url is not None or bool(self.fields.keys() & {"outlet", "url", "date"})

    def add(self, block: Block) -> None:
        """Add a paragraph or list item to the text, or a line of labels or a link alone to the fields."""
        labels = _labels(block.source)
        whole = LINK.fullmatch(block.source.strip(" *_→>»"))
        if labels:
            for name, value in labels.items():
                self.fields.setdefault(name, value)
        elif whole:
            self.url = self.url or whole[2]
        elif not self.paragraphs and _is_source(block.source):
            self.fields.setdefault("outlet", plain_text(block.source))
        elif not TAGS.fullmatch(block.source) and (text := plain_text(block.source)):
            self.paragraphs.append(text)
            self.words += word_count(self.paragraphs[-1])
            self.has_link = self.has_link or LINK.search(block.source) is not None
        self.end = block.end


def split_markdown(text: str, fetched_at: int | None, shapes: bool = True, budget: HtmlBudget | None = None) -> Cuts:
    """Return the articles of a Markdown text. Arguments and errors: see `streams.split.split_page`."""
    records = read_markdown(text)
    return split_records(records, text, fetched_at, CONFIDENCE, budget) if records else split_text(text, fetched_at, shapes)


def read_markdown(text: str) -> list[Record]:
    """Return the records of a Markdown text; none where it is neither a digest nor a story with a title."""
    document = parse_markdown(text)
    blocks = document.blocks
    heading = next((block.source for block in blocks if block.kind is Kind.HEADING), "")
    day = next(
        (found for name, value in document.front.items() if role_of().get(name) == "date" and (found := find_day(value))), None
    ) or find_day(plain_text(heading))
    whole = sum(word_count(block.source) for block in blocks if block.kind in (Kind.PARAGRAPH, Kind.ITEM))
    for read in (_list_items, _bold_paragraphs, _sections):
        items = [item for item in read(blocks) if item.words >= MIN_BODY_WORDS]
        if len(items) >= MIN_ITEMS and sum(item.words for item in items) >= MIN_DIGEST_SHARE * whole:
            return [_record(item, day) for item in items]
    return [_record(story, day) for story in _story(blocks, document.front)]


def _record(item: Item, day: DeclaredTime | None) -> Record:
    title = plain_text(item.title) if item.title else None
    source = source_of(item.fields.get("outlet", ""))  # "Harbour Post, 24 November 2026"
    return Record(
        title=NUMBER.sub("", title, count=1).rstrip(" :.") if title else None,
        text="\n".join(item.paragraphs),
        outlet=(source.outlet if source and source.age else None) or item.fields.get("outlet"),
        author=item.fields.get("author"),
        url=item.url or item.fields.get("url"),
        published=find_day(item.fields.get("date") or item.fields.get("outlet", "")) or day,
        start=item.start,
        end=item.end,
    )


def _is_italic(source: str) -> bool:
    """Return whether all of a paragraph is in italics: a greeting or notice of a digest."""
    sign = source[:1]
    return sign in ("*", "_") and source[1:2] != sign and source.endswith(sign) and source[-2:-1] != sign


def _is_source(source: str) -> bool:
    """Return whether a paragraph in italics names an outlet and a day: "*Harbour Post, 24 November 2026*"."""
    found = source_of(plain_text(source)) if _is_italic(source) else None
    return bool(found and found.outlet and found.age)


def _labels(source: str) -> dict[str, str]:
    """Return the fields of a line that is only labels: "**Source:** [Harbour Post](https://…) | **Date:** 1 May 2025"."""
    found: dict[str, str] = {}
    for part in SEPARATOR.split(source, maxsplit=MAX_LABELS):
        label = LABEL.match(part)
        role = role_of().get(plain_text(label[1]).lower()) if label else None
        if label is None or role is None or role in ("title", "body", "summary"):
            return {}
        link = LINK.search(label[2])
        address = WEB_ADDRESS.search(label[2])
        value = plain_text(label[2])
        if link or address:
            found.setdefault("url", link[2] if link else address[0] if address else "")
        if value and not WEB_ADDRESS.match(value):
            found.setdefault(role, value)
    return found


def _titled(block: Block, pattern: re.Pattern[str], parts: Callable[[re.Match[str]], tuple[str, str | None]]) -> Item | None:
    """Return the item of a block that begins with a title and goes on with a text, or None."""
    found = pattern.match(block.source)
    title, url = parts(found) if found else ("", None)
    if found is None or not 0 < len(plain_text(title)) <= MAX_TITLE_CHARACTERS:
        return None
    rest = block.source[found.end() :]
    item = Item(title.strip(), block.start, block.end, block.level, url)
    if rest.strip():
        item.add(replace(block, source=rest))
    return item


def _linked_or_bold(block: Block) -> Item | None:
    linked = _titled(block, LINK_TITLE, lambda found: (found[1], found[2]))
    if linked or not block.source.startswith(("**", "__")):
        return linked
    item = _titled(block, BOLD_TITLE, lambda found: (found[1], None))
    link = LINK.search(item.title) if item and item.title else None
    return replace(item, url=link[2]) if item and link else item


def _list_items(blocks: Sequence[Block]) -> Iterator[Item]:
    """Yield the items of lists that begin with a title; blocks that are indented below one belong to it."""
    item: Item | None = None
    for block in blocks:
        if block.kind is Kind.ITEM and (item is None or block.level <= item.level):
            if item:
                yield item
            item = _linked_or_bold(block)
        elif item and block.kind is Kind.ITEM:
            item.add(block)
        elif item and block.kind is not Kind.PARAGRAPH:
            yield item
            item = None
    if item:
        yield item


def _bold_paragraphs(blocks: Sequence[Block]) -> Iterator[Item]:
    """Yield the items that begin with a paragraph in bold, or with its start; all up to the next one, a heading or a rule belong to it."""
    item: Item | None = None
    for block in blocks:
        begins = block.kind is Kind.PARAGRAPH and block.source.startswith(("**", "__")) and not _labels(block.source)
        ends = block.kind in (Kind.HEADING, Kind.RULE) or (
            block.kind is Kind.PARAGRAPH and _is_italic(block.source) and not (item and not item.paragraphs and _is_source(block.source))
        )
        if item and (begins or ends):
            yield item
            item = None
        if begins:
            item = _titled(block, BOLD_TITLE, lambda found: (found[1], None))
        elif item and not ends:
            item.add(block)
    if item:
        yield item


def _sections(blocks: Sequence[Block]) -> Iterator[Item]:
    """Yield the sections of the headings of one level, unless they are those of one story."""
    sections = [section for section in _all_sections(blocks) if section.words >= MIN_BODY_WORDS]
    if not sections:
        return
    level = Counter(section.level for section in sections).most_common(1)[0][0]
    found = [section for section in sections if section.level >= level]
    sourced = sum(section.is_sourced for section in found)
    above = [block for block in blocks if block.start < found[0].start and block.kind is not Kind.HEADING]
    has_lead = sum(word_count(block.source) for block in above) >= MIN_LEAD_WORDS
    if sourced >= MIN_SOURCED_SHARE * len(found) or not has_lead:
        yield from found[:-1] if sourced == len(found) - 1 and not found[-1].is_sourced else found  # an imprint ends a digest


def _all_sections(blocks: Sequence[Block]) -> Iterator[Item]:
    section: Item | None = None
    for block in blocks:
        if block.kind is Kind.HEADING:
            if section:
                yield section
            link = LINK.search(block.source)
            section = Item(block.source, block.start, block.end, block.level, link[2] if link else None)
        elif section and block.kind is not Kind.RULE:
            section.add(block)
    if section:
        yield section


def _story(blocks: Sequence[Block], front: dict[str, str]) -> Iterator[Item]:
    """Yield the one story of a text with a title: a heading above its text, or the title of its front matter."""
    heading = next((block for block in blocks if block.kind is Kind.HEADING), None)
    title = front.get("title") or (heading.source if heading else None)
    if title is None or not blocks:
        return
    item = Item(title, heading.start if heading and heading.source == title else blocks[0].start, blocks[0].end)
    for name, value in front.items():
        role = role_of().get(name, "")
        if WEB_ADDRESS.match(value):
            item.fields.setdefault("url", value)
        elif role in ("author", "outlet"):
            item.fields.setdefault(role, value)
    for block in blocks:
        if block.kind in (Kind.PARAGRAPH, Kind.ITEM) or (block.kind is Kind.HEADING and block.source != title and item.paragraphs):
            item.add(block)
    if item.words >= MIN_BODY_WORDS:
        yield item
