"""Split an HTML page into articles: one story, a list of stories, or an aggregator's own page."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from statistics import median

from streams.errors import InvalidRecord, Reason
from streams.records import MAX_BODY_CHARACTERS, Cut, Fate
from streams.split.budget import PAGE, HtmlBudget
from streams.split.cuts import MAX_ARTICLES, MIN_BODY_WORDS, Cuts, require_few_articles
from streams.split.html.articles import FoundArticles, cut_declared_story, cut_list_item, cut_single_story, cut_story_beside, outweighs_list
from streams.split.html.body import repeated_ends
from streams.split.html.cited_sections import cited_sections
from streams.split.html.declared_times import fill_declared_times
from streams.split.html.ledger import spans_of
from streams.split.html.line_classification import LineClassification, classify_lines
from streams.split.html.list_fields import fill_digest_day, fill_list_outlets, names_several_outlets
from streams.split.html.list_items import (
    MIN_STORY_WORDS,
    ListItem,
    are_cards,
    are_sections,
    find_list_items,
    is_secondary_list,
    without_repeats,
)
from streams.split.html.list_signs import has_ruled_sections
from streams.split.html.metadata import PageMetadata, read_metadata
from streams.split.html.newsletters import find_newsletter_items, is_newsletter
from streams.split.html.run_in_items import with_run_in_items
from streams.split.html.script_story import script_story
from streams.split.html.tree import Tree, parse_tree
from streams.split.html.visible_text import line_fates, render_visible_text, source_span_of
from streams.split.text.lines import word_count
from streams.split.text.split import shape_candidates, split_text

# A page split as text is a list if a page shape fits and one of several articles has a time or outlet, or if several articles have.
MIN_SHAPED_ARTICLES = 2
MIN_STAMPED_IN_SHAPE = 1
MIN_STAMPED_ARTICLES = 3
MAX_DIGEST_ITEM_WORDS = 150  # usual length of the sections of a page that declares to be one story; longer ones are its chapters
MAX_ARTICLE_SHARE = 0.7  # share of the words in the largest article; with more it is the page's one story


def split_html(text: str, fetched_at: int | None, shapes: bool = True, budget: HtmlBudget | None = None) -> Cuts:
    """Return the articles of an HTML page: by a page shape, as a list of stories, or as one story, whichever fits first.

    Arguments and errors: see `streams.split.split_page`.
    """
    tree = parse_tree(text)
    budget = budget or HtmlBudget()
    budget.spend(PAGE, len(tree.elements), (line.text for line in tree.lines))
    declared = read_metadata(tree, fetched_at)
    is_ruled = has_ruled_sections(tree)
    is_story = declared.is_story and not is_ruled
    as_story = cache(lambda: classify_lines(tree))
    classification = as_story() if is_story else classify_lines(tree, is_list=True)
    found = FoundArticles()
    if shapes and shape_candidates("\n".join(line.text for line in tree.lines)):
        found = _split_as_text(tree, [False] * len(tree.elements), fetched_at, is_shape=True)
    if not found.cuts and not is_story:
        items = find_list_items(tree, classification)
        newsletter = find_newsletter_items(tree, classification, items)
        is_digest = is_ruled or is_newsletter(tree, classification)
        items = cited_sections(tree, newsletter or with_run_in_items(tree, classification, items))
        require_few_articles(MAX_ARTICLES, len(items))
        # Each takes a second or more for the largest pages, so both are done once.
        as_list = cache(lambda: _cut_list(tree, classification, items, declared, fetched_at, is_digest=is_digest))
        outweighs = cache(lambda: outweighs_list(tree, as_story(), items))
        full_stories = [story for story in declared.stories if story.title and word_count(story.body or "") >= MIN_BODY_WORDS]
        if len(full_stories) > max(1, len(items)):
            require_few_articles(MAX_ARTICLES, len(full_stories))
            updates = tuple(cut_declared_story(story, tree, fetched_at) for story in full_stories)
            found = FoundArticles((*cut_story_beside(tree, as_story(), updates, declared, fetched_at), *updates))
        elif declared.is_story and items and median(item.words for item in items) > MAX_DIGEST_ITEM_WORDS:
            is_story = True
        elif items and (newsletter or is_ruled or _are_reviewed(tree, items, declared, outweighs, as_list)):
            found = as_list()
        elif items and (is_secondary_list(tree, classification, items) or (declared.has_story_title and are_sections(tree, items))):
            is_story = True
        elif not (declared.has_story_title and outweighs()):
            found = as_list()
        classification = classification if found.cuts else as_story()
    if not found.cuts:
        found = _cut_story(tree, classification, declared, fetched_at, budget, is_story=is_story)
    require_few_articles(MAX_ARTICLES, len(found.cuts))
    if any(len(cut.body) > MAX_BODY_CHARACTERS for cut in found.cuts):
        raise InvalidRecord(Reason.TOO_LONG, f"a body has over {MAX_BODY_CHARACTERS:,} characters")
    return Cuts(found.cuts, spans_of(tree, classification, found.fates))


def _cut_story(
    tree: Tree,
    classification: LineClassification,
    declared: PageMetadata,
    fetched_at: int | None,
    budget: HtmlBudget | None,
    *,
    is_story: bool,
) -> FoundArticles:
    """Return the one article of a page, from the page itself or else from its scripts; none if both have none."""
    found = cut_single_story(tree, classification, declared, fetched_at, is_story=is_story)
    if found.cuts or word_count(body := script_story(tree.source, budget)) < MIN_STORY_WORDS:
        return found
    return FoundArticles((cut_declared_story(replace(declared.page, body=body), tree, fetched_at),))


def _split_as_text(tree: Tree, excluded: Sequence[bool], fetched_at: int | None, is_shape: bool) -> FoundArticles:
    """Return the articles that the text splitter finds in the visible text of a page, or none if these are no list.

    `excluded`: by element index, whether the element's own lines are left out of the text. `is_shape`: whether only page shapes count.
    """
    visible = render_visible_text(tree, excluded)
    result = split_text(visible.text, fetched_at, is_shape)
    cuts = fill_declared_times(result.cuts, visible.times, fetched_at)
    stamped = sum(cut.published_at is not None or cut.outlet is not None for cut in cuts)
    stamped = min(stamped, sum(span.fate is Fate.META for span in result.spans))  # the sections of one story share its only stamp
    sizes = [word_count(cut.body) for cut in cuts]
    is_shaped_list = result.is_shaped and stamped >= MIN_STAMPED_IN_SHAPE and len(cuts) >= MIN_SHAPED_ARTICLES
    if not is_shaped_list and (is_shape or stamped < MIN_STAMPED_ARTICLES or max(sizes) > MAX_ARTICLE_SHARE * sum(sizes)):
        return FoundArticles()
    spans = [source_span_of(cut, visible, tree) for cut in cuts]
    in_source = tuple(replace(cut, start=start, end=end) for cut, (start, end) in zip(cuts, spans, strict=True))
    return FoundArticles(in_source, line_fates(visible, result.spans))


def _are_reviewed(
    tree: Tree,
    items: Sequence[ListItem],
    declared: PageMetadata,
    outweighs: Callable[[], bool],
    as_list: Callable[[], FoundArticles],
) -> bool:
    """Return whether the items are cards that the page presents: its own text is not the longer story, or they are of several outlets."""
    if not are_cards(tree, declared, items):
        return False
    return not outweighs() or names_several_outlets(as_list().cuts)


def _cut_list(
    tree: Tree,
    classification: LineClassification,
    items: Sequence[ListItem],
    declared: PageMetadata,
    fetched_at: int | None,
    *,
    is_digest: bool,
) -> FoundArticles:
    """Return the articles of a page that lists several: by its items, or else by the stamps in its text.

    `is_digest`: whether the page is an issue of a newsletter or digest, whose day is that of its items.
    """
    cuts: list[Cut] = []
    own_items: list[ListItem] = []
    fates: dict[int, Fate] = {}
    buttons = repeated_ends(tree, (line_no for item in items for line_no in range(item.first_line, item.end_line)))
    for item in without_repeats(tree, items):
        found = cut_list_item(tree, classification, item, declared, fetched_at, buttons=buttons)
        cuts.extend(found.cuts)
        own_items.extend(item for _ in found.cuts)
        fates.update(found.fates)
    cuts = fill_list_outlets(tree, own_items, cuts, declared.page)
    if is_digest and own_items:
        cuts = fill_digest_day(tree, own_items[0].first_line, cuts, declared.page, fetched_at)
    return FoundArticles(tuple(cuts), fates) if cuts else _split_as_text(tree, classification.is_chrome, fetched_at, is_shape=False)
