"""Fill the fields that the articles of an HTML list take from their page: outlets by the list's own layout, and the day of a digest."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html import unescape

from streams.records import Cut
from streams.split.fields.ages import publication_time
from streams.split.html.list_items import ListItem
from streams.split.html.metadata import StoryMetadata
from streams.split.html.tree import TextLine, Tree
from streams.split.text.bodies import clean_text
from streams.split.text.lines import MIN_HEADLINE_WORDS, word_count
from streams.split.text.outlet_headings import MIN_NAMED_SHARE, are_outlets, has_outlet_word
from streams.split.text.separated import NAMED_SOURCE
from streams.split.text.stamps import MAX_OUTLET_WORDS, MAX_STAMP_CHARACTERS, is_outlet_name, stamp_of

LINK = re.compile(
    r"<a\b[^>]{0,300}?\bhref\s{0,3}=\s{0,3}[\"']?https?://(?:[^/\"'\s>?#]{0,200}\.)?([^./\"'\s>?#]{1,63}\.[^./\"'\s>?#]{1,63})", re.I
)
PERSON = re.compile(r"[^\W\d_a-z][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,3}")
MIN_NAMED_ITEMS = 3  # links that begin with the same words
MIN_OUTLETS = 2  # different ones in the items: the page is an aggregator's, and its name no outlet of the others
MIN_OWN_LINKS_SHARE = 0.5  # of the items that link to one site: that of the page
ALIGNED_DISTANCES = (1, -1, 2)  # of an outlet from its headline, in lines
MAX_LEAD_LINES = 40  # above the first item, in which a digest prints its day
SEPARATORS = " ·•|,–—-()"


def fill_list_outlets(tree: Tree, items: Sequence[ListItem], cuts: Sequence[Cut], page: StoryMetadata) -> list[Cut]:
    """Return the articles, those without an outlet with the one at the same position in the layout, or the page's.

    The page's name is the outlet of its own stories only: not where the items name several outlets, or link to different sites.
    `items`: one for each of `cuts`.
    """
    links_elsewhere = _link_elsewhere(tree, items)
    cuts = _with_linked_outlets(tree, items, _with_headlines_below_outlets(tree, items, cuts))
    cuts = cuts if page.outlet is None or links_elsewhere else _without_labels(cuts)
    own = [_element_names(tree, item, cut.outlet) for item, cut in zip(items, cuts, strict=True) if cut.outlet]
    names = next((name for name, count in Counter(filter(None, own)).most_common(1) if count >= MIN_OUTLETS), None)
    filled = [
        cut if cut.outlet or names is None else replace(cut, outlet=_outlet_in(tree, item, names))
        for item, cut in zip(items, cuts, strict=True)
    ]
    filled = _with_aligned_outlets(tree, items, filled)
    is_aggregator = names_several_outlets(filled) or links_elsewhere
    return filled if is_aggregator else [replace(cut, outlet=cut.outlet or page.outlet) for cut in filled]


def _without_labels(cuts: Sequence[Cut]) -> Sequence[Cut]:
    """Return the articles of a site's own list without the names beside their dates, if these are authors or the one section.

    Outlets have a word of newspapers' names, or differ in form; aggregators print ages, not dates.
    """
    names = [cut.outlet for cut in cuts if cut.outlet and cut.published_precision == "day" and not has_outlet_word(cut.outlet)]
    are_authors = len({*names}) > 1 and all(PERSON.fullmatch(name) for name in names)
    if len(names) < max(MIN_NAMED_ITEMS, len(cuts)) or not (are_authors or len({*names}) == 1):
        return cuts
    return [replace(cut, outlet=None, author=cut.author or (cut.outlet if are_authors else None)) for cut in cuts]


def _with_headlines_below_outlets(tree: Tree, items: Sequence[ListItem], cuts: Sequence[Cut]) -> Sequence[Cut]:
    """Return the articles of a press review whose headings name the outlets, with the lines below these as their titles."""
    below = [_headline_below(tree, item, cut) for item, cut in zip(items, cuts, strict=True)]
    if not all(below) or not are_outlets([cut.title or "" for cut in cuts]):
        return cuts
    return [replace(cut, title=title, outlet=cut.title) for cut, title in zip(cuts, below, strict=True)]


def _headline_below(tree: Tree, item: ListItem, cut: Cut) -> str | None:
    """Return the line below the heading of an item, if it may be a headline and is not in the body."""
    if item.headline is None or cut.outlet or item.headline + 1 >= item.end_line:
        return None
    text = clean_text(tree.lines[item.headline + 1].text)
    is_headline = word_count(text) >= MIN_HEADLINE_WORDS and not text.endswith(".") and not cut.body.startswith(text)
    return text if is_headline and stamp_of(text) is None else None


def names_several_outlets(cuts: Iterable[Cut]) -> bool:
    """Return whether the articles are of several outlets, as on the page of an aggregator or a press review."""
    return len({cut.outlet for cut in cuts if cut.outlet}) >= MIN_OUTLETS


def _with_linked_outlets(tree: Tree, items: Sequence[ListItem], cuts: Sequence[Cut]) -> Sequence[Cut]:
    """Return the articles with the outlets that links below them name: "Read it at Harbour Post", the same words in each, another name."""
    found = [[match for line in tree.lines[item.first_line : item.end_line] if (match := _named_source(line))] for item in items]
    leads = Counter(lead for matches in found for lead in {match["lead"].casefold() for match in matches})
    lead, count = leads.most_common(1)[0] if leads else ("", 0)
    names = [[match["name"] for match in matches if match["lead"].casefold() == lead] for matches in found]
    if count < MIN_NAMED_ITEMS or len({name for own in names for name in own}) < MIN_OUTLETS or max(map(len, names)) > 1:
        return cuts
    return [cut if cut.outlet or not own else replace(cut, outlet=own[0]) for cut, own in zip(cuts, names, strict=True)]


def _with_aligned_outlets(tree: Tree, items: Sequence[ListItem], cuts: Sequence[Cut]) -> list[Cut]:
    """Return the articles, those without an outlet with the name at the same distance from the headline in all, as in the mail of an alert.

    The lines at that distance are short and of several texts, and most have a word of newspapers' names: others may be topics or authors.
    """
    for distance in ALIGNED_DISTANCES:
        names = [_line_text(tree, item, distance) for item in items]
        named = sum(has_outlet_word(name) for name in names if name)
        if all(names) and len({*names}) >= MIN_OUTLETS and named >= MIN_NAMED_SHARE * len(names):
            return [replace(cut, outlet=cut.outlet or name) for cut, name in zip(cuts, names, strict=True)]
    return [*cuts]


def _line_text(tree: Tree, item: ListItem, distance: int) -> str | None:
    """Return the line of an item at a distance from its headline, if it may be a name."""
    line_no = item.first_line - 1 if item.headline is None else item.headline + distance
    text = tree.lines[line_no].text.strip(SEPARATORS) if item.first_line <= line_no < item.end_line else ""
    is_name = 0 < len(text.split()) <= MAX_OUTLET_WORDS and text[0].isupper() and text[-1] not in ".?!:;,…"
    return text if is_name and stamp_of(text) is None else None


def _named_source(line: TextLine) -> re.Match[str] | None:
    found = NAMED_SOURCE.fullmatch(line.text) if line.is_link and len(line.text) <= MAX_STAMP_CHARACTERS else None
    return found if found and is_outlet_name(found["name"]) else None


def fill_digest_day(tree: Tree, first_line: int, cuts: Sequence[Cut], page: StoryMetadata, fetched_at: int | None) -> list[Cut]:
    """Return the articles of a digest, those without a time with that of the digest: as declared, or the one day printed above them."""
    time, precision = page.published_at, page.published_precision
    if time is None:
        lead = (line for line in tree.lines[max(0, first_line - MAX_LEAD_LINES) : first_line] if len(line.text) <= MAX_STAMP_CHARACTERS)
        stamps = [stamp for line in lead for text in _texts(tree, line) if (stamp := stamp_of(text) or stamp_of(text.partition(", ")[2]))]
        days = {stamp.age.day: stamp.age for stamp in stamps if stamp.age.day}
        time, precision = publication_time(next(iter(days.values())), fetched_at) if len(days) == 1 else (None, None)
    return [cut if cut.published_at else replace(cut, published_at=time, published_precision=precision) for cut in cuts]


def _element_names(tree: Tree, item: ListItem, outlet: str | None) -> str | None:
    """Return the names of the block that has an outlet in an element of its own."""
    for line in tree.lines[item.first_line : item.end_line]:
        if len(line.text) <= MAX_STAMP_CHARACTERS and outlet in [*_texts(tree, line)]:
            return tree.elements[line.element_index].names or None
    return None


def _outlet_in(tree: Tree, item: ListItem, names: str) -> str | None:
    lines = (line for line in tree.lines[item.first_line : item.end_line] if tree.elements[line.element_index].names == names)
    texts = (text for line in lines if len(line.text) <= MAX_STAMP_CHARACTERS for text in _texts(tree, line))
    return next((text for text in texts if is_outlet_name(text) and stamp_of(text) is None), None)


def _texts(tree: Tree, line: TextLine) -> Iterator[str]:
    return (clean_text(unescape(tree.source[start:end])).strip(SEPARATORS) for start, end in line.pieces)


def _link_elsewhere(tree: Tree, items: Sequence[ListItem]) -> bool:
    """Return whether the items link to different sites: those of the outlets whose stories a digest summarizes."""
    found = (LINK.search(tree.source, item.start, item.end) for item in items)
    sites = Counter(link[1].lower() for link in found if link)
    return len(sites) > 1 and max(sites.values()) < MIN_OWN_LINKS_SHARE * sites.total()
