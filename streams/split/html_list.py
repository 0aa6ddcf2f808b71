"""The stories of an HTML page that lists several: blocks of one kind, each with a headline and a sentence.

A block of a list leads to its story or says when it was published: its headline is a link, or it has a time. The parts of one long story
have neither. All blocks of one tag at one depth are looked at as a group, and so are the stretches from heading to heading in one block (a
list without blocks, a definition list). The work is linear in lines and blocks.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median

from streams.split.html_prose import Reading
from streams.split.html_tree import TextLine, Tree
from streams.split.lines import MIN_PROSE_WORDS, word_count
from streams.split.stamps import MAX_STAMP_CHARACTERS, stamp_of

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt"})
MIN_HEADLINE_WORDS = 3
MIN_ITEMS = 3
MIN_ARTICLES = 2  # blocks that call themselves articles
LARGEST_SHARE = 0.7
NEAR_MOST = 0.8
# A page whose text outside the list is a story has teasers beside it: the list's own introduction is shorter.
MIN_STORY_WORDS = 60
STORY_TIMES = 2


@dataclass(frozen=True, slots=True)
class Item:
    """A story of a list: characters [start, end) of the source, lines [first, last), that of its headline, words of its sentences."""

    start: int
    end: int
    first: int
    last: int
    headline: int
    words: int


@dataclass(frozen=True, slots=True)
class _Signs:
    """By line, before each: words of sentences, signs of a list's story. `headings`, `links`: the places of lines that may be headlines."""

    words: list[int]
    signs: list[int]
    headings: list[int]
    links: list[int]


def items_of(tree: Tree, reading: Reading) -> list[Item]:
    """Return the stories of a list in order, or nothing where the page is none."""
    signs = _signs_of(tree, reading)
    groups: dict[tuple[str, int], list[Item]] = {}
    for key, start, end, first, last in (*_blocks(tree, reading), *_stretches(tree, reading)):
        item = _item(signs, start, end, first, last)
        if item and (key not in groups or groups[key][-1].last <= first):
            groups.setdefault(key, []).append(item)
    fitting = [(key, items) for key, items in groups.items() if _is_list(key, items)]
    most = max((_words(items) for _, items in fitting), default=0)
    near = [(len(items), -key[1], items) for key, items in fitting if _words(items) >= NEAR_MOST * most]
    best = max(near, key=lambda group: group[:2], default=(0, 0, []))[2]
    return best if best and not _is_beside_story(tree, reading, best) else []


def _signs_of(tree: Tree, reading: Reading) -> _Signs:
    words, signs = [0], [0]
    headings: list[int] = []
    links: list[int] = []
    for place, line in enumerate(tree.lines):
        is_chrome = reading.chrome[line.element]
        is_heading = tree.elements[line.element].tag in HEADINGS
        count = word_count(line.text)
        is_prose = not (is_chrome or is_heading or line.is_link) and count >= MIN_PROSE_WORDS
        words.append(count if is_prose else 0)
        signs.append(line.is_link if is_heading else _is_timed(line))
        if not is_chrome and is_heading:
            headings.append(place)
        elif not is_chrome and line.is_link and count >= MIN_HEADLINE_WORDS:
            links.append(place)
    return _Signs(list(accumulate(words)), list(accumulate(signs)), headings, links)


def _is_timed(line: TextLine) -> bool:
    return len(line.text) <= MAX_STAMP_CHARACTERS and (bool(line.times) or stamp_of(line.text) is not None)


def _blocks(tree: Tree, reading: Reading) -> Iterator[tuple[tuple[str, int], int, int, int, int]]:
    for number, element in enumerate(tree.elements):
        if element.last - element.first >= 2 and not reading.chrome[number]:
            key = ("article", 0) if element.tag == "article" else (element.tag, element.depth)
            yield key, element.start, element.end, element.first, element.last


def _stretches(tree: Tree, reading: Reading) -> Iterator[tuple[tuple[str, int], int, int, int, int]]:
    """Yield what stands from heading to heading where one block has several of a tag."""
    by_parent: dict[tuple[str, int], list[int]] = {}
    for number, element in enumerate(tree.elements):
        if element.tag in HEADINGS and not reading.chrome[number]:
            by_parent.setdefault((element.tag, element.parent), []).append(number)
    for (tag, parent), numbers in by_parent.items():
        if len(numbers) >= 2:
            block = tree.elements[parent]
            ends = [(tree.elements[number].start, tree.elements[number].first) for number in numbers]
            for (start, first), (end, last) in pairwise([*ends, (block.end, block.last)]):
                yield (f"{tag} in {parent}", block.depth), start, end, first, last


def _item(signs: _Signs, start: int, end: int, first: int, last: int) -> Item | None:
    words = signs.words[last] - signs.words[first]
    headline = next((place for places in (signs.headings, signs.links) if (place := _next(places, first)) < last), None)
    if words < MIN_PROSE_WORDS or headline is None or signs.words[last] == signs.words[headline]:
        return None
    is_led_to = headline in signs.links[bisect_left(signs.links, headline) :][:1] or signs.signs[last] > signs.signs[first]
    return Item(start, end, first, last, headline, words) if is_led_to else None


def _next(places: Sequence[int], first: int) -> int:
    at = bisect_left(places, first)
    return places[at] if at < len(places) else 1 << 60


def _words(items: Sequence[Item]) -> int:
    return sum(item.words for item in items)


def _is_list(key: tuple[str, int], items: Sequence[Item]) -> bool:
    least = MIN_ARTICLES if key[0] == "article" else MIN_ITEMS
    return len(items) >= least and max(item.words for item in items) <= LARGEST_SHARE * _words(items)


def _is_beside_story(tree: Tree, reading: Reading, items: Sequence[Item]) -> bool:
    """Return whether a page tells one story beside a list: outside of it, or in the one item that has the page's main heading."""
    usual = median(item.words for item in items)
    headed = [item for item in items if tree.elements[tree.lines[item.headline].element].tag == "h1"]
    if len(headed) == 1 and headed[0].words >= max(MIN_STORY_WORDS, STORY_TIMES * usual):
        return True
    inside = {place for item in items for place in range(item.first, item.last)}
    outside = (line for place, line in enumerate(tree.lines) if reading.prose[place] and place not in inside)
    told = sum(word_count(line.text) for line in outside if not reading.chrome[line.element])
    return told >= max(MIN_STORY_WORDS, STORY_TIMES * usual)
