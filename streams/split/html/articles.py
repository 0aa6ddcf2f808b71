"""Build the articles of an HTML page from its one story, the items of its list, or the nodes of its JSON-LD."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from itertools import takewhile
from statistics import median

from streams.records import Cut, Fate
from streams.split.fields.closing_notes import is_about_author, is_closing_note
from streams.split.html.body import MAX_LEAD_LINES, body_line_nos, is_byline_or_stamp, join_lines, lead_line_nos
from streams.split.html.header import fill_from_header, fill_printed_age, split_off_stamp
from streams.split.html.item_addresses import linked_address
from streams.split.html.ledger import MIN_HEADLINE_LINK_WORDS
from streams.split.html.line_classification import LineClassification, split_off_last_piece
from streams.split.html.list_items import MIN_ITEMS, MIN_STORY_ITEMS, MIN_STORY_WORDS, ListItem
from streams.split.html.metadata import PageMetadata, StoryMetadata
from streams.split.html.page_times import fill_page_time
from streams.split.html.story import Story, find_headline, find_story, is_own_headline, narrow_to_article, source_span
from streams.split.html.tree import Tree
from streams.split.text.bodies import clean_text
from streams.split.text.lines import MIN_PROSE_WORDS, key_of, word_count
from streams.split.text.single_story import MAX_INDEX_PROSE_SHARE, MIN_INDEX_HEADLINES
from streams.split.text.stamps import MAX_STAMP_CHARACTERS

# The share of such articles that is right on half of the labelled sites; the error on the other half: docs/measurements.md, Confidence.
DECLARED_STORY_CONFIDENCE = 0.98
STORY_CONFIDENCE = 0.85
LINKED_ITEM_CONFIDENCE = 0.97  # or with a time
SECTION_CONFIDENCE = 0.75  # of a digest, without either
RUN_IN_CONFIDENCE = 0.9  # of eleven on real newsletters ten are right
NODE_CONFIDENCE = 0.75  # of the JSON-LD of a page
RUN_IN_SEPARATORS = " |:–—-·•.,>"  # between headline and text in one line
HEADER_LINES = 3  # above the headline and below the body, where a page puts outlet, author and time
MIN_DECLARED_BODY_RATIO = 2  # of the words of JSON-LD's body to those on the page: with fewer, both are the same text
MAX_TEXT_TO_KEY_RATIO = 3  # characters of a text to those of its key; a longer text has another key
MIN_STORY_AMONG_HEADINGS = 30  # words of a story that its page neither declares nor dates, among the headings of its sections
MIN_SECTION_HEADINGS = 5
MIN_STORY_SHARE = 0.5  # words of a story in those of the list on its page


@dataclass(frozen=True, slots=True)
class FoundArticles:
    """Articles, and the fate of their lines by line number."""

    cuts: tuple[Cut, ...] = ()
    fates: Mapping[int, Fate] = field(default_factory=dict)


def outweighs_list(tree: Tree, classification: LineClassification, items: Sequence[ListItem]) -> bool:
    """Return whether the main story of a page is longer than a usual item of its list, and than half of the list.

    Timed posts without links are articles of their own, as on a live page. If the story's text runs through several items, it is the list
    itself, unless a byline or date is above them all. `classification`: of the page as one story.
    """
    if items and all(item.is_timed and not item.is_linked for item in items):
        return False
    story = find_story(tree, classification)
    shared_items = sum(bisect_left(story.line_nos, item.first_line) < bisect_left(story.line_nos, item.end_line) for item in items)
    if shared_items >= MIN_ITEMS and not any(is_byline_or_stamp(line) for line in tree.lines[_main_heading(tree) : items[0].first_line]):
        return False
    words = sum(word_count(tree.lines[line_no].text) for line_no in story.line_nos)
    usual = median(item.words for item in items) if items else 0
    return words >= max(MIN_STORY_WORDS, MIN_STORY_ITEMS * usual, MIN_STORY_SHARE * sum(item.words for item in items))


def _main_heading(tree: Tree) -> int:
    return next((tree.elements[index].first_line for index in tree.headings if tree.elements[index].tag == "h1"), 0)


def cut_single_story(
    tree: Tree, classification: LineClassification, declared: PageMetadata, fetched_at: int | None, *, is_story: bool
) -> FoundArticles:
    """Return the one article of a page, or none.

    If the page has little of its JSON-LD's body, that is the body: a script would fill the page in. `is_story`: whether the page is known
    to be one story; otherwise a page of mostly headlines has none.
    """
    meta = declared.page
    story = find_story(tree, classification)
    title_key = key_of(meta.title or "")
    headline = find_headline(tree, classification, story, meta.title)
    if headline is not None and story.line_nos and is_own_headline(tree, headline, meta.title):
        story = _with_lead(tree, classification, narrow_to_article(tree, classification, story, headline), headline)
    line_nos = [line_no for line_no in story.line_nos if line_no != headline and not _is_title(tree.lines[line_no].text, title_key)]
    while len(line_nos) > 1 and is_closing_note(clean_text(tree.lines[line_nos[-1]].text), meta.author):
        line_nos.pop()
    about_author = [line_no for line_no in line_nos[: MAX_LEAD_LINES + 1] if is_about_author(tree.lines[line_no].text, meta.author)]
    line_nos = [line_no for line_no in line_nos if line_no not in about_author] or line_nos
    body = join_lines(tree, line_nos)
    words = word_count(body)
    min_words = max(MIN_PROSE_WORDS, MIN_DECLARED_BODY_RATIO * words)
    fuller = next((node for node in declared.stories if word_count(node.body or "") >= min_words), None)
    if fuller:
        return FoundArticles((cut_declared_story(replace(fuller, title=meta.title, outlet=meta.outlet, url=meta.url), tree, fetched_at),))
    if words < MIN_PROSE_WORDS or (not is_story and _is_index(tree, classification, words)):
        return FoundArticles()
    if not is_story and words < MIN_STORY_AMONG_HEADINGS and len(tree.headings) >= MIN_SECTION_HEADINGS and meta.published_at is None:
        return FoundArticles()  # a page about a person or a firm, in sections
    start, end = source_span(tree, story, headline)
    first = min(line_nos[0], headline if headline is not None else line_nos[0])
    below = range(line_nos[-1] + 1, min(len(tree.lines), line_nos[-1] + 1 + HEADER_LINES))
    taken = {headline, *line_nos[: MAX_LEAD_LINES + 1]}
    text_start = line_nos[:MAX_LEAD_LINES][-1]  # author and time are above the text, or between it and the lead
    header = [line_no for line_no in range(max(0, first - HEADER_LINES), text_start) if line_no not in taken]
    header += [line_no for line_no in below if not classification.is_chrome[tree.lines[line_no].element_index]]
    cut = fill_from_header(
        _cut(meta, body, start, end, DECLARED_STORY_CONFIDENCE if is_story else STORY_CONFIDENCE), tree, header, fetched_at, is_list=False
    )
    return FoundArticles((fill_page_time(cut, tree, story, fetched_at),), _fates(tree, line_nos, headline, header))


def cut_story_beside(
    tree: Tree, classification: LineClassification, updates: Sequence[Cut], declared: PageMetadata, fetched_at: int | None
) -> tuple[Cut, ...]:
    """Return the story that a page shows above the updates in its JSON-LD, without these: a live page has one. None if it has few words.

    `classification`: of the page as one story.
    """
    known = "\n".join(f"{update.title}\n{update.body}" for update in updates)
    stories = cut_single_story(tree, classification, declared, fetched_at, is_story=False).cuts
    bodies = ("\n".join(takewhile(lambda line: line not in known, cut.body.split("\n"))) for cut in stories)
    return tuple(
        replace(cut, body=body)
        for cut, body in zip(stories, bodies, strict=True)
        if cut.start is not None and word_count(body) >= MIN_STORY_WORDS
    )


def _with_lead(tree: Tree, classification: LineClassification, story: Story, headline: int) -> Story:
    """Return a story with the sentences between its headline and its block, if these are not in it anyway."""
    texts = {line.text for line in tree.lines[story.line_nos[0] : tree.elements[story.element_index].end_line]}
    lead = lead_line_nos(tree, classification, headline + 1, story.line_nos[0])
    return replace(story, line_nos=[*(line_no for line_no in lead if tree.lines[line_no].text not in texts), *story.line_nos])


def _is_title(text: str, title_key: str) -> bool:
    """Return whether a line repeats the title; the length is compared first, as it is cheaper than the key."""
    return len(text) <= MAX_TEXT_TO_KEY_RATIO * (len(title_key) + 1) and key_of(text) == title_key


def _is_index(tree: Tree, classification: LineClassification, body_words: int) -> bool:
    """Return whether a page is mostly headlines of other stories: a front page, which may have a few sentences of its own."""
    links = (line for line in tree.lines if line.is_link and not classification.is_chrome[line.element_index])
    sizes = [size for size in (word_count(line.text) for line in links) if size >= MIN_HEADLINE_LINK_WORDS]
    return len(sizes) >= MIN_INDEX_HEADLINES and body_words < MAX_INDEX_PROSE_SHARE * (body_words + sum(sizes))


def cut_list_item(
    tree: Tree,
    classification: LineClassification,
    item: ListItem,
    declared: PageMetadata,
    fetched_at: int | None,
    *,
    buttons: AbstractSet[str] = frozenset(),
) -> FoundArticles:
    """Return the article of a list's item, with the fields of its JSON-LD node; none if the item has no sentence.

    `buttons`: texts at the ends of headlines and paragraphs that all items of the list have.
    """
    if item.run_in_title:
        return _cut_run_in_item(tree, item, declared, fetched_at)
    title, title_age = (None, None) if item.headline is None else split_off_stamp(tree, tree.lines[item.headline])
    button = "" if item.headline is None else split_off_last_piece(tree, tree.lines[item.headline])[1]
    title = title.removesuffix(button).rstrip() or title if title and button in buttons else title
    title_key = key_of(title or "")
    line_nos = body_line_nos(tree, classification, item.first_line, item.end_line)
    line_nos = [line_no for line_no in line_nos if not _is_title(tree.lines[line_no].text, title_key)]
    line_nos = line_nos or _long_lines(tree, classification, item)
    meta = declared.by_title.get(title_key, StoryMetadata())
    first_text, body_age = split_off_stamp(tree, tree.lines[line_nos[0]]) if line_nos else ("", None)
    printed = join_lines(tree, line_nos, buttons)
    stamp_characters = 0 if body_age is None else len(clean_text(tree.lines[line_nos[0]].text)) - len(first_text)
    body = max(printed[stamp_characters:], meta.body or "", key=len)
    if word_count(body) < MIN_PROSE_WORDS:
        return FoundArticles()
    taken = {*line_nos, item.headline}
    header = [line_no for line_no in range(item.first_line, item.end_line) if line_no not in taken]
    confidence = LINKED_ITEM_CONFIDENCE if item.is_linked or item.is_timed else SECTION_CONFIDENCE
    linked = None if item.headline is None else linked_address(tree, tree.lines[item.headline], declared.page.url)
    cut = _cut(replace(meta, title=title, url=meta.url or linked), body, item.start, item.end, confidence)
    cut = fill_printed_age(fill_from_header(cut, tree, header, fetched_at), (title_age, body_age), fetched_at)
    return FoundArticles((cut,), _fates(tree, line_nos, item.headline, header))


def _cut_run_in_item(tree: Tree, item: ListItem, declared: PageMetadata, fetched_at: int | None) -> FoundArticles:
    url = linked_address(tree, tree.lines[item.first_line], declared.page.url)
    text = clean_text(tree.lines[item.first_line].text)
    body = text[text.find(item.run_in_title) + len(item.run_in_title) :].lstrip(RUN_IN_SEPARATORS)
    cut = _cut(StoryMetadata(title=item.run_in_title, url=url), body, item.start, item.end, RUN_IN_CONFIDENCE)
    cut = fill_from_header(cut, tree, (), fetched_at)
    return FoundArticles((cut,), {item.first_line: Fate.ARTICLE})


def cut_declared_story(meta: StoryMetadata, tree: Tree, fetched_at: int | None) -> Cut:
    """Return the article of a JSON-LD node with a body; it has no offsets in the source."""
    return fill_from_header(_cut(meta, meta.body or "", None, None, NODE_CONFIDENCE), tree, (), fetched_at)


def _cut(meta: StoryMetadata, body: str, start: int | None, end: int | None, confidence: float) -> Cut:
    return Cut(
        title=meta.title,
        body=body,
        start=start,
        end=end,
        confidence=confidence,
        outlet=meta.outlet,
        author=meta.author,
        published_at=meta.published_at,
        published_precision=meta.published_precision,
        url=meta.url,
    )


def _long_lines(tree: Tree, classification: LineClassification, item: ListItem) -> list[int]:
    """Return the lines of an item that have the words of a sentence, though none ends like one: a teaser without a full stop."""
    line_nos = []
    for line_no in range(item.first_line if item.headline is None else item.headline + 1, item.end_line):
        line = tree.lines[line_no]
        is_text = not line.is_link or tree.elements[line.element_index].tag == "p"
        if is_text and not classification.is_chrome[line.element_index] and word_count(line.text) >= MIN_PROSE_WORDS:
            line_nos.append(line_no)
    return line_nos


def _fates(tree: Tree, line_nos: Sequence[int], headline: int | None, header: Sequence[int]) -> dict[int, Fate]:
    times = [line_no for line_no in header if tree.lines[line_no].times and len(tree.lines[line_no].text) <= MAX_STAMP_CHARACTERS]
    fates = dict.fromkeys(times, Fate.META)
    if headline is not None:
        fates[headline] = Fate.HEADLINE
    return fates | dict.fromkeys(line_nos, Fate.ARTICLE)
