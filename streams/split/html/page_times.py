"""Find the publication time of a page's one story away from its headline: in its markup, or as the only day that the page has."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from streams.records import Cut
from streams.split.fields.ages import publication_time
from streams.split.html.attributes import attributes_of
from streams.split.html.declared_times import DeclaredTime, fill_declared_time, past_time
from streams.split.html.story import Story
from streams.split.html.tree import Element, TextLine, Tree
from streams.split.text.stamps import MAX_STAMP_CHARACTERS, stamp_of

MARKS = ("datePublished", "datepublished", "pubdate", "pubDate")  # found one by one, a tenth of the time of a pattern without case
MAX_MARKS = 50
MAX_TAG_CHARACTERS = 500
TIME_ATTRIBUTES = ("content", "datetime")


def fill_page_time(cut: Cut, tree: Tree, story: Story, fetched_at: int | None) -> Cut:
    """Return a story with a time, if it has none: the one marked as its publication, or the only day of its article, or of the page."""
    if cut.published_at:
        return cut
    marked = next(_marked_times(tree, fetched_at), None)
    if marked:
        return fill_declared_time(cut, marked, fetched_at)
    article = _article_around(tree, story.element_index)
    for first, end in ((article.first_line, article.end_line), (0, len(tree.lines))):
        lines = [line for line in tree.lines[first:end] if len(line.text) <= MAX_STAMP_CHARACTERS and not line.is_link]
        filled = _with_only_day(cut, tree, lines, fetched_at)
        if filled.published_at:
            return filled
    return cut


def _marked_times(tree: Tree, fetched_at: int | None) -> Iterator[DeclaredTime]:
    """Yield the times in tags with the property or attribute of a publication (schema.org's `datePublished`, HTML's old `pubdate`)."""
    found = sorted(at for mark in MARKS for at in islice(_offsets(tree.source, mark), MAX_MARKS))
    for mark_start in found[:MAX_MARKS]:
        start = tree.source.rfind("<", max(0, mark_start - MAX_TAG_CHARACTERS), mark_start)
        end = tree.source.find(">", mark_start, mark_start + MAX_TAG_CHARACTERS)
        if 0 <= start < end and tree.source.find(">", start, mark_start) < 0:
            attributes = {name.lower(): value for name, value in attributes_of(tree.source[start + 1 : end])}
            times = (past_time(attributes.get(name), fetched_at) for name in TIME_ATTRIBUTES)
            yield from (time for time in times if time)


def _offsets(source: str, mark: str) -> Iterator[int]:
    start = source.find(mark)
    while start >= 0:
        yield start
        start = source.find(mark, start + len(mark))


def _is_aside(tree: Tree, line: TextLine) -> bool:
    """Return whether a line is in an `<aside>`: its times are those of other stories."""
    index = line.element_index
    while index > 0 and tree.elements[index].tag != "aside":
        index = tree.elements[index].parent_index
    return index > 0


def _article_around(tree: Tree, index: int) -> Element:
    while index > 0 and tree.elements[index].tag not in ("article", "main"):
        index = tree.elements[index].parent_index
    return tree.elements[max(0, index)]


def _with_only_day(cut: Cut, tree: Tree, lines: Sequence[TextLine], fetched_at: int | None) -> Cut:
    """Return the story with the one day that `lines` declare, or else print; pages print the day of the visit, too."""
    declaring = (line for line in lines if line.times and not _is_aside(tree, line))
    times = [time for line in declaring for value in line.times if (time := past_time(value, fetched_at))]
    if len({time.time.date() for time in times}) == 1:
        return fill_declared_time(cut, min(times, key=lambda time: time.time), fetched_at)
    stamped = ((line, stamp.age) for line in lines if (stamp := stamp_of(line.text)) and stamp.age.unit == "day")
    ages = {age.day: age for line, age in stamped if age.day and not _is_aside(tree, line)}
    if len(ages) > 1 and fetched_at is not None:
        ages.pop(datetime.fromtimestamp(fetched_at, UTC).date(), None)
    if times or len(ages) != 1:
        return cut
    day, precision = publication_time(next(iter(ages.values())), fetched_at)
    return replace(cut, published_at=day, published_precision=precision)
