"""Split plain text into articles with all their fields.

The order: lines -> the page shape that explains the page, else the general fallback -> blocks (one for each article) -> bodies -> fields.
"""

import functools
import re
from collections.abc import Sequence

from streams.errors import InvalidRecord, Reason
from streams.records import MAX_BODY_CHARACTERS, Cut, Fate
from streams.split.cuts import MAX_ARTICLES, MIN_BODY_WORDS, Cuts, require_few_articles
from streams.split.fields.ages import publication_time
from streams.split.fields.credits import credits_of
from streams.split.fields.language import language_of
from streams.split.text.blocks import Block, blocks_of
from streams.split.text.bodies import Body, body_of, clean_text
from streams.split.text.boilerplate import boilerplate_line_nos
from streams.split.text.confidence import confidence_of
from streams.split.text.general import general_blocks
from streams.split.text.inline_stamps import separate_inline_stamps
from streams.split.text.ledger import spans_of
from streams.split.text.lines import Line, LineKind, PageWords, lines_of, require_few_lines, word_count
from streams.split.text.lists import ITEM_NUMBER
from streams.split.text.run_in_headings import separate_run_in_headings
from streams.split.text.shape_files import MAX_SIGN_CHARACTERS
from streams.split.text.shape_records import PageShape
from streams.split.text.shapes import general_words, page_shapes
from streams.split.text.short_text import short_text_blocks
from streams.split.text.single_story import MAX_WHOLE_LINES, is_index
from streams.split.text.source_line import AT_END, day_of, source_at_end
from streams.split.text.stamps import is_byline
from streams.split.text.unwrap import unwrap

HEAD_CHARACTERS = (100, 400)  # of a body that show whether it has a sentence: the first are enough for most
MIN_SHAPED_SHARE = 0.7  # of the stamps of a page that its shape must explain
MAX_CHARACTERS_WITH_TITLE = 200  # of a body whose language may need the title as well
TITLE_LABEL = re.compile(r"^(?:title|headline|t[ií]tulo|titular|titre|titel|titolo)\s?:\s+", re.IGNORECASE)
INLINE_BYLINE = re.compile(r"[\s|·•–-]((?:[Bb]y|[Pp]or|[Pp]ar|[Vv]on|[Dd]i|[Dd]a)\s+(?=[^\W\d_a-z]).*)")
TICKER_TIME = re.compile(r"^\d{1,2}[.:]\d\d(?:\s?(?:Uhr|h))?\s?[:–-]\s")  # "+++ 14.20 Uhr: Pier closed +++"
READING_TIME_IN_BRACKETS = re.compile(r"\s\(\d+[\s-]?min[^()]{0,25}\)$", re.IGNORECASE)  # "(4 minute read)"


def split_text(text: str, fetched_at: int | None, shapes: bool = True) -> Cuts:
    """Return the articles of a page of plain text. Arguments and errors: see `streams.split.split_page`."""
    return split_by_shapes(text, fetched_at, shape_candidates(text) if shapes else [])


def split_by_shapes(text: str, fetched_at: int | None, candidates: Sequence[PageShape]) -> Cuts:
    """Return the articles of a page by the best of these shapes, else by the general fallback. Errors: see `streams.split.split_page`."""
    require_few_lines(text)
    lines, blocks = _best_shape(text, candidates)
    require_few_articles(MAX_ARTICLES, len(blocks))
    cuts = _cuts(lines, blocks, fetched_at)
    short = () if cuts.cuts else short_text_blocks(lines)
    return _cuts(lines, short, fetched_at) if short else cuts


def _cuts(lines: Sequence[Line], blocks: Sequence[Block], fetched_at: int | None) -> Cuts:
    """Return the articles of `blocks`, and the ledger of the page."""
    cuts: list[Cut] = []
    fates: dict[int, Fate] = {}
    debris: dict[int, int] = {}
    asides: dict[int, tuple[int, int]] = {}
    repeated = boilerplate_line_nos(lines, blocks)
    for block in blocks:
        body = body_of(lines, [line_no for line_no in block.body if line_no not in repeated] if repeated else block.body)
        cut = _cut(lines, block, body, fetched_at, articles=len(blocks))
        _add_fates(block, body, cut is not None, fates)
        debris.update(body.cuts if cut else ())
        asides.update((line_no, (start, stop)) for line_no, start, stop in body.asides)
        if cut:
            cuts.append(cut)
    fates.update(dict.fromkeys(repeated, Fate.DEBRIS))
    is_shaped = any(block.method in ("shape", "lead") for block in blocks)
    return Cuts(tuple(cuts), spans_of(lines, fates, debris, asides), is_shaped)


def shape_candidates(text: str) -> list[PageShape]:
    """Return the page shapes whose signs are all on lines of `text`, those with the longest headers first.

    The headers of shape A also match the end of those of shape B.
    """
    folded = "\n".join([line for line in text.splitlines() if len(line) <= MAX_SIGN_CHARACTERS]).casefold()
    fitting = [shape for shape in page_shapes() if all(sign in folded for sign in shape.signs)]
    return sorted(fitting, key=lambda shape: -max(len(header.tokens) for header in shape.headers))


