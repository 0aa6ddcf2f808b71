"""What the parts of an HTML page have that makes them a list's stories: sentences, times, headlines, links to the whole.

A part is a block, or the stretch from one heading to the next in a block. The work is linear in lines and blocks.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

from streams.split.html.prose import HEADINGS, Reading
from streams.split.html.tree import TextLine, Tree
from streams.split.text.lines import MIN_PROSE_WORDS, key_of, word_count
from streams.split.text.stamps import MAX_STAMP_CHARACTERS, stamp_of

MIN_HEADLINE_WORDS = 3
MAX_HEADLINE_WORDS = 25
MAX_MORE_WORDS = 12
MIN_MORE_LINKS = 3


@dataclass(frozen=True, slots=True)
class Signs:
    """By line, before each: words of sentences, lines with a time, headings that lead to another page with sentences under them.

    The others are places of lines in order. `headings`, `links`: that may be headlines; `plain`: that may be one where there is neither.
    `more`: links to a whole story, which begin alike on a page. `told`: sentences.
    """

    words: list[int]
    timed: list[int]
    teasers: list[int]
    headings: list[int]
    links: list[int]
    plain: list[int]
    more: list[int]
    told: list[int]


class Stretch(NamedTuple):
    """A part of the page that may be a story: its group (tag, depth), its names, characters [start, end), lines [first, last)."""

    group: tuple[str, int]
    names: str
    start: int
    end: int
    first: int
    last: int


def signs_of(tree: Tree, reading: Reading) -> Signs:
    """Return the signs of a page, so that each part of it is judged by two look-ups."""
    words, timed = [0], [0]
    headings: list[int] = []
    links: list[int] = []
    plain: list[int] = []
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
        elif not (is_chrome or line.is_link) and MIN_HEADLINE_WORDS <= count <= MAX_HEADLINE_WORDS:
            plain.append(place)
    before = list(accumulate(words))
    teasers = [0] * len(before)
    leading = [place for place in headings if tree.lines[place].is_link]
    for place, following in pairwise([*leading, len(tree.lines)]):
        teasers[place + 1] = int(before[following] > before[place])
    told = [place for place, worth in enumerate(reading.prose) if worth]
    more = _more_links(tree, reading)
    return Signs(before, list(accumulate(timed)), list(accumulate(teasers)), headings, links, plain, more, told)


def _more_links(tree: Tree, reading: Reading) -> list[int]:
    """Return the links that begin with the same two words ("Read more", "Continue reading"), where there are several of them."""
    beginnings = {}
    for place, line in enumerate(tree.lines):
        if line.is_link and not reading.chrome[line.element] and not reading.prose[place] and word_count(line.text) <= MAX_MORE_WORDS:
            words = key_of(line.text).split()[:2]
            if words and ":" not in line.text:
                beginnings[place] = " ".join(words)
    counts = Counter(beginnings.values())
    return [place for place, beginning in beginnings.items() if counts[beginning] >= MIN_MORE_LINKS]


def next_of(places: Sequence[int], first: int) -> int:
    """Return the first of `places` from `first` on; a place far behind the page where there is none."""
    at = bisect_left(places, first)
    return places[at] if at < len(places) else 1 << 60


def _is_timed(line: TextLine) -> bool:
    return len(line.text) <= MAX_STAMP_CHARACTERS and (bool(line.times) or stamp_of(line.text) is not None)


def blocks(tree: Tree, reading: Reading) -> Iterator[Stretch]:
    """Yield the blocks of more than a line."""
    for number, element in enumerate(tree.elements):
        if element.last - element.first >= 2 and not reading.chrome[number]:
            key = ("article", 0) if element.tag == "article" else (element.tag, element.depth)
            yield Stretch(key, element.names, element.start, element.end, element.first, element.last)


def between_headings(tree: Tree, reading: Reading) -> Iterator[Stretch]:
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
                yield Stretch((f"{tag} in {parent}", block.depth), tag, start, end, first, last)
