"""The stories of an HTML page that lists several: blocks of one kind, each with a headline and a sentence.

A block of a list leads to its story or says when it was published: its headline is a link, it has a link to the whole story below, or it
has a time. The parts of one long story have none of these. All blocks of one tag at one depth are looked at as a group, and so are the
stretches from heading to heading in one block (a list without blocks, a definition list). The work is linear in lines and blocks.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from streams.split.html.list_signs import Signs, Stretch, between_headings, blocks, next_of, signs_of
from streams.split.html.prose import Reading
from streams.split.html.tree import Tree
from streams.split.text.lines import MIN_PROSE_WORDS, word_count

DIGITS = re.compile(r"\d+")  # blocks of one make are often numbered: "post-17"
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

    `names`: what its block calls itself. `leads` says whether it leads to another page, `is_timed` whether there is a time. Some posts of a
    live blog have no headline.
    """

    start: int
    end: int
    first: int
    last: int
    headline: int | None
    names: str
    words: int
    leads: bool
    is_timed: bool


def items_of(tree: Tree, reading: Reading) -> list[Item]:
    """Return the stories of the largest list of a page in order, or nothing where it has none."""
    signs = signs_of(tree, reading)
    groups: dict[tuple[str, int], list[Item]] = {}
    bare: dict[tuple[str, int], list[Item]] = {}
    for stretch in (*blocks(tree, reading), *between_headings(tree, reading)):
        item = _item(tree, signs, stretch)
        if item and item.headline is None:
            bare.setdefault(stretch.group, []).append(item)
        elif item and (stretch.group not in groups or groups[stretch.group][-1].last <= item.first):
            groups.setdefault(stretch.group, []).append(item)
    fitting = [(key, items) for key, items in groups.items() if _is_list(key, items)]
    most = max((_words(items) for _, items in fitting), default=0)
    near = [(len(items), -key[1], items, key) for key, items in fitting if _words(items) >= NEAR_MOST * most]
    if not near:
        return []
    best = max(near, key=lambda group: group[:2])
    return _with_leads(tree, _with_bare(best[2], bare.get(best[3], ())), groups)


def _item(tree: Tree, signs: Signs, stretch: Stretch) -> Item | None:
    first, last = stretch.first, stretch.last
    words = signs.words[last] - signs.words[first]
    if words < MIN_PROSE_WORDS or signs.teasers[last] - signs.teasers[first] > 1:
        return None
    headline = _headline(tree, signs, first, last)
    is_bare = headline is None
    if headline is None or signs.words[last] == signs.words[headline]:
        headline = _plain_headline(signs, first, last)
    leads = headline is not None and (tree.lines[headline].is_link or next_of(signs.more, headline + 1) < last)
    is_timed = signs.timed[last] > signs.timed[first]
    if not (leads or is_timed) or (headline is None and not is_bare):
        return None
    return Item(stretch.start, stretch.end, first, last, headline, stretch.names, words, leads, is_timed)


def _headline(tree: Tree, signs: Signs, first: int, last: int) -> int | None:
    """Return the line with the headline of a stretch: its first heading or link.

    Of two headings that lead elsewhere, one above the other, the first is a section's name.
    """
    headline = next((place for places in (signs.headings, signs.links) if (place := next_of(places, first)) < last), None)
    if headline is None or not tree.lines[headline].is_link:
        return headline
    below = next_of(signs.headings, headline + 1)
    is_name = below < last and tree.lines[below].is_link and signs.words[below] == signs.words[first] < signs.words[last]
    return below if is_name else headline


def _plain_headline(signs: Signs, first: int, last: int) -> int | None:
    """Return the first short line above the sentences of a stretch that has a link to the whole story below them."""
    told, plain = next_of(signs.told, first), next_of(signs.plain, first)
    return plain if plain < told < last and next_of(signs.more, told) < last else None


def _with_bare(items: Sequence[Item], bare: Iterable[Item]) -> list[Item]:
    """Return a list's stories with those of the same make that have a time and no headline, as posts of a live blog."""
    makes = {DIGITS.sub("", item.names) for item in items}
    taken = sorted(
        (*items, *(item for item in bare if DIGITS.sub("", item.names) in makes)), key=lambda item: (item.first, item.headline is None)
    )
    result: list[Item] = []
    for item in taken:
        if not result or result[-1].last <= item.first:
            result.append(item)
    return result


def _words(items: Sequence[Item]) -> int:
    return sum(item.words for item in items)


def _is_list(key: tuple[str, int], items: Sequence[Item]) -> bool:
    largest = max(items, key=lambda item: item.words)
    share = LARGEST_LINKED_SHARE if largest.leads else LARGEST_SHARE
    is_plain = key[0] == "article" or all(item.leads and item.is_timed for item in items)
    return len(items) >= (MIN_PLAIN_ITEMS if is_plain else MIN_ITEMS) and largest.words <= share * _words(items)


def _with_leads(tree: Tree, items: list[Item], groups: Mapping[tuple[str, int], Sequence[Item]]) -> list[Item]:
    """Return a list's stories with those of another make, as the lead of a front page is: blocks beside them that lead elsewhere too."""
    taken = sorted(items, key=lambda item: item.first)
    starts = [item.first for item in taken]
    for _, others in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0][1])):
        for item in others:
            at = bisect_right(starts, item.first)
            is_free = (at == 0 or taken[at - 1].last <= item.first) and (at == len(taken) or item.last <= taken[at].first)
            if is_free and item.leads and not _is_main(tree, item):
                taken.insert(at, item)
                starts.insert(at, item.first)
    return taken


def _is_main(tree: Tree, item: Item) -> bool:
    return item.headline is not None and tree.elements[tree.lines[item.headline].element].tag == "h1"


def is_beside_story(tree: Tree, reading: Reading, items: Sequence[Item]) -> bool:
    """Return whether a page tells one story beside a list: outside of it, or in the one item that has the page's main heading."""
    usual = median(item.words for item in items)
    headed = [item for item in items if _is_main(tree, item)]
    if len(headed) == 1 and headed[0].words >= max(MIN_STORY_WORDS, STORY_TIMES * usual):
        return True
    inside = {place for item in items for place in range(item.first, item.last)}
    outside = (line for place, line in enumerate(tree.lines) if reading.prose[place] and place not in inside)
    told = sum(word_count(line.text) for line in outside if not reading.chrome[line.element])
    return told >= max(MIN_STORY_WORDS, STORY_TIMES * usual)
