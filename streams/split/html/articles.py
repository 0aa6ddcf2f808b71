"""Articles of an HTML page from what was found of them: the page's one story, the block of a list, a node of its JSON-LD."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from streams.records import Cut, Fate
from streams.split.html.body import body_places, is_stamped, joined
from streams.split.html.fields import with_age, with_header, without_stamp
from streams.split.html.ledger import MIN_LINK_WORDS
from streams.split.html.list_items import MIN_ITEMS, MIN_STORY_WORDS, STORY_TIMES, Item
from streams.split.html.metadata import Declaration, Meta
from streams.split.html.prose import Reading, reading_of
from streams.split.html.story import headline_of, place_of, story_of
from streams.split.html.tree import Tree
from streams.split.text.bodies import clean_text
from streams.split.text.lines import MIN_PROSE_WORDS, key_of, word_count
from streams.split.text.single_story import MAX_INDEX_PROSE_SHARE, MIN_INDEX_HEADLINES
from streams.split.text.stamps import MAX_STAMP_CHARACTERS

CONFIDENCE = 0.9
LIST_CONFIDENCE = 0.75
HEADER_LINES = 3  # above the headline and below the body, where a page puts outlet, author and time
FULLER = 2
LONGER = 3
MIN_STORY_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """Articles, and the fate of the lines that they are made of, by place."""

    cuts: tuple[Cut, ...] = ()
    fates: Mapping[int, Fate] = field(default_factory=dict)


def tells_story(tree: Tree, items: Sequence[Item]) -> bool:
    """Return whether a page that names a story has a text of its own, longer than its list, if any, and its usual item.

    Posts with a time each that lead nowhere are a live page's: they are news of their own. A text that goes through several items is
    the list itself, if nobody signed or dated it above them all.
    """
    if items and all(item.is_timed and not item.leads for item in items):
        return False
    story = story_of(tree, reading_of(tree))
    parts = sum(bisect_left(story.places, item.first) < bisect_left(story.places, item.last) for item in items)
    if parts >= MIN_ITEMS and not any(is_stamped(line) for line in tree.lines[_main_heading(tree) : items[0].first]):
        return False
    words = sum(word_count(tree.lines[place].text) for place in story.places)
    usual = median(item.words for item in items) if items else 0
    return words >= max(MIN_STORY_WORDS, STORY_TIMES * usual, MIN_STORY_SHARE * sum(item.words for item in items))


def _main_heading(tree: Tree) -> int:
    return next((tree.elements[number].first for number in tree.headings if tree.elements[number].tag == "h1"), 0)


def single(tree: Tree, reading: Reading, declared: Declaration, fetched_at: int | None, *, is_story: bool) -> Found:
    """Return the one article of a page, or none. Its JSON-LD gives the body where the page has little of it: scripts would fill it in."""
    meta = declared.page
    story = story_of(tree, reading)
    key = key_of(meta.title or "")
    places = [place for place in story.places if not _is_title(tree.lines[place].text, key)]
    body = joined(tree, places)
    told = next((said for said in declared.stories if word_count(said.body or "") >= max(MIN_PROSE_WORDS, FULLER * word_count(body))), None)
    if told:
        return Found((from_meta(replace(told, title=meta.title, outlet=meta.outlet), tree, fetched_at),))
    if word_count(body) < MIN_PROSE_WORDS or (not is_story and _is_index(tree, reading, word_count(body))):
        return Found()
    headline = headline_of(tree, story, meta.title)
    start, end = place_of(tree, story, headline)
    first = min(places[0], headline if headline is not None else places[0])
    below = range(places[-1] + 1, min(len(tree.lines), places[-1] + 1 + HEADER_LINES))
    around = [place for place in range(max(0, first - HEADER_LINES), places[0]) if place != headline]
    around += [place for place in below if not reading.chrome[tree.lines[place].element]]
    cut = with_header(_cut(meta, body, start, end, CONFIDENCE), tree, around, fetched_at, is_list=False)
    return Found((cut,), _fates(tree, places, headline, around))


def _is_title(text: str, key: str) -> bool:
    """Return whether a line says the title again; of one much longer the words need not be looked at."""
    return len(text) <= LONGER * len(key) + LONGER and key_of(text) == key


def _is_index(tree: Tree, reading: Reading, body_words: int) -> bool:
    """Return whether headlines of other stories are most of a page: a front page may have a sentence of its own."""
    shown = (line for line in tree.lines if line.is_link and not reading.chrome[line.element])
    sizes = [size for size in (word_count(line.text) for line in shown) if size >= MIN_LINK_WORDS]
    return len(sizes) >= MIN_INDEX_HEADLINES and body_words < MAX_INDEX_PROSE_SHARE * (body_words + sum(sizes))


def from_item(tree: Tree, reading: Reading, item: Item, declared: Declaration, fetched_at: int | None) -> Found:
    """Return the article of a list's block, with what the page's JSON-LD says of it; nothing where the block has no sentence."""
    title, dated = (None, None) if item.headline is None else without_stamp(tree, tree.lines[item.headline])
    key = key_of(title or "")
    places = [place for place in body_places(tree, reading, item.first, item.last) if not _is_title(tree.lines[place].text, key)]
    places = places or _long_lines(tree, reading, item)
    meta = declared.by_title.get(key, Meta())
    told, stamped = without_stamp(tree, tree.lines[places[0]]) if places else ("", None)
    shown = joined(tree, places)
    head = 0 if stamped is None else len(clean_text(tree.lines[places[0]].text)) - len(told)
    body = max(shown[head:], meta.body or "", key=len)
    if word_count(body) < MIN_PROSE_WORDS:
        return Found()
    taken = {*places, item.headline}
    around = [place for place in range(item.first, item.last) if place not in taken]
    cut = _cut(replace(meta, title=title), body, item.start, item.end, LIST_CONFIDENCE)
    cut = with_age(with_header(cut, tree, around, fetched_at), (dated, stamped), fetched_at)
    return Found((replace(cut, outlet=cut.outlet or declared.page.outlet),), _fates(tree, places, item.headline, around))


def from_meta(meta: Meta, tree: Tree, fetched_at: int | None) -> Cut:
    """Return the article of a JSON-LD node that has a body."""
    return with_header(_cut(meta, meta.body or "", None, None, LIST_CONFIDENCE), tree, (), fetched_at)


def _cut(meta: Meta, body: str, start: int | None, end: int | None, confidence: float) -> Cut:
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
    )


def _long_lines(tree: Tree, reading: Reading, item: Item) -> list[int]:
    """Return the lines of a block that are long enough for a sentence though none ends like one, as teasers don't."""
    lines = ((place, tree.lines[place]) for place in range(item.first if item.headline is None else item.headline + 1, item.last))
    shown = ((place, line) for place, line in lines if not reading.chrome[line.element])
    shown = ((place, line) for place, line in shown if not line.is_link or tree.elements[line.element].tag == "p")
    return [place for place, line in shown if word_count(line.text) >= MIN_PROSE_WORDS]


def _fates(tree: Tree, places: Sequence[int], headline: int | None, around: Sequence[int]) -> dict[int, Fate]:
    short = {place: Fate.META for place in around if tree.lines[place].times and len(tree.lines[place].text) <= MAX_STAMP_CHARACTERS}
    return short | ({} if headline is None else {headline: Fate.HEADLINE}) | dict.fromkeys(places, Fate.ARTICLE)
