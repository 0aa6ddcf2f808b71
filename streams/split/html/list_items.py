"""Find the stories of an HTML page that lists several: blocks of one kind, each with a headline and a sentence.

An item of a list links to its story or has a time of publication: its headline is a link, a link to the full story is below, or a time is
printed or declared in it, or rules separate it from the others. The sections of one long story have none of these. All blocks of one tag
and depth are judged as a group, and so are the ranges from heading to heading in one block (a list without blocks, a definition list). The
work is linear in lines and blocks.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from streams.split.html.line_classification import LineClassification
from streams.split.html.list_signs import Candidate, ListSigns, block_candidates, collect_signs, first_from, has_time, heading_candidates
from streams.split.html.metadata import PageMetadata
from streams.split.html.tree import Tree
from streams.split.text.lines import MIN_HEADLINE_WORDS, MIN_PROSE_WORDS, word_count

DIGITS = re.compile(r"\d+")  # the names of items are often numbered: "post-17"
MIN_ITEMS = 3
MIN_UNTIMED_WORDS = 60  # of a list without times; with fewer it is a box of a page, such as the works of its owner
MIN_CLEAR_ITEMS = 2  # of `<article>` elements, or of blocks that all have a link and a time
# Share of a list's words in its largest item. A larger one is the page's story beside teasers, unless its headline links to another page.
MAX_ITEM_SHARE = 0.7
MAX_LINKED_ITEM_SHARE = 0.9
MIN_PAGE_SHARE = 0.7  # of the words of a page that are in items which are alike
MIN_WORDS_OF_LARGEST_LIST = 0.8  # share; of the lists with as many words, the one with the most items is the page's
# Words of a story beside a list, absolute and in those of a usual item: the introduction of a list is shorter.
MIN_STORY_WORDS = 60
MIN_STORY_ITEMS = 2
MIN_CLEAR_LIST_SHARE = (
    0.5  # and in those of the list, if all items have a link and a time: these are the page, its own text is an introduction
)


@dataclass(frozen=True, slots=True)
class ListItem:
    """A story of a list: characters [start, end) of the source, lines [first_line, end_line).

    `headline`: its line number, None for some posts of a live blog. `names`: of its block (class, id, role). `words`: of its sentences.
    `is_linked`: whether it links to another page. `is_timed`: whether it has a time.
    `run_in_title`: the headline that its one line begins with.
    """

    start: int
    end: int
    first_line: int
    end_line: int
    headline: int | None
    names: str
    words: int
    is_linked: bool
    is_timed: bool
    run_in_title: str = ""


def find_list_items(tree: Tree, classification: LineClassification) -> list[ListItem]:
    """Return the stories of a page's largest list in order; none if it has no list."""
    signs = collect_signs(tree, classification)
    groups: dict[tuple[str, int], list[ListItem]] = {}
    untitled: dict[tuple[str, int], list[ListItem]] = {}
    for candidate in (*block_candidates(tree, classification), *heading_candidates(tree, classification)):
        item = _item(tree, signs, candidate)
        if item and item.headline is None:
            untitled.setdefault(candidate.group, []).append(item)
        elif item and (candidate.group not in groups or groups[candidate.group][-1].end_line <= item.first_line):
            groups.setdefault(candidate.group, []).append(item)
    kinds: list[int] = []
    lists = [(group, items) for group, items in groups.items() if _is_list(group, items) or _is_whole_page(tree, signs, items, kinds)]
    most_words = max((_words(items) for _, items in lists), default=0)
    min_words = MIN_WORDS_OF_LARGEST_LIST * most_words
    ranked = [(len(items), -group[1], items, group) for group, items in lists if _words(items) >= min_words]  # the outermost of equals
    if not ranked:
        return []
    _, _, items, group = max(ranked, key=lambda rank: rank[:2])
    if not _is_list(group, items):
        return items
    return _add_lead_stories(tree, _add_untitled_posts(items, untitled.get(group, ())), groups)


