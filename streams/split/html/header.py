"""Read outlet, author and time of a story from the header of an HTML page: the short lines around its headline."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape

from streams.records import Cut
from streams.split.fields.ages import Age, publication_time
from streams.split.fields.credits import credits_of
from streams.split.fields.language import language_of
from streams.split.html.authors import page_author, printed_author
from streams.split.html.declared_times import fill_declared_time, past_time
from streams.split.html.tree import TextLine, Tree
from streams.split.text.bodies import clean_text
from streams.split.text.lines import MAX_NAME_CHARACTERS, key_of
from streams.split.text.shapes import general_words
from streams.split.text.stamps import BYLINE, FIELD_SEPARATOR, MAX_STAMP_CHARACTERS, is_byline, is_outlet_name, stamp_of

OUTLET_OFFSETS = (-1, -2, 1)  # positions of an outlet relative to the age, in parts of the header, the most likely first
SEPARATORS = " \t\n·•|,–—-"
UTC_CLOCK = re.compile(r"(?<!\d)([01]\d|2[0-3]):([0-5]\d)\s?(?:UTC|GMT)\b")  # beside a printed day; without a zone it gives no time


@dataclass(frozen=True, slots=True)
class Header:
    """The fields in the short lines around a headline. `byline` begins with "By" or its translation."""

    age: Age | None
    outlet: str | None
    byline: str | None


def fill_from_header(cut: Cut, tree: Tree, line_nos: Sequence[int], fetched_at: int | None, *, is_list: bool = True) -> Cut:
    """Return `cut` with its missing fields filled in from its header, the lines around its headline.

    Outside a list, the text beside a printed date is a weekday more often than an outlet.
    """
    header_lines = [tree.lines[line_no] for line_no in line_nos]
    lines = [line for line in header_lines if len(line.text) <= MAX_STAMP_CHARACTERS]
    header = _header(tree, lines)
    credits = credits_of(cut.body, header.byline)
    time, precision = publication_time(header.age, fetched_at)
    if precision == "day" and (clock := next(filter(None, (UTC_CLOCK.search(line.text) for line in lines)), None)):
        time, precision = f"{time}T{clock[1]}:{clock[2]}:00Z", "minute"
    author = cut.author or printed_author(tree, header_lines) if is_list else page_author(cut.author, tree, header_lines, cut.outlet)
    filled = replace(
        cut,
        outlet=cut.outlet or (header.outlet if is_list or (header.age and header.age.day is None) else None),
        agency=credits.agency,
        dateline=credits.dateline,
        author=author or credits.author,
        language=language_of(cut.body) or language_of(f"{cut.title or ''} {cut.body}"),
    )
    if cut.published_at:
        return filled
    filled = replace(filled, published_at=time, published_precision=precision)
    times = [declared for line in lines for value in line.times if (declared := past_time(value, fetched_at))]
    earliest = min(times, key=lambda declared: declared.time, default=None)  # a later one is that of a change
    return fill_declared_time(filled, earliest, fetched_at) if earliest else filled


def split_off_stamp(tree: Tree, line: TextLine) -> tuple[str, Age | None]:
    """Split a line into its text and the age in an element of its own before it: "2 August 2025 - The ferry ..."."""
    text = clean_text(line.text)
    start, end = line.pieces[0]
    head = clean_text(unescape(tree.source[start:end]))
    stamp = stamp_of(head.strip(SEPARATORS)) if len(line.pieces) > 1 and 0 < len(head) <= MAX_STAMP_CHARACTERS else None
    if stamp is None or stamp.outlet or not text.startswith(head) or not (head[-1] in SEPARATORS or line.is_link):
        return text, None
    return text[len(head) :].lstrip(SEPARATORS), stamp.age


def fill_printed_age(cut: Cut, ages: Iterable[Age | None], fetched_at: int | None) -> Cut:
    """Return `cut` with the time of the first of `ages` that is not None, if it has no time yet."""
    age = next(filter(None, ages), None)
    if cut.published_at or age is None:
        return cut
    time, precision = publication_time(age, fetched_at)
    return replace(cut, published_at=time, published_precision=precision)


def _header(tree: Tree, lines: Sequence[TextLine]) -> Header:
    parts = [part for line in lines for part in _parts(tree, line)]
    names = frozenset(part for part in parts if len(part) <= MAX_NAME_CHARACTERS)
    byline = next(filter(None, (_byline(tree, line) for line in lines)), None)
    header = Header(None, None, byline)
    for position, part in enumerate(parts):
        stamp = stamp_of(part, names)
        if stamp and header.age is None:
            near = (parts[position + offset] for offset in OUTLET_OFFSETS if 0 <= position + offset < len(parts))
            header = Header(stamp.age, stamp.outlet or next(filter(_may_be_outlet, near), None), byline)
        elif stamp and header.age and header.age.day and stamp.age.day and stamp.age.day < header.age.day:
            header = replace(header, age=stamp.age)  # "Updated 4 May 2024 | Published 3 May 2024"
    return header


def _byline(tree: Tree, line: TextLine) -> str | None:
    """Return the byline that a line begins with, up to a time or a separator of fields."""
    if not BYLINE.match(line.text):
        return None
    text = ""
    for start, end in line.pieces:
        part = unescape(tree.source[start:end])
        if stamp_of(clean_text(part).strip(SEPARATORS)):
            break
        text += part
    return next(
        (part for part in (clean_text(text).strip(SEPARATORS), FIELD_SEPARATOR.split(clean_text(text))[0]) if part and is_byline(part)),
        None,
    )


def _parts(tree: Tree, line: TextLine) -> Iterator[str]:
    """Yield the parts of a line: outlet, author and age often share one, each in an element of its own."""
    whole = stamp_of(line.text)
    texts: Iterable[str] = (unescape(tree.source[start:end]) for start, end in line.pieces)
    if whole and whole.outlet is None:
        texts = (line.text,)
    for text in texts:
        part = clean_text(text).strip(SEPARATORS)
        if part:
            yield part


def _may_be_outlet(part: str) -> bool:
    return (
        is_outlet_name(part)
        and part[0].isalnum()
        and "@" not in part
        and not is_byline(part)
        and key_of(part) not in general_words().chrome
        and stamp_of(part) is None
    )
