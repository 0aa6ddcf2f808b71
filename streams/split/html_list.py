"""The stories of an HTML page that lists several: blocks of one kind, each with a headline and a sentence.

A block of a list leads to its story or says when it was published: its headline is a link, or it has a time. The parts of one long story
have neither. All blocks of one tag at one depth are looked at as a group, and so are the stretches from heading to heading in one block (a
list without blocks, a definition list). The work is linear in lines and blocks.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median
from typing import NamedTuple

from streams.split.html_prose import HEADINGS, Reading
from streams.split.html_tree import TextLine, Tree
from streams.split.lines import MIN_PROSE_WORDS, word_count
from streams.split.stamps import MAX_STAMP_CHARACTERS, stamp_of

MIN_HEADLINE_WORDS = 3
MIN_ITEMS = 3
MIN_PLAIN_ITEMS = 2  # of blocks that call themselves articles, or that all have a link and a time
# One item with more of the words is the page's story beside teasers; one whose headline leads to another page hardly is.
LARGEST_SHARE = 0.7
LARGEST_LINKED_SHARE = 0.9
NEAR_MOST = 0.8
# A page whose text outside the list is a story has teasers beside it: the list's own introduction is shorter.
MIN_STORY_WORDS = 60
STORY_TIMES = 2


@dataclass(frozen=True, slots=True)
class Item:
    """A story of a list: characters [start, end) of the source, lines [first, last), that of its headline, words of its sentences.

    `leads` says whether the headline leads to another page, `is_timed` whether there is a time.
    """

    start: int
    end: int
    first: int
    last: int
    headline: int
    words: int
    leads: bool
    is_timed: bool


@dataclass(frozen=True, slots=True)
class _Signs:
    """By line, before each: words of sentences, lines with a time, headings that lead to another page with sentences under them.

    `headings`, `links`: the places of lines that may be headlines.
    """

    words: list[int]
    timed: list[int]
    teasers: list[int]
    headings: list[int]
    links: list[int]


class _Stretch(NamedTuple):
    """A part of the page that may be a story: its group (tag, depth), characters [start, end) of the source, lines [first, last)."""

    group: tuple[str, int]
    start: int
    end: int
    first: int
    last: int


def items_of(tree: Tree, reading: Reading) -> list[Item]:
    """Return the stories of the largest list of a page in order, or nothing where it has none."""
    signs = _signs_of(tree, reading)
    groups: dict[tuple[str, int], list[Item]] = {}
    for stretch in (*_blocks(tree, reading), *_between_headings(tree, reading)):
        item = _item(tree, signs, stretch)
        if item and (stretch.group not in groups or groups[stretch.group][-1].last <= item.first):
            groups.setdefault(stretch.group, []).append(item)
    fitting = [(key, items) for key, items in groups.items() if _is_list(key, items)]
    most = max((_words(items) for _, items in fitting), default=0)
    near = [(len(items), -key[1], items) for key, items in fitting if _words(items) >= NEAR_MOST * most]
    best = max(near, key=lambda group: group[:2], default=(0, 0, []))[2]
    return _with_leads(tree, best, groups)


def _signs_of(tree: Tree, reading: Reading) -> _Signs:
    words, timed = [0], [0]
    headings: list[int] = []
    links: list[int] = []
    for place, line in enumerate(tree.lines):
        is_chrome = reading.chrome[line.element]
        is_heading = tree.elements[line.element].tag in HEADINGS
        count = word_count(line.text)
        # A block may be a link as a whole: then its text stands under a heading that is in the link as well.
        is_text = not line.is_link or reading.prose[place] or (headings[-1:] == [place - 1] and tree.lines[place - 1].is_link)
        is_prose = is_text and not (is_chrome or is_heading) and count >= MIN_PROSE_WORDS
        words.append(count if is_prose else 0)
        timed.append(_is_timed(line))
        if not is_chrome and is_heading:
            headings.append(place)
        elif not (is_chrome or is_prose) and line.is_link and count >= MIN_HEADLINE_WORDS:
            links.append(place)
    before = list(accumulate(words))
    teasers = [0] * len(before)
    leading = [place for place in headings if tree.lines[place].is_link]
    for place, following in pairwise([*leading, len(tree.lines)]):
        teasers[place + 1] = int(before[following] > before[place])
    return _Signs(before, list(accumulate(timed)), list(accumulate(teasers)), headings, links)


def _is_timed(line: TextLine) -> bool:
    return len(line.text) <= MAX_STAMP_CHARACTERS and (bool(line.times) or stamp_of(line.text) is not None)


def _blocks(tree: Tree, reading: Reading) -> Iterator[_Stretch]:
    for number, element in enumerate(tree.elements):
        if element.last - element.first >= 2 and not reading.chrome[number]:
            key = ("article", 0) if element.tag == "article" else (element.tag, element.depth)
            yield _Stretch(key, element.start, element.end, element.first, element.last)


def _between_headings(tree: Tree, reading: Reading) -> Iterator[_Stretch]:
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
                yield _Stretch((f"{tag} in {parent}", block.depth), start, end, first, last)


def _item(tree: Tree, signs: _Signs, stretch: _Stretch) -> Item | None:
    first, last = stretch.first, stretch.last
    words = signs.words[last] - signs.words[first]
    headline = _headline(tree, signs, first, last) if words >= MIN_PROSE_WORDS else None
    if headline is None or signs.words[last] == signs.words[headline] or signs.teasers[last] - signs.teasers[first] > 1:
        return None
    leads, is_timed = tree.lines[headline].is_link, signs.timed[last] > signs.timed[first]
    return Item(stretch.start, stretch.end, first, last, headline, words, leads, is_timed) if leads or is_timed else None


def _headline(tree: Tree, signs: _Signs, first: int, last: int) -> int | None:
    """Return the line with the headline of a stretch: its first heading or link.

    Of two headings that lead elsewhere, one above the other, the first is a section's name.
    """
    headline = next((place for places in (signs.headings, signs.links) if (place := _next(places, first)) < last), None)
    if headline is None or not tree.lines[headline].is_link:
        return headline
    below = _next(signs.headings, headline + 1)
    is_name = below < last and tree.lines[below].is_link and signs.words[below] == signs.words[first] < signs.words[last]
    return below if is_name else headline


def _next(places: Sequence[int], first: int) -> int:
    at = bisect_left(places, first)
    return places[at] if at < len(places) else 1 << 60


def _words(items: Sequence[Item]) -> int:
    return sum(item.words for item in items)


def _is_list(key: tuple[str, int], items: Sequence[Item]) -> bool:
    largest = max(items, key=lambda item: item.words)
    share = LARGEST_LINKED_SHARE if largest.leads else LARGEST_SHARE
    is_plain = key[0] == "article" or all(item.leads and item.is_timed for item in items)
    return len(items) >= (MIN_PLAIN_ITEMS if is_plain else MIN_ITEMS) and largest.words <= share * _words(items)


def _with_leads(tree: Tree, items: list[Item], groups: Mapping[tuple[str, int], Sequence[Item]]) -> list[Item]:
    """Return a list's stories with those of another make, as the lead of a front page is: blocks beside them that lead elsewhere too."""
    if not items:
        return []
    taken = sorted(items, key=lambda item: item.first)
    starts = [item.first for item in taken]
    for _, others in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0][1])):
        for item in others:
            at = bisect_right(starts, item.first)
            is_free = (at == 0 or taken[at - 1].last <= item.first) and (at == len(taken) or item.last <= taken[at].first)
            is_main = tree.elements[tree.lines[item.headline].element].tag == "h1"
            if is_free and item.leads and not is_main:
                taken.insert(at, item)
                starts.insert(at, item.first)
    return taken


def is_beside_story(tree: Tree, reading: Reading, items: Sequence[Item]) -> bool:
    """Return whether a page tells one story beside a list: outside of it, or in the one item that has the page's main heading."""
    usual = median(item.words for item in items)
    headed = [item for item in items if tree.elements[tree.lines[item.headline].element].tag == "h1"]
    if len(headed) == 1 and headed[0].words >= max(MIN_STORY_WORDS, STORY_TIMES * usual):
        return True
    inside = {place for item in items for place in range(item.first, item.last)}
    outside = (line for place, line in enumerate(tree.lines) if reading.prose[place] and place not in inside)
    told = sum(word_count(line.text) for line in outside if not reading.chrome[line.element])
    return told >= max(MIN_STORY_WORDS, STORY_TIMES * usual)