def _item(tree: Tree, signs: ListSigns, candidate: Candidate) -> ListItem | None:
    first, end = candidate.first_line, candidate.end_line
    words = signs.words_before[end] - signs.words_before[first]
    if words < MIN_PROSE_WORDS or signs.teasers_before[end] - signs.teasers_before[first] > 1:
        return None
    headline = _headline(tree, signs, first, end)
    is_untitled = headline is None
    if headline is None or signs.words_before[end] == signs.words_before[headline]:
        headline = _plain_headline(signs, first, end)
    is_linked = headline is not None and (tree.lines[headline].is_link or first_from(signs.more_links, headline + 1) < end)
    is_timed = signs.times_before[end] > signs.times_before[first]
    if not (is_linked or is_timed or candidate.is_ruled) or (headline is None and not is_untitled):
        return None
    return ListItem(candidate.start, candidate.end, first, end, headline, candidate.names, words, is_linked, is_timed)


def _headline(tree: Tree, signs: ListSigns, first: int, end: int) -> int | None:
    """Return the line number of the headline in lines [first, end): the first heading, else the first link.

    Of two linked headings without a text between, the first is the name of a section.
    """
    headline = next((line_no for line_nos in (signs.headings, signs.links) if (line_no := first_from(line_nos, first)) < end), None)
    if headline is None or not tree.lines[headline].is_link:
        return headline
    below = first_from(signs.headings, headline + 1)
    words = signs.words_before
    is_section_name = below < end and tree.lines[below].is_link and words[below] == words[first] < words[end]
    return below if is_section_name else headline


def _plain_headline(signs: ListSigns, first: int, end: int) -> int | None:
    """Return the first short line above the prose in lines [first, end), if a link to the full story is below."""
    prose, plain = first_from(signs.prose, first), first_from(signs.plain, first)
    return plain if plain < prose < end and first_from(signs.more_links, prose) < end else None


def _add_untitled_posts(items: Sequence[ListItem], untitled: Iterable[ListItem]) -> list[ListItem]:
    """Add the items of the same names that have a time but no headline, as posts of a live blog."""
    names = {DIGITS.sub("", item.names) for item in items}
    posts = (item for item in untitled if DIGITS.sub("", item.names) in names)
    result: list[ListItem] = []
    for item in sorted((*items, *posts), key=lambda item: (item.first_line, item.headline is None)):
        if not result or result[-1].end_line <= item.first_line:
            result.append(item)
    return result


def _words(items: Sequence[ListItem]) -> int:
    return sum(item.words for item in items)


def _is_list(group: tuple[str, int], items: Sequence[ListItem]) -> bool:
    largest = max(items, key=lambda item: item.words)
    share = MAX_LINKED_ITEM_SHARE if largest.is_linked else MAX_ITEM_SHARE
    is_clear = group[0] == "article" or all(item.is_linked and item.is_timed for item in items)
    if not any(item.is_timed for item in items) and _words(items) < MIN_UNTIMED_WORDS:
        return False
    return len(items) >= (MIN_CLEAR_ITEMS if is_clear else MIN_ITEMS) and largest.words <= share * _words(items)


def _is_whole_page(tree: Tree, signs: ListSigns, items: Sequence[ListItem], kinds: list[int]) -> bool:
    """Return whether items are alike line by line and have most words of their page, as the results in the mail of an alert: few, untimed.

    Each begins with a headline that is a link; names of one or two words are those of works or products. `kinds`: of all lines, filled when
    first needed. Each level of nested blocks is compared, so they are numbers.
    """
    are_headed = all(
        item.is_linked and item.headline == item.first_line and word_count(_title(tree, item)) >= MIN_HEADLINE_WORDS for item in items
    )
    if len(items) < MIN_CLEAR_ITEMS or not are_headed or _words(items) < MIN_PAGE_SHARE * signs.words_before[-1]:
        return False
    if not kinds:
        kinds += _line_kinds(tree, signs)
    first = kinds[items[0].first_line : items[0].end_line]
    return all(kinds[item.first_line : item.end_line] == first for item in items)


def _line_kinds(tree: Tree, signs: ListSigns) -> Iterator[int]:
    """Yield a number for each line: equal for lines of the same tag that are links and prose alike."""
    numbers: dict[tuple[str, bool, bool], int] = {}
    for line, (before, behind) in zip(tree.lines, pairwise(signs.words_before), strict=True):
        kind = tree.elements[line.element_index].tag, line.is_link, behind > before
        yield numbers.setdefault(kind, len(numbers))


