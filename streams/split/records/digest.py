"""Read digests in plain text, such as press reviews, whose items are paragraphs that begin with their headline.

"*Pier closed.* The eastern pier …", "- Pier closed - The eastern pier …", "Pier closed (Harbour Post, 24 May): The eastern pier …".
Often the source is in brackets at the end. A text is a digest if most of its sentences are in such paragraphs, all of one form.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from streams.split.cuts import MAX_ARTICLES, MIN_BODY_WORDS
from streams.split.fields.ages import publication_time
from streams.split.html.declared_times import DeclaredTime, parse_declared_time
from streams.split.records.record import Record
from streams.split.text.lines import word_count
from streams.split.text.outlet_headings import are_outlets
from streams.split.text.source_line import SourceLine, day_of, source_of
from streams.split.text.stamps import is_outlet_name, stamp_of

CONFIDENCE = 0.96
MIN_ITEMS = 3
MIN_SHARE = 0.7  # of the words of a text's paragraphs that are in its items
MIN_TITLE_WORDS, MAX_TITLE_WORDS = 2, 20
MAX_TITLE_CHARACTERS = 160
MAX_DAY_CHARACTERS = 150  # of a line that prints it
MAX_LEAD_LINES = 6  # above the first item, in which a digest prints its day
PARAGRAPH = re.compile(r"(?m:^)(?:(?![^\S\n]*+\n)[^\n]++(?:\n(?![ \t]*+(?:\n|[-•●▪◦*–—·]\s|\d{1,2}[.)]\s)))?+)++")
BULLET = r"[ \t]*+(?:[-•●▪◦*–—·>][ \t]++|\[?\d{1,3}[.)\]]{1,2}[ \t]++)"
BOLD_ITEM = re.compile(rf"(?:{BULLET})?[ \t]*+(?P<mark>[*_])(?=\S)(?P<title>[^*_\n]{{2,{MAX_TITLE_CHARACTERS}}})(?P=mark)[\s:.–—-]*+(?=\S)")
LISTED = re.compile(rf"{BULLET}(?P<title>[^\n]{{2,{MAX_TITLE_CHARACTERS}}}?)(?:\s[–—-]{{1,2}}\s+|:\s+|\.\s+)(?=\S)")
SOURCED_ITEM = re.compile(
    rf"[ \t]*+(?P<title>[^\n()]{{2,{MAX_TITLE_CHARACTERS}}})\s\((?P<source>[^()\n]{{3,100}})\)\s*+(?:[:.–—-]++\s*+)(?=\S)"
)
FORMS = (BOLD_ITEM, SOURCED_ITEM, LISTED)
SOURCE_AT_END = re.compile(r"[(\[]([^()\[\]]{3,120})[)\]][\s.]*$")
# Of the first line of an item: a mark and a headline with the beginning of its text, or a source in brackets beside the headline.
MAY_BEGIN = re.compile(
    r"^[ \t]{0,8}(?:[-•●▪◦*–—·>_]|\[?\d{1,3}[.)\]])[^\n]{40}|^[^\n(]{8,160}+\([^()\n]{3,100}\)\s?[:.–—-]{1,3}\s", re.MULTILINE
)
ENDS = " .:"


@dataclass(slots=True)
class _Item:
    """An item: characters [start, end) of the text, its headline, where its text begins, and the source beside its headline."""

    start: int
    end: int
    title: str
    text_start: int
    source: str | None


def is_digest_like(text: str) -> bool:
    """Return whether a text may have items, at the cost of one search for the signs that begin them."""
    found = MAY_BEGIN.finditer(text)
    return sum(1 for _, _ in zip(range(MIN_ITEMS), found, strict=False)) == MIN_ITEMS


def digest_records(text: str, fetched_at: int | None) -> Iterable[Record] | None:
    """Return the items of a digest in order, read lazily up to the limit of articles; None for a text that is no digest."""
    paragraphs = [found.span() for found in PARAGRAPH.finditer(text)]
    prose = sum(words for start, end in paragraphs if (words := word_count(text[start:end])) >= MIN_BODY_WORDS)
    for form in FORMS:
        items = list(islice(_items(text, paragraphs, form), MAX_ARTICLES + 1))
        words = sum(word_count(text[item.start : item.end]) for item in items)
        if len(items) > MAX_ARTICLES or (len(items) >= MIN_ITEMS and words >= MIN_SHARE * prose):
            day = _day(text[: items[0].start], fetched_at)
            outlets = _outlet_headings(text, paragraphs, items)
            return (_record(text, item, day, outlets.get(item.start), fetched_at) for item in items)
    return None


def _items(text: str, paragraphs: Sequence[tuple[int, int]], form: re.Pattern[str]) -> Iterator[_Item]:
    """Yield the paragraphs of one form, each with those below it until the next, or until one ends with a source."""
    item: _Item | None = None
    is_open = False
    for start, end in paragraphs:
        found = form.match(text, start, end)
        if found and _is_headline(found["title"]) and _is_text(text[found.end() : end]):
            if item:
                yield item
            item = _Item(start, end, found["title"], found.end(), found.groupdict().get("source"))
            is_open = not SOURCE_AT_END.search(text, start, end)
        elif item and is_open and form is BOLD_ITEM and word_count(text[start:end]) >= MIN_BODY_WORDS:
            item.end = end
            is_open = not SOURCE_AT_END.search(text, start, end)
        else:
            is_open = False
    if item:
        yield item


def _outlet_headings(text: str, paragraphs: Sequence[tuple[int, int]], items: Sequence[_Item]) -> dict[int, str]:
    """Return the outlets that headings between the items name, by the start of each item below; none where they are topics."""
    starts = {item.start for item in items}
    above: dict[int, str] = {}
    heading, earlier = "", ""
    for start, end in paragraphs:
        if start in starts:
            heading = earlier or heading
            above[start] = heading
            earlier = ""
        else:
            line = text[start:end].strip()
            earlier = line if len(line) <= MAX_TITLE_CHARACTERS and is_outlet_name(line) else ""
    return {start: name for start, name in above.items() if name} if are_outlets(sorted(set(filter(None, above.values())))) else {}


def _is_text(text: str) -> bool:
    """Return whether a text has a sentence, and does not begin with a line that is a stamp."""
    return word_count(text) >= MIN_BODY_WORDS and stamp_of(text.partition("\n")[0].strip()) is None


def _is_headline(title: str) -> bool:
    return MIN_TITLE_WORDS <= word_count(title) <= MAX_TITLE_WORDS and title.lstrip("\"'«„“‘¿¡ ")[:1].isupper()


def _record(text: str, item: _Item, day: DeclaredTime | None, heading: str | None, fetched_at: int | None) -> Record:
    end = item.end
    source = source_of(item.source) if item.source else None
    at_end = SOURCE_AT_END.search(text, item.text_start, item.end)
    if source is None and at_end and (source := source_of(at_end[1])):
        end = at_end.start()
    return Record(
        title=item.title.strip(ENDS),
        text=_unwrapped(text[item.text_start : end]),
        outlet=(source.outlet if source else None) or heading,
        author=source.byline if source else None,
        published=_time(source, fetched_at) or day,
        start=item.start,
        end=item.end,
    )


def _unwrapped(text: str) -> str:
    return "\n".join(" ".join(part.split()) for part in re.split(r"\n[ \t]*\n", text))


def _day(head: str, fetched_at: int | None) -> DeclaredTime | None:
    """Return the day that the lines above the first item print."""
    lines = [line for line in head.split("\n") if line.strip()][:MAX_LEAD_LINES]
    ages = (day_of(line) for line in lines if len(line) <= MAX_DAY_CHARACTERS)
    return next((parse_declared_time(publication_time(age, fetched_at)[0]) for age in ages if age), None)


def _time(source: SourceLine | None, fetched_at: int | None) -> DeclaredTime | None:
    return parse_declared_time(publication_time(source.age, fetched_at)[0]) if source and source.age else None
