"""Find the stories of lists without stamps: separated by numbers, rules, gaps, or a line that the page repeats."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from streams.split.text.blocks import Block
from streams.split.text.bodies import is_bare_headline
from streams.split.text.lines import RULE, Line, LineKind, is_text
from streams.split.text.sections import MIN_LISTED_HEADLINE_WORDS, gapped_blocks, marked_blocks
from streams.split.text.separated import separated_blocks
from streams.split.text.single_story import single_block
from streams.split.text.stamps import is_byline

ITEM_NUMBER = re.compile(r"(?:#\s?|\[)?(?:(\d{1,3})[.):\]]|(?=0)(\d{2}))\s+(?=\S)")
# A digest: of so many paragraphs, this share comes alone under a headline. One story has longer sections.
MIN_TURNS = 4
MIN_TURNS_SHARE = 0.7


def list_blocks(lines: Sequence[Line], text_line_nos: Sequence[int]) -> list[Block]:
    """Return the articles of a list, or nothing where the page is no list."""
    return (
        marked_blocks(lines, text_line_nos)
        or _numbered_or_ruled(lines, text_line_nos)
        or separated_blocks(lines, text_line_nos)
        or _alternating(lines, text_line_nos)
        or gapped_blocks(lines, text_line_nos)
    )


def _numbered_or_ruled(lines: Sequence[Line], text_line_nos: Sequence[int]) -> list[Block]:
    numbered: list[int] = []
    for position, line_no in enumerate(text_line_nos):
        match = ITEM_NUMBER.match(lines[line_no].text) if lines[line_no].kind is LineKind.SHORT else None
        if match and int(match[1] or match[2]) == len(numbered) + 1:
            numbered.append(position)
    rules = [
        bisect_left(text_line_nos, line_no)
        for line_no, line in enumerate(lines)
        if line.kind is LineKind.DEBRIS and RULE.fullmatch(line.text)
    ]
    starts = numbered if len(numbered) > 1 else [0, *rules] if rules else []
    blocks: list[Block] = []
    for start, stop in pairwise([*starts, len(text_line_nos)]):
        has_text = any(lines[line_no].is_terminated for line_no in text_line_nos[start + 1 : stop])
        is_headed = has_text and lines[text_line_nos[start]].kind is LineKind.SHORT
        found_blocks = single_block(lines, text_line_nos[start:stop]) if is_headed else []
        blocks.extend(replace(block, headline=text_line_nos[start], method="list") for block in found_blocks)
    return blocks if len(blocks) > 1 and len(blocks) * 2 > len(starts) else []


def _alternating(lines: Sequence[Line], text_line_nos: Sequence[int]) -> list[Block]:
    """Return the stories of a digest, in which headlines and single paragraphs alternate."""
    texts = [position for position, line_no in enumerate(text_line_nos) if is_text(lines[line_no])]
    boxed = {position + 1 for position, line_no in enumerate(text_line_nos) if lines[line_no].kind is LineKind.END}
    headed = [position for position in texts if position and position - 1 not in boxed and _is_headline(lines[text_line_nos[position - 1]])]
    last = headed[-1] if headed else 0  # a notice of the page may follow the last paragraph
    alone = [position for position in headed if position == last or not is_text(lines[text_line_nos[position + 1]])]
    if len(alone) < MIN_TURNS or len(alone) < MIN_TURNS_SHARE * len(texts) or len(alone) < len(headed):
        return []
    return [
        Block(header=(text_line_nos[position - 1],), headline=text_line_nos[position - 1], body=(text_line_nos[position],), method="list")
        for position in alone
    ]


def _is_headline(line: Line) -> bool:
    is_long = line.kind is LineKind.SHORT and line.words >= MIN_LISTED_HEADLINE_WORDS
    return is_long and is_bare_headline(line) and not line.is_bullet and not is_byline(line.text)