def _add_lead_stories(tree: Tree, items: list[ListItem], groups: Mapping[tuple[str, int], Sequence[ListItem]]) -> list[ListItem]:
    """Add linked items of other groups that lie between those of the list, as the lead story of a front page."""
    result = sorted(items, key=lambda item: item.first_line)
    starts = [item.first_line for item in result]
    for _, others in sorted(groups.items(), key=lambda entry: (-len(entry[1]), entry[0][1])):
        for item in others:
            at = bisect_right(starts, item.first_line)
            is_free = (at == 0 or result[at - 1].end_line <= item.first_line) and (
                at == len(result) or item.end_line <= result[at].first_line
            )
            if is_free and item.is_linked and not _has_main_heading(tree, item):
                result.insert(at, item)
                starts.insert(at, item.first_line)
    return result


def without_repeats(tree: Tree, items: Sequence[ListItem]) -> list[ListItem]:
    """Return the items, with the longest of those that have the same headline: a slider repeats the stories below it.

    Items with the same headline and different times are stories of different outlets.
    """
    longest: dict[str, ListItem] = {}
    stamps = [_stamps(tree, item) for item in items]
    for item in items:
        title = _title(tree, item)
        if title and (title not in longest or longest[title].words < item.words):
            longest[title] = item
    seen = Counter((_title(tree, item), stamp) for item, stamp in zip(items, stamps, strict=True) if stamp)
    own = {key for key, count in seen.items() if count == 1}
    return [
        item
        for item, stamp in zip(items, stamps, strict=True)
        if (item.headline is None and not item.run_in_title) or longest[_title(tree, item)] is item or (_title(tree, item), stamp) in own
    ]


def _title(tree: Tree, item: ListItem) -> str:
    return item.run_in_title or ("" if item.headline is None else tree.lines[item.headline].text)


def _stamps(tree: Tree, item: ListItem) -> str:
    """Return the lines of an item that have a time, joined."""
    lines = tree.lines[item.first_line : item.end_line] if item.is_timed else ()
    return "\n".join(line.text for line in lines if has_time(line))


def _has_main_heading(tree: Tree, item: ListItem) -> bool:
    return item.headline is not None and tree.elements[tree.lines[item.headline].element_index].tag == "h1"


def are_sections(tree: Tree, items: Sequence[ListItem]) -> bool:
    """Return whether all items begin with headings beside the main heading of one article element: they are sections of its story."""
    headlines = [item.headline for item in items if item.headline is not None]
    parents = {tree.elements[tree.lines[line_no].element_index].parent_index for line_no in headlines}
    main = {tree.elements[index].parent_index for index in tree.headings if tree.elements[index].tag == "h1"}
    return len(headlines) == len(items) and parents == main and all(tree.elements[index].tag == "article" for index in parents)


def are_cards(tree: Tree, declared: PageMetadata, items: Sequence[ListItem]) -> bool:
    """Return whether all items are article elements with a link and a time, on a page that is no story itself: its text presents them."""
    is_card = (item.is_linked and item.is_timed and tree.source.startswith("<article", item.start) for item in items)
    return len(items) >= MIN_ITEMS and not declared.has_story_title and all(is_card)


def is_secondary_list(tree: Tree, classification: LineClassification, items: Sequence[ListItem]) -> bool:
    """Return whether a list is beside the page's one story, which is outside of it or is the one item with the page's main heading."""
    is_clear = all(item.is_linked and item.is_timed for item in items)
    list_share = MIN_CLEAR_LIST_SHARE * _words(items) if is_clear else 0
    min_words = max(MIN_STORY_WORDS, MIN_STORY_ITEMS * median(item.words for item in items), list_share)
    headed = [item for item in items if _has_main_heading(tree, item)]
    if len(headed) == 1 and headed[0].words >= min_words:
        return True
    inside = {line_no for item in items for line_no in range(item.first_line, item.end_line)}
    outside = (line for line_no, line in enumerate(tree.lines) if classification.prose_characters[line_no] and line_no not in inside)
    prose_words = sum(word_count(line.text) for line in outside if not classification.is_chrome[line.element_index])
    return prose_words >= min_words
