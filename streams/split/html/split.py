"""The articles of a page that is HTML: one story, a list of stories, or an aggregator's own page."""

from collections.abc import Sequence
from dataclasses import replace

from streams.errors import InvalidRecord, Reason
from streams.records import Cut, Fate
from streams.split.cuts import MAX_ARTICLES, MAX_BODY_CHARACTERS, MIN_BODY_WORDS, Cuts, require_few_articles
from streams.split.html.articles import Found, from_item, from_meta, single, tells_story
from streams.split.html.declared_times import with_declared_times
from streams.split.html.ledger import spans_of
from streams.split.html.list_items import Item, is_beside_story, items_of
from streams.split.html.metadata import Declaration, declared_by
from streams.split.html.prose import Reading, reading_of
from streams.split.html.tree import Tree, tree_of
from streams.split.html.visible_text import fates_of, placed, timed_text
from streams.split.text.lines import word_count
from streams.split.text.split import shape_candidates, split_text

MIN_STAMPED = 3
LARGEST_OF_LIST = 0.7


def split_html(text: str, fetched_at: int | None, shapes: bool = True) -> Cuts:
    """Return the articles of an HTML page. Arguments and errors: see `streams.split.split_page`."""
    tree = tree_of(text)
    declared = declared_by(tree)
    reading = reading_of(tree, is_list=not declared.is_story)
    found = Found()
    is_story = declared.is_story
    if shapes and shape_candidates("\n".join(line.text for line in tree.lines)):
        found = _by_text(tree, [False] * len(tree.elements), fetched_at, is_shape=True)
    if not found.cuts and not is_story:
        items = items_of(tree, reading)
        told = [story for story in declared.stories if story.title and word_count(story.body or "") >= MIN_BODY_WORDS]
        if len(told) > max(1, len(items)):
            found = Found(tuple(from_meta(story, tree, fetched_at) for story in told))
        elif items and is_beside_story(tree, reading, items):
            is_story = True
        elif not (declared.names_story and tells_story(tree, items)):
            found = _listed(tree, reading, items, declared, fetched_at)
        reading = reading if found.cuts else reading_of(tree)
    if not found.cuts:
        found = single(tree, reading, declared, fetched_at, is_story=is_story)
    require_few_articles(MAX_ARTICLES, len(found.cuts))
    if any(len(cut.body) > MAX_BODY_CHARACTERS for cut in found.cuts):
        raise InvalidRecord(Reason.TOO_LONG, f"a body has over {MAX_BODY_CHARACTERS:,} characters")
    return Cuts(found.cuts, spans_of(tree, reading, found.fates))


def _by_text(tree: Tree, left_out: Sequence[bool], fetched_at: int | None, is_shape: bool) -> Found:
    """Return the articles that the text splitter finds in what a person sees of the page, or nothing where it is no list by that."""
    timed = timed_text(tree, left_out)
    cuts = split_text(timed.text, fetched_at, is_shape)
    found = with_declared_times(cuts.cuts, timed.times, fetched_at)
    stamped = sum(cut.published_at is not None or cut.outlet is not None for cut in found)
    sizes = [word_count(cut.body) for cut in found]
    is_sure = cuts.is_shaped and stamped >= 1 and len(found) >= 2
    if not is_sure and (is_shape or stamped < MIN_STAMPED or max(sizes) > LARGEST_OF_LIST * sum(sizes)):
        return Found()
    places = [placed(cut, timed, tree) for cut in found]
    moved = tuple(replace(cut, start=start, end=end) for cut, (start, end) in zip(found, places, strict=True))
    return Found(moved, fates_of(timed, cuts.spans))


def _listed(tree: Tree, reading: Reading, items: Sequence[Item], declared: Declaration, fetched_at: int | None) -> Found:
    """Return the articles of a page that lists several: by its blocks, or the times in its text."""
    cuts: list[Cut] = []
    fates: dict[int, Fate] = {}
    for item in items:
        found = from_item(tree, reading, item, declared, fetched_at)
        cuts.extend(found.cuts)
        fates.update(found.fates)
    return Found(tuple(cuts), fates) if cuts else _by_text(tree, reading.chrome, fetched_at, is_shape=False)
