"""Find the parts of an HTML page that may be stories of a list, and their signs: sentences, times, headlines, links to the full story.

A part is a block, or the range from one heading to the next in a block. The work is linear in lines and blocks.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

from streams.split.html.line_classification import HEADINGS, LineClassification
from streams.split.html.tree import TextLine, Tree
from streams.split.text.lines import MIN_PROSE_WORDS, key_of, word_count
from streams.split.text.stamps import MAX_STAMP_CHARACTERS, stamp_of

MIN_ITEM_HEADLINE_WORDS = 3
MAX_ITEM_HEADLINE_WORDS = 25
MAX_MORE_LINK_WORDS = 12
MORE_LINK_PREFIX_WORDS = 2  # that the links to full stories on a page have in common
MIN_MORE_LINKS = 3  # links with one prefix; fewer may be headlines that begin alike
MIN_CANDIDATE_LINES = 2  # a headline and a text
MIN_RULED_SHARE = 0.8  # of the headings of a block below rules
MIN_SOURCED_SECTIONS = 3
SOURCED = re.compile(r"\(\s{0,9}<a\s[^<>]{0,1000}>[^<>]{2,100}</a>\s{0,9}\)\s{0,9}</(?:p|li|div)>", re.IGNORECASE)
MIN_RULED_SECTIONS = 4
BEYOND_PAGE = 1 << 60  # above all line numbers and offsets


@dataclass(frozen=True, slots=True)
class ListSigns:
    """The signs of a page's lines.

    Sums over the lines before each: words of sentences (`words_before`), lines with a time (`times_before`), linked headings with sentences
    under them (`teasers_before`).

    Line numbers in order: `headings`, `links` that may be headlines, `plain` lines that may be one without these, `more_links` to the full
    story, `prose`.
    """

    words_before: list[int]
    times_before: list[int]
    teasers_before: list[int]
    headings: list[int]
    links: list[int]
    plain: list[int]
    more_links: list[int]
    prose: list[int]


class Candidate(NamedTuple):
    """A part of the page that may be a story of a list: characters [start, end) of the source, lines [first_line, end_line).

    `group`: tag and depth, the same for all stories of a list. `names`: of its block (class, id, role). `is_ruled`: whether rules (`<hr>`)
    separate the sections of its group, or each names its source.
    """

    group: tuple[str, int]
    names: str
    start: int
    end: int
    first_line: int
    end_line: int
    is_ruled: bool = False


def collect_signs(tree: Tree, classification: LineClassification) -> ListSigns:
    """Return the signs of a page, so that each candidate is judged in constant time."""
    words, times = [0], [0]
    headings: list[int] = []
    links: list[int] = []
    plain: list[int] = []
    prose_characters = classification.prose_characters
    for line_no, line in enumerate(tree.lines):
        is_chrome = classification.is_chrome[line.element_index]
        is_heading = tree.elements[line.element_index].tag in HEADINGS
        count = word_count(line.text)
        # If a whole block is a link, its heading is a link too, and the line below is its text.
        is_text = not line.is_link or prose_characters[line_no] or (headings[-1:] == [line_no - 1] and tree.lines[line_no - 1].is_link)
        is_prose = is_text and not (is_chrome or is_heading) and count >= MIN_PROSE_WORDS
        words.append(count if is_prose else 0)
        times.append(has_time(line))
        if not is_chrome and is_heading:
            headings.append(line_no)
        elif not (is_chrome or is_prose) and line.is_link and count >= MIN_ITEM_HEADLINE_WORDS:
            links.append(line_no)
        elif not (is_chrome or line.is_link) and MIN_ITEM_HEADLINE_WORDS <= count <= MAX_ITEM_HEADLINE_WORDS:
            plain.append(line_no)
    words_before = list(accumulate(words))
    teasers = [0] * len(words_before)
    linked_headings = [line_no for line_no in headings if tree.lines[line_no].is_link]
    for line_no, following in pairwise([*linked_headings, len(tree.lines)]):
        teasers[line_no + 1] = int(words_before[following] > words_before[line_no])
    prose = [line_no for line_no, characters in enumerate(prose_characters) if characters]
    more_links = _more_links(tree, classification)
    return ListSigns(words_before, list(accumulate(times)), list(accumulate(teasers)), headings, links, plain, more_links, prose)


def _more_links(tree: Tree, classification: LineClassification) -> list[int]:
    """Return the numbers of links that begin with the same words ("Read more", "Continue reading"), if the page has several."""
    prefixes = {}
    for line_no, line in enumerate(tree.lines):
        is_plain_link = line.is_link and not classification.is_chrome[line.element_index] and not classification.prose_characters[line_no]
        if is_plain_link and word_count(line.text) <= MAX_MORE_LINK_WORDS:
            words = key_of(line.text).split()[:MORE_LINK_PREFIX_WORDS]
            if words and ":" not in line.text:
                prefixes[line_no] = " ".join(words)
    counts = Counter(prefixes.values())
    return [line_no for line_no, prefix in prefixes.items() if counts[prefix] >= MIN_MORE_LINKS]


def first_from(numbers: Sequence[int], minimum: int) -> int:
    """Return the first of the sorted `numbers` (of lines, or offsets) that is at least `minimum`, or `BEYOND_PAGE`."""
    position = bisect_left(numbers, minimum)
    return numbers[position] if position < len(numbers) else BEYOND_PAGE


def has_time(line: TextLine) -> bool:
    """Return whether a line is short and has a time, printed or declared."""
    return len(line.text) <= MAX_STAMP_CHARACTERS and (bool(line.times) or stamp_of(line.text) is not None)


def block_candidates(tree: Tree, classification: LineClassification) -> Iterator[Candidate]:
    """Yield each block of two and more lines that is not page chrome."""
    for index, element in enumerate(tree.elements):
        if element.end_line - element.first_line >= MIN_CANDIDATE_LINES and not classification.is_chrome[index]:
            group = ("article", 0) if element.tag == "article" else (element.tag, element.depth)
            yield Candidate(group, element.names, element.start, element.end, element.first_line, element.end_line)


def heading_candidates(tree: Tree, classification: LineClassification) -> Iterator[Candidate]:
    """Yield the ranges from heading to heading, for each block that has several headings of one tag."""
    for (tag, parent_index), indices in _headings_by_block(tree, classification.is_chrome).items():
        if len(indices) >= 2:
            block = tree.elements[parent_index]
            starts = [(tree.elements[index].start, tree.elements[index].first_line) for index in indices]
            is_ruled = _are_ruled(tree, indices) or _are_sourced(tree, indices, block.end)
            for (start, first_line), (end, end_line) in pairwise([*starts, (block.end, block.end_line)]):
                candidate = Candidate((f"{tag} in {parent_index}", block.depth), tag, start, end, first_line, end_line, is_ruled)
                yield _until_rule(tree, candidate) if is_ruled else candidate


def _until_rule(tree: Tree, section: Candidate) -> Candidate:
    """Return a section without the part below its rule, which precedes the next heading."""
    rule = first_from(tree.rules, section.start)
    if rule >= section.end:
        return section
    end_line = bisect_left(tree.lines, rule, section.first_line, section.end_line, key=lambda line: line.pieces[0][0])
    return section._replace(end=rule, end_line=end_line)


def has_ruled_sections(tree: Tree) -> bool:
    """Return whether a page has a block of several sections that rules (`<hr>`) separate: a digest, whatever it declares to be."""
    if len(tree.rules) < MIN_RULED_SECTIONS - 1:
        return False
    groups = _headings_by_block(tree, [False] * len(tree.elements)).values()
    return any(len(indices) >= MIN_RULED_SECTIONS and _are_ruled(tree, indices) for indices in groups)


def _headings_by_block(tree: Tree, is_chrome: Sequence[bool]) -> dict[tuple[str, int], list[int]]:
    by_parent: dict[tuple[str, int], list[int]] = {}
    for index, element in enumerate(tree.elements):
        if element.tag in HEADINGS and not is_chrome[index]:
            by_parent.setdefault((element.tag, element.parent_index), []).append(index)
    return by_parent


def _are_ruled(tree: Tree, indices: Sequence[int]) -> bool:
    """Return whether rules are above most of the headings, the first apart."""
    ruled = sum(_has_rule_above(tree, index) for index in indices[1:])
    return len(indices) > 1 and ruled >= MIN_RULED_SHARE * (len(indices) - 1)


def _are_sourced(tree: Tree, indices: Sequence[int], end: int) -> bool:
    """Return whether paragraphs of nearly all sections below the headings end with a linked source in brackets: "(<a>Post</a>)"."""
    starts = [*(tree.elements[index].start for index in indices), end]
    sourced = sum(SOURCED.search(tree.source, start, stop) is not None for start, stop in pairwise(starts))
    return sourced >= max(MIN_SOURCED_SECTIONS, MIN_RULED_SHARE * len(indices))


def _has_rule_above(tree: Tree, index: int) -> bool:
    """Return whether a rule is between a heading and the line above it."""
    heading = tree.elements[index]
    if not heading.first_line:
        return False
    return first_from(tree.rules, tree.lines[heading.first_line - 1].pieces[-1][1]) < heading.start
