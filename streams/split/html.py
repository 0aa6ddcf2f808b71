"""The articles of a page that is HTML: one story, a list of stories, or an aggregator's own page.

Main text by trafilatura. Measured on the public article-extraction benchmark (83 pages; F1 of 4-word shingles, pages a second on one core):
its default 0.942 at 57; favouring precision 0.964 at 61; fast and precise, the slow way only where that finds little (`main_text`) 0.968 at
85 without the fields; resiliparse 0.914 at 600.
"""

from dataclasses import replace
from typing import TypeAlias

import lxml.etree
import lxml.html

from streams.errors import InvalidRecord, Reason
from streams.records import Cut, Fate, Span
from streams.split.bodies import cleaned
from streams.split.credits import credits_of
from streams.split.html_layout import without_layout_tables
from streams.split.html_meta import Meta, is_story_page, meta_of
from streams.split.html_times import timed_text, with_declared_times
from streams.split.language import language_of
from streams.split.ledger import merged
from streams.split.lines import key_of, word_count
from streams.split.split import MAX_BODY_CHARACTERS, MIN_BODY_WORDS, Cuts, shape_candidates, split_text

MAX_DEPTH = 400
MAX_NODES = 50_000
COUNT = lxml.etree.XPath("count(//*)")
IS_TOO_DEEP = lxml.etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")
LITTLE_TEXT_CHARACTERS = 400
MIN_LIST = 3
LARGEST_OF_LIST = 0.7
CONFIDENCE = 0.9
LIST_CONFIDENCE = 0.75
LOCATE_CHARACTERS = 40

Tree: TypeAlias = lxml.html.HtmlElement


def split_html(text: str, fetched_at: int | None, shapes: bool) -> Cuts:
    """Return the articles of an HTML page. Their `start` and `end` are None: the source of an element isn't kept by the parser.

    Raises:
        InvalidRecord: `limit` where the tree has over `MAX_NODES` nodes or is over `MAX_DEPTH` deep; `too-long` as in `split_page`.
    """
    tree = _tree(text)
    if tree is None:
        return Cuts((), (Span(0, len(text), Fate.UNKNOWN),))
    meta = meta_of(tree)
    may_be_shape = shapes and bool(shape_candidates(text))
    is_list = not is_story_page(tree)
    cuts = _listed(tree, meta, fetched_at, shapes) if is_list or may_be_shape else ()
    cuts = cuts or _single(tree, meta)
    return Cuts(cuts, _spans(text, cuts))


def _tree(text: str) -> Tree | None:
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True)
    try:
        tree = lxml.html.document_fromstring(text.replace("\x00", "").encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError):
        return None  # no element in it
    if COUNT(tree) > MAX_NODES or IS_TOO_DEEP(tree):
        raise InvalidRecord(Reason.LIMIT, f"the page's tree is over {MAX_DEPTH} deep or has over {MAX_NODES:,} elements")
    return tree


def _listed(tree: Tree, meta: Meta, fetched_at: int | None, shapes: bool) -> tuple[Cut, ...]:
    """Return the articles of a page that lists several, or nothing for any other page."""
    is_story = is_story_page(tree)
    elements = [] if is_story else _article_elements(tree)
    if elements:
        cuts = tuple(cut for element in elements for cut in _timed_cuts(element, fetched_at, False)[0][:1])
        return tuple(replace(cut, start=None, end=None, confidence=LIST_CONFIDENCE, outlet=cut.outlet or meta.outlet) for cut in cuts)
    found, is_shaped = _timed_cuts(tree, fetched_at, shapes)
    stamped = sum(cut.published_at is not None or cut.outlet is not None for cut in found)
    is_list = stamped >= MIN_LIST and not is_story
    is_shape = is_shaped and stamped >= 1 and len(found) >= 2
    return tuple(replace(cut, start=None, end=None) for cut in found) if is_list or is_shape else ()


def _timed_cuts(element: Tree, fetched_at: int | None, shapes: bool) -> tuple[tuple[Cut, ...], bool]:
    timed = timed_text(element)
    found = split_text(timed.text, fetched_at, shapes)
    return with_declared_times(found.cuts, timed.times, fetched_at), found.is_shaped


def _article_elements(tree: Tree) -> list[Tree]:
    """Return the outermost `article` elements where they are a list of stories.

    Several of them have text, none is most of the page's, and none alone has the page's main heading, as the one story beside teasers has.
    """
    outer = [element for element in tree.iter("article") if next(element.iterancestors("article"), None) is None]
    sizes = [word_count(element.text_content()) for element in outer]
    told = [element for element, size in zip(outer, sizes, strict=True) if size >= 2 * MIN_BODY_WORDS]
    headed = sum(next(element.iter("h1"), None) is not None for element in outer)
    return told if len(told) >= 2 and headed != 1 and max(sizes) <= LARGEST_OF_LIST * sum(sizes) else []


def _single(tree: Tree, meta: Meta) -> tuple[Cut, ...]:
    body = _without_headline(main_text(tree), meta.title)
    if len(body) > MAX_BODY_CHARACTERS:
        raise InvalidRecord(Reason.TOO_LONG, f"a body has {len(body):,} characters; the limit is {MAX_BODY_CHARACTERS:,}")
    if word_count(body) < MIN_BODY_WORDS:
        return ()
    credits = credits_of(body)
    cut = Cut(
        title=meta.title,
        body=body,
        start=None,
        end=None,
        confidence=CONFIDENCE,
        language=language_of(body),
        outlet=meta.outlet,
        agency=credits.agency,
        dateline=credits.dateline,
        author=meta.author or credits.author,
        published_at=meta.published_at,
        published_precision=meta.published_precision,
    )
    return (cut,)


def _without_headline(body: str, title: str | None) -> str:
    """Return the body without the headline that the extractor took for its first paragraph."""
    first, _, rest = body.partition("\n")
    return rest if rest and title and key_of(first) == key_of(title) else body


def main_text(tree: Tree) -> str:
    """Return the text of a page's one story, paragraphs joined by newlines; empty where there is none.

    The fast way finds nothing but a caption or a notice on about one page of twenty; those go the slow way, which compares extractors.
    """
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    without_layout_tables(tree)
    best = ""
    for is_fast in (True, False):
        found = bare_extraction(tree, fast=is_fast, favor_precision=True, include_comments=False)
        text = "\n".join(filter(None, map(cleaned, (found.text or "").split("\n")))) if isinstance(found, Document) else ""
        best = max(best, text, key=len)
        if len(best) >= LITTLE_TEXT_CHARACTERS:
            break
    return best


def _spans(text: str, cuts: tuple[Cut, ...]) -> tuple[Span, ...]:
    """Return a coarse ledger: paragraphs that stand in the source as they are, and everything else as chrome."""
    pieces: list[tuple[int, Fate]] = []
    at = 0
    for paragraph in (line for cut in cuts for line in cut.body.split("\n")):
        found = text.find(paragraph[:LOCATE_CHARACTERS], at)
        if found >= 0:
            at = min(found + len(paragraph), len(text))
            pieces += [(found, Fate.CHROME), (at, Fate.ARTICLE)]
    return merged([*pieces, (len(text), Fate.CHROME)])
