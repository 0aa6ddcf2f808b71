"""The fields of a story of an HTML page from the lines around its headline: outlet, author and time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape

from streams.records import Cut
from streams.split.fields.ages import Age, publication_time
from streams.split.fields.credits import credits_of
from streams.split.fields.language import language_of
from streams.split.html.declared_times import declared_times, with_declared_time
from streams.split.html.tree import TextLine, Tree
from streams.split.text.bodies import clean_text
from streams.split.text.lines import key_of
from streams.split.text.shapes import general_words
from streams.split.text.stamps import BYLINE, FIELD_SEPARATOR, MAX_STAMP_CHARACTERS, is_byline, is_outlet_name, stamp_of

OUTLET_DISTANCE = (-1, -2, 1)  # where an outlet stands from the age, in parts of the header, the likeliest first
AUTHOR_NAMES = ("author", "byline")
SIGNS = " \t\n·•|,–—-"
AUTHOR_WORDS = range(2, 5)


@dataclass(frozen=True, slots=True)
class Header:
    """What the short lines around a headline say. `byline` begins with "By" or is a name in a block that calls itself the author's."""

    age: Age | None
    outlet: str | None
    byline: str | None


def with_header(cut: Cut, tree: Tree, places: Sequence[int], fetched_at: int | None, *, is_list: bool = True) -> Cut:
    """Return `cut` with what it doesn't say yet and the lines at `places`, those around its headline, do.

    Outside a list, what stands beside a printed date is a weekday more often than an outlet.
    """
    lines = [tree.lines[place] for place in places if len(tree.lines[place].text) <= MAX_STAMP_CHARACTERS]
    header = _header(tree, lines)
    credits = credits_of(cut.body, header.byline)
    time, precision = publication_time(header.age, fetched_at)
    filled = replace(
        cut,
        outlet=cut.outlet or (header.outlet if is_list or (header.age and header.age.day is None) else None),
        agency=credits.agency,
        dateline=credits.dateline,
        author=cut.author or credits.author or _named(tree, lines),
        language=language_of(cut.body) or language_of(f"{cut.title or ''} {cut.body}"),
    )
    if cut.published_at:
        return filled
    filled = replace(filled, published_at=time, published_precision=precision)
    times = declared_times([value for line in lines for value in line.times])
    return with_declared_time(filled, times[0], fetched_at) if times else filled


def without_stamp(tree: Tree, line: TextLine) -> tuple[str, Age | None]:
    """Return a line without the time before it in an element of its own, and that time: "2 August 2025 - The ferry ..."."""
    text = clean_text(line.text)
    start, end = line.pieces[0]
    head = clean_text(unescape(tree.source[start:end]))
    stamp = stamp_of(head.strip(SIGNS)) if len(line.pieces) > 1 and 0 < len(head) <= MAX_STAMP_CHARACTERS else None
    if stamp is None or stamp.outlet or not text.startswith(head) or not (head[-1] in SIGNS or line.is_link):
        return text, None
    return text[len(head) :].lstrip(SIGNS), stamp.age


def with_age(cut: Cut, ages: Iterable[Age | None], fetched_at: int | None) -> Cut:
    """Return `cut` with the time of the first of the ages that is one, where it has none yet."""
    age = next(filter(None, ages), None)
    if cut.published_at or age is None:
        return cut
    time, precision = publication_time(age, fetched_at)
    return replace(cut, published_at=time, published_precision=precision)


def _header(tree: Tree, lines: Sequence[TextLine]) -> Header:
    parts = [part for line in lines for part in _parts(tree, line)]
    names = frozenset(part for part in parts if len(part) <= 40)
    byline = next(filter(None, (_byline(tree, line) for line in lines)), None)
    for number, part in enumerate(parts):
        stamp = stamp_of(part, names)
        if stamp:
            near = (parts[number + step] for step in OUTLET_DISTANCE if 0 <= number + step < len(parts))
            return Header(stamp.age, stamp.outlet or next(filter(_may_be_outlet, near), None), byline)
    return Header(None, None, byline)


def _byline(tree: Tree, line: TextLine) -> str | None:
    """Return the byline that a line begins with: what stands in it before a time or a sign that parts fields."""
    if not BYLINE.match(line.text):
        return None
    text = ""
    for start, end in line.pieces:
        part = unescape(tree.source[start:end])
        if stamp_of(clean_text(part).strip(SIGNS)):
            break
        text += part
    return next(
        (part for part in (clean_text(text).strip(SIGNS), FIELD_SEPARATOR.split(clean_text(text))[0]) if part and is_byline(part)), None
    )


def _parts(tree: Tree, line: TextLine) -> Iterator[str]:
    """Yield what a line is made of: outlet, author and age often stand on one, each in an element of its own."""
    whole = stamp_of(line.text)
    texts: Iterable[str] = (unescape(tree.source[start:end]) for start, end in line.pieces)
    if whole and whole.outlet is None:
        texts = (line.text,)
    for text in texts:
        part = clean_text(text).strip(SIGNS)
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


def _named(tree: Tree, lines: Sequence[TextLine]) -> str | None:
    """Return the name in a block that calls itself the author's."""
    for line in lines:
        names = tree.elements[line.element].names.casefold()
        if any(name in names for name in AUTHOR_NAMES) and len(line.text.split()) in AUTHOR_WORDS and is_outlet_name(line.text):
            return clean_text(line.text)
    return None
