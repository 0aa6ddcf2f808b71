"""Find the headline of an HTML page among its headings and declared titles, without the site, sections and dates that titles add."""

import re
from collections.abc import Iterator, Sequence
from itertools import product

from streams.split.html.tree import Tree
from streams.split.text.bodies import clean_text
from streams.split.text.lines import key_of, word_count, words_of
from streams.split.text.shapes import general_words
from streams.split.text.stamps import is_outlet_name, stamp_of

TITLE_SEPARATOR = re.compile(r"(?<!\s)(?:\s+[|•·–—-]\s+|\s*+｜\s*+)")
MIN_REWORDED_OVERLAP = 0.75  # share of the words of the shorter title
SITE = re.compile(r"(?:\s+[|•·–—:-]\s+|\s*+[｜：]\s*+)\S")
ARCHIVED = re.compile(r"\s\([A-Z][a-z]+ (?:19|20)\d\d\)$")  # "Old bridge to close (Published 2016)"
# In the tag of a link to the home page: its relation, or an address without a path.
HOME = re.compile(r"\brel=[\"']?home\b|\bhref=[\"']?(?:https?://[^/\"'\s>]{1,200}/?|/)[\"'\s>]", re.IGNORECASE)
MAX_LINK_CHARACTERS = 400
MIN_TITLE_WORDS = 3
MAX_SECTION_WORDS = 3
MAX_SEPARATED_CHARACTERS = 500  # of a title with sites and sections; a hostile one has thousands of parts
MAX_HEADING_LINES = 10
MAX_HEADING_CHARACTERS = 10_000  # as of a title; three hundred unclosed headings in each other have all of a page's text each
MAIN_HEADING = ("h1",)
TITLE_HEADINGS = ("h1", "h2", "h3")


def page_title(tree: Tree, declared: Sequence[str | None], outlet: str | None) -> str | None:
    """Return the headline without the outlet's name that pages append to it.

    Of the `declared` titles the first counts, or one that a main heading has too if the first is nearly the same, an earlier wording. A
    heading to which a title adds the site or a date is the headline. `<title>` contains the headline, and often the site and a section: the
    longest heading that it contains is the headline.
    """
    declared_page = next(map(clean_text, tree.titles), "")
    titles = [title for title in declared if title]
    main_headings = list(filter(None, map(clean_text, headings(tree, MAIN_HEADING))))
    for declared_title, main_heading in product(titles, main_headings):
        is_agreed = declared_title == main_heading and _is_reworded(declared_title, titles[0])
        if is_agreed or _adds_site(declared_title, main_heading):
            return main_heading
    title = next(iter(titles), None) or _heading_in(declared_page, tree, main_headings)
    if title:
        return _without_site(tree, title, outlet) if outlet else title
    return _without_site(tree, declared_page, outlet) or next(iter(main_headings), None)


def site_name(tree: Tree) -> str | None:
    """Return the name of the site: the part of `<title>` that is the text of a link to the home page."""
    parts = frozenset(TITLE_SEPARATOR.split(next(map(clean_text, tree.titles), "")[:MAX_SEPARATED_CHARACTERS]))
    for line in tree.lines:
        if line.is_link and line.text in parts and is_outlet_name(line.text):
            start = line.pieces[0][0]
            tag = tree.source.rfind("<a", max(0, start - MAX_LINK_CHARACTERS), start)
            if tag >= 0 and HOME.search(tree.source, tag, start):
                return line.text
    return None


def _heading_in(declared_page: str, tree: Tree, main_headings: Sequence[str]) -> str | None:
    """Return the longest heading that `<title>` contains, else the first main heading of some words."""
    in_title = (heading for heading in map(clean_text, headings(tree, TITLE_HEADINGS)) if heading in declared_page)
    heading = max((text for text in in_title if word_count(text) >= MIN_TITLE_WORDS), key=len, default=None)
    return heading or next((heading for heading in main_headings if word_count(heading) >= MIN_TITLE_WORDS), None)


def _is_reworded(title: str, other: str) -> bool:
    words, others = words_of(title), words_of(other)
    return len(words & others) >= MIN_REWORDED_OVERLAP * min(len(words), len(others))


def _adds_site(title: str, heading: str) -> bool:
    """Return whether a title is a heading with the site or a date behind it: "Old bridge to close | HP | 03.06.2025"."""
    return word_count(heading) >= MIN_TITLE_WORDS - 1 and title.startswith(heading) and bool(SITE.match(title, len(heading)))


def headings(tree: Tree, tags: Sequence[str]) -> Iterator[str]:
    """Yield the texts of the headings of a page that have one of `tags`; one of many lines is not closed, and has the story in it."""
    for element in (tree.elements[index] for index in tree.headings):
        if element.tag in tags and element.first_line < element.end_line <= element.first_line + MAX_HEADING_LINES:
            text = " ".join(line.text for line in tree.lines[element.first_line : element.end_line])
            if len(text) <= MAX_HEADING_CHARACTERS:
                yield text


def _without_site(tree: Tree, title: str, outlet: str | None) -> str:
    """Return `title` without its last part if that names the outlet or no outlet is known, and without dates and sections there."""
    if len(title) > MAX_SEPARATED_CHARACTERS:
        return title
    title = ARCHIVED.sub("", title)
    head, *rest = TITLE_SEPARATOR.split(title)
    if rest and key_of(head) in general_words().chrome and word_count(title) - word_count(head) >= MIN_TITLE_WORDS:
        return _without_site(tree, title[title.find(rest[0], len(head)) :], outlet)  # "Opinion | Old bridge to close"
    is_site = outlet is None
    while rest and word_count(head) >= MIN_TITLE_WORDS:
        is_outlet = bool(outlet) and _names(rest[-1], outlet or "")
        if not (is_site or is_outlet or stamp_of(rest[-1])):
            break
        title = title[: title.rfind(rest.pop())].rstrip(" |｜•·–—-")
        is_site = bool(rest) and (is_site or is_outlet) and _is_section(tree, rest[-1])
    return title


def _names(part: str, outlet: str) -> bool:
    """Return whether a part of a title has the outlet's name, is it without an article, or its initials: "Times" of "The Times"."""
    initials = "".join(word[0] for word in outlet.split())
    return (
        outlet.casefold() in part.casefold() or (word_count(part) > 1 and part.casefold() in outlet.casefold()) or part == initials.upper()
    )


def _is_section(tree: Tree, part: str) -> bool:
    """Return whether a part of a title is the name of a section: a word for one, or the text of a link on the page."""
    if word_count(part) > MAX_SECTION_WORDS:
        return False
    return key_of(part) in general_words().chrome or any(line.is_link and part.casefold() in line.text.casefold() for line in tree.lines)
