"""Read a dump that is one short text, such as the brief of a wire: it is one article, however short, unless it is a list."""

import re
from collections.abc import Sequence
from itertools import pairwise

from streams.split.text.blocks import Block
from streams.split.text.lines import MIN_HEADLINE_WORDS, Line, LineKind

MAX_LINES = 12
MAX_WORDS = 150
MAX_UNFINISHED = 1  # paragraphs that do not end like a sentence, beside the headline; a list of headlines has more
SIGNATURE = re.compile(r"[A-Z][A-Za-z]{1,14}(?:[ /][A-Z][a-z]{1,14})?\.?")  # "REUTER", "Reuters", at the end of a brief
PAGE_KINDS = frozenset({LineKind.CHROME, LineKind.END, LineKind.HASHTAG})


def short_text_blocks(lines: Sequence[Line]) -> list[Block]:
    """Return the article that all lines are, or nothing where they are a longer text, the page of a site, or a list."""
    line_nos = [line_no for line_no, line in enumerate(lines) if line.kind not in (LineKind.EMPTY, LineKind.DEBRIS)]
    words = sum(lines[line_no].words for line_no in line_nos)
    if not 0 < len(line_nos) <= MAX_LINES or words > MAX_WORDS or any(lines[line_no].kind in PAGE_KINDS for line_no in line_nos):
        return []
    stamp = next((lines[line_no].stamp for line_no in line_nos if lines[line_no].stamp), None)
    text = [line_no for line_no in line_nos if lines[line_no].key and not lines[line_no].stamp] or line_nos
    if len(text) > 2 and SIGNATURE.fullmatch(lines[text[-1]].text):
        text = text[:-1]
    headline = text[0] if len(text) > 1 and not lines[text[0]].is_terminated and not _continues(lines, text[0], text[1]) else None
    body = text if headline is None else text[1:]
    if _unfinished(lines, body) > MAX_UNFINISHED:
        return []
    header = tuple(line_no for line_no in line_nos if line_no < body[0])
    age, outlet = (stamp.age, stamp.outlet) if stamp else (None, None)
    return [Block(header=header, headline=headline, body=tuple(body), method="whole", age=age, outlet=outlet)]


def _unfinished(lines: Sequence[Line], body: Sequence[int]) -> int:
    """Return the number of paragraphs that are long enough for a headline and do not end like a sentence."""
    ends = [line_no for line_no, following in pairwise([*body, len(lines) + 1]) if following - line_no > 1 or lines[line_no].is_terminated]
    last = ends if ends and ends[-1] == body[-1] else [*ends, body[-1]]
    joined = [line_no for line_no, following in pairwise(body) if following - line_no == 1 and _continues(lines, line_no, following)]
    starts = [line_no for line_no in body if lines[line_no].words >= MIN_HEADLINE_WORDS and not lines[line_no].is_terminated]
    return sum(line_no in last or line_no not in joined for line_no in starts)


def _continues(lines: Sequence[Line], line_no: int, following: int) -> bool:
    """Return whether the line below goes on with a sentence that is wrapped at a column."""
    first = lines[following].text[0]
    return (
        following - line_no == 1
        and not lines[line_no].is_terminated
        and (first.islower() or first.isdigit() or lines[following].is_terminated)
    )