def _best_shape(text: str, candidates: Sequence[PageShape]) -> tuple[list[Line], list[Block]]:
    """Return lines and blocks by the shape that explains most stamps of the page, or by the general fallback if none explains enough."""
    if candidates:
        lines = lines_of(text, _words_of(tuple(candidates)))
        stamps = len([line for line in lines if line.stamp])
        best: tuple[int, list[Block]] = (-1, [])
        for shape in candidates:
            blocks = [block for block in blocks_of(lines, shape) if block.method != "lead" or not is_index(lines, block.body)]
            explained = len([block for block in blocks if block.age])
            if blocks and explained >= MIN_SHAPED_SHARE * stamps and explained > best[0]:
                best = (explained, blocks)
            if best[0] == stamps:
                break
        if best[1]:
            return lines, best[1]
    lines = lines_of(separate_inline_stamps(separate_run_in_headings(unwrap(text))), general_words())
    return lines, general_blocks(lines)


@functools.cache
def _words_of(shapes: tuple[PageShape, ...]) -> PageWords:
    """Return the words of the candidate shapes, and the general chrome without its names of sections."""
    common = general_words()
    ends = frozenset().union(*(shape.words.ends for shape in shapes))
    return PageWords(common.chrome - common.ends | frozenset().union(*(shape.words.chrome for shape in shapes)), ends)


def _cut(lines: Sequence[Line], block: Block, body: Body, fetched_at: int | None, articles: int) -> Cut | None:
    """Return the article of a block, or None where its body is no sentence. `articles`: the number of blocks of the page."""
    if len(body.text) > MAX_BODY_CHARACTERS:
        raise InvalidRecord(Reason.TOO_LONG, f"a body has {len(body.text):,} characters; the limit is {MAX_BODY_CHARACTERS:,}")
    if not body.kept or (block.method != "whole" and _is_no_sentence(body.text) and not (articles == 1 and _are_few(lines))):
        return None
    title = _title(lines, block)
    credits = credits_of(body.text, _byline(lines, block))
    time, precision = publication_time(block.age or (day_of(credits.day) if credits.day else None), fetched_at)
    first, last = min([*block.header, body.kept[0]]), body.kept[-1]
    end = dict(body.cuts).get(last, lines[last].offset + len(lines[last].text))
    return Cut(
        title=title,
        body=body.text,
        start=lines[first].offset,
        end=end,
        confidence=confidence_of(lines, block, body),
        language=language_of(body.text)
        or (language_of(f"{title} {body.text}") if title and len(body.text) < MAX_CHARACTERS_WITH_TITLE else None),
        outlet=clean_text(block.outlet) or None if block.outlet else None,
        agency=credits.agency,
        dateline=credits.dateline,
        author=credits.author,
        published_at=time,
        published_precision=precision,
    )


def _is_no_sentence(text: str) -> bool:
    """Return whether a text has fewer words than a sentence."""
    return all(word_count(text[:characters]) < MIN_BODY_WORDS for characters in HEAD_CHARACTERS)


def _are_few(lines: Sequence[Line]) -> bool:
    """Return whether the page is only a short text."""
    return sum(line.kind is not LineKind.EMPTY for line in lines) <= MAX_WHOLE_LINES


def _title(lines: Sequence[Line], block: Block) -> str | None:
    if block.headline is None:
        return None
    text = lines[block.headline].text
    number = ITEM_NUMBER.match(text) if block.method == "list" or text.startswith("[") else None
    text = text[number.end() :] if number else text
    text = TITLE_LABEL.sub("", text) if ":" in text else text
    if text[:1] == text[-1:] == "+":
        text = TICKER_TIME.sub("", text.strip("+ "))
    text = AT_END.sub("", text) if source_at_end(text) else text
    return clean_text(READING_TIME_IN_BRACKETS.sub("", text) if text[-1:] == ")" else text) or None


def _byline(lines: Sequence[Line], block: Block) -> str | None:
    others = [lines[line_no] for line_no in block.header if line_no != block.headline]
    found = next((line.text for line in others if line.kind in (LineKind.SHORT, LineKind.STAMP) and is_byline(line.text)), None)
    stamped = (INLINE_BYLINE.search(line.text) for line in others if line.kind is LineKind.STAMP)
    return found or next((line[1] for line in stamped if line), None)


def _add_fates(block: Block, body: Body, is_article: bool, fates: dict[int, Fate]) -> None:
    """Add the fates of a block's lines to `fates`."""
    for line_no in (*block.header, *block.meta):
        fates[line_no] = Fate.META
    if block.headline is not None:
        fates[block.headline] = Fate.HEADLINE if is_article else Fate.LINK
    for line_no in body.kept:
        fates[line_no] = Fate.ARTICLE if is_article else Fate.UNKNOWN
    for line_no in body.debris:
        fates[line_no] = Fate.DEBRIS
    for line_no in body.links:
        fates[line_no] = Fate.LINK
