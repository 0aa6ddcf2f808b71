"""Find the stories of lists without stamps: separated by numbers, rules, gaps, or a line that the page repeats."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from streams.split.text.blocks import Block
from streams.split.text.bodies import is_bare_headline
from streams.split.text.lines import RULE, Line, LineKind, is_text, key_of
from streams.split.text.sections import MIN_LISTED_HEADLINE_WORDS, gapped_blocks, header_length, marked_blocks
from streams.split.text.single_story import best_headline, single_block
from streams.split.text.stamps import is_byline

ITEM_NUMBER = re.compile(r"(?:#\s?)?(?:(\d{1,3})[.):]|(?=0)(\d{2}))\s+(?=\S)")
MIN_REPEATS = 3  # stories that make a list; two lines may be equal by chance
MAX_SEPARATOR_WORDS = 6  # "Read more", "Source: Harbour Post"
MIN_HEADED_SHARE = 0.8  # of the parts between separators that must have a headline
# A digest: of so many paragraphs, this share comes alone under a headline. One story has longer sections.
MIN_TURNS = 4
MIN_TURNS_SHARE = 0.7


def list_blocks(lines: Sequence[Line], text_line_nos: Sequence[int]) -> list[Block]:
    """Return the articles of a list, or nothing where the page is no list."""
    return (
        marked_blocks(lines, text_line_nos)
        or _numbered_or_ruled(lines, text_line_nos)
        or _separated(lines, text_line_nos)
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


def _separated(lines: Sequence[Line], text_line_nos: Sequence[int]) -> list[Block]:
    """Return the stories of a page on which each ends with the same line ("Read more", "Source: ...")."""
    ends = _separators(lines, text_line_nos)
    parts = [list(text_line_nos[start:stop]) for start, stop in pairwise([0, *(position + 1 for position in ends)])]
    header_lengths = [header_length(lines, part) for part in parts]
    if len(parts) < MIN_REPEATS or sum(map(bool, header_lengths[1:])) < MIN_HEADED_SHARE * (len(parts) - 1):
        return []
    usual_length = Counter(header_lengths[1:]).most_common(1)[0][0]
    parts[0] = _without_page_header(lines, parts[0], usual_length)
    header_lengths[0] = min(header_length(lines, parts[0]), usual_length)
    blocks = []
    for part, length in zip(parts, header_lengths, strict=True):
        first = next((position for position, line_no in enumerate(part) if is_text(lines[line_no])), len(part))
        header, body = part[first - length : first], part[first:-1]
        if header and body:
            headline = best_headline(lines, header)
            blocks.append(Block(header=tuple(header), headline=headline, body=tuple(body), method="list", meta=(part[-1],)))
    return blocks


def _without_page_header(lines: Sequence[Line], part: Sequence[int], usual_length: int) -> list[int]:
    """Return the first part without the lines above its header, which has `usual_length` lines as in the other parts."""
    for position in range(len(part) - 1, usual_length - 1, -1):
        if is_text(lines[part[position]]) and header_length(lines, part[position - usual_length : position + 1]) >= usual_length:
            return list(part[position - usual_length :])
    return list(part)


def _separators(lines: Sequence[Line], text_line_nos: Sequence[int]) -> list[int]:
    """Return the positions of the line that the page repeats most often, each time below prose; of equals, the last."""
    positions_by_key: dict[str, list[int]] = {}
    has_prose: dict[str, bool] = {}
    last_prose = -1
    for position, line_no in enumerate(text_line_nos):
        line = lines[line_no]
        if is_text(line):
            last_prose = position
        elif line.words <= MAX_SEPARATOR_WORDS and line.kind is not LineKind.STAMP:
            key = _separator_key(line)
            earlier = positions_by_key.setdefault(key, [])
            has_prose[key] = has_prose.get(key, True) and last_prose > (earlier[-1] if earlier else -1)
            earlier.append(position)
    fitting = [numbers for key, numbers in positions_by_key.items() if key and has_prose[key] and len(numbers) >= MIN_REPEATS]
    return max(fitting, key=lambda numbers: (len(numbers), numbers[-1]), default=[])


def _separator_key(line: Line) -> str:
    """Return the key by which separators are compared: their words, or the label before a colon."""
    label, colon, _ = line.text.partition(":")
    return key_of(label) + colon if colon else line.key


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
