"""Pages that list stories without saying when they came out: parted by numbers, by rules, or by a line that the page repeats."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from streams.split.blocks import Block
from streams.split.lines import MIN_PROSE_WORDS, RULE, SENTENCE_INSIDE, Kind, Line, key_of
from streams.split.single import best_headline, single_block

CONFIDENCE = 0.75
NUMBER = re.compile(r"(?:#\s?)?(\d{1,3})[.):]\s+(?=\S)")
MIN_REPEATS = 3
MAX_SEPARATOR_WORDS = 6
MIN_HEADLINE_WORDS = 3
MIN_HEADED_SHARE = 0.8
MAX_HEADER_LINES = 4


def list_blocks(lines: Sequence[Line], dense: Sequence[int]) -> list[Block]:
    """Return the articles of a list, or nothing where the page is none."""
    return _numbered_or_ruled(lines, dense) or _separated(lines, dense) or _alternating(lines, dense)


def _numbered_or_ruled(lines: Sequence[Line], dense: Sequence[int]) -> list[Block]:
    numbered: list[int] = []
    for number, place in enumerate(dense):
        found = NUMBER.match(lines[place].text) if lines[place].kind is Kind.SHORT else None
        if found and int(found[1]) == len(numbered) + 1:
            numbered.append(number)
    rules = [bisect_left(dense, place) for place, line in enumerate(lines) if line.kind is Kind.DEBRIS and RULE.fullmatch(line.text)]
    starts = numbered if len(numbered) > 1 else [0, *rules] if rules else []
    blocks: list[Block] = []
    for start, stop in pairwise([*starts, len(dense)]):
        is_headed = stop > start + 1 and lines[dense[start]].kind is Kind.SHORT
        found_blocks = single_block(lines, dense[start:stop]) if is_headed else []
        blocks.extend(replace(block, headline=dense[start], confidence=CONFIDENCE) for block in found_blocks)
    return blocks if len(blocks) > 1 and len(blocks) * 2 > len(starts) else []


def _separated(lines: Sequence[Line], dense: Sequence[int]) -> list[Block]:
    """Return the stories that end with a line which the page repeats ("Read more", "Source: ...")."""
    ends = _separators(lines, dense)
    parts = [list(dense[start:stop]) for start, stop in pairwise([0, *(number + 1 for number in ends)])]
    headed = [_header_length(lines, part) for part in parts]
    if len(parts) < MIN_REPEATS or sum(map(bool, headed[1:])) < MIN_HEADED_SHARE * (len(parts) - 1):
        return []
    usual = Counter(headed[1:]).most_common(1)[0][0]
    parts[0] = _without_page_header(lines, parts[0], usual)
    headed[0] = min(_header_length(lines, parts[0]), usual)
    blocks = []
    for part, length in zip(parts, headed, strict=True):
        first = next((number for number, place in enumerate(part) if _is_text(lines[place])), len(part))
        header, body = part[first - length : first], part[first:-1]
        if header and body:
            headline = best_headline(lines, header)
            blocks.append(Block(header=tuple(header), headline=headline, body=tuple(body), confidence=CONFIDENCE, meta=(part[-1],)))
    return blocks


def _without_page_header(lines: Sequence[Line], part: Sequence[int], usual: int) -> list[int]:
    """Return the first part without what the page says above its first story, sentences among it: the last `usual` lines over prose count."""
    for number in range(len(part) - 1, usual - 1, -1):
        if _is_text(lines[part[number]]) and _header_length(lines, part[number - usual : number + 1]) >= usual:
            return list(part[number - usual :])
    return list(part)


def _separators(lines: Sequence[Line], dense: Sequence[int]) -> list[int]:
    """Return where the line stands (places in `dense`) that the page repeats most often, with prose before each; the last of equals."""
    found: dict[str, list[int]] = {}
    has_prose: dict[str, bool] = {}
    last_prose = -1
    for number, place in enumerate(dense):
        line = lines[place]
        if _is_text(line):
            last_prose = number
        elif line.words <= MAX_SEPARATOR_WORDS and line.kind is not Kind.STAMP:
            sign = _sign(line)
            before = found.setdefault(sign, [])
            has_prose[sign] = has_prose.get(sign, True) and last_prose > (before[-1] if before else -1)
            before.append(number)
    fitting = [numbers for sign, numbers in found.items() if sign and has_prose[sign] and len(numbers) >= MIN_REPEATS]
    return max(fitting, key=lambda numbers: (len(numbers), numbers[-1]), default=[])


def _is_text(line: Line) -> bool:
    """Return whether a line is text, be it in short sentences that ask."""
    return line.kind is Kind.PROSE or (line.words >= MIN_PROSE_WORDS and line.is_terminated and bool(SENTENCE_INSIDE.search(line.text)))


def _sign(line: Line) -> str:
    """Return what makes two separators the same: their words, or the label before a colon."""
    label, colon, _ = line.text.partition(":")
    return key_of(label) + colon if colon else line.key


def _header_length(lines: Sequence[Line], part: Sequence[int]) -> int:
    """Return the number of short lines next above a part's first prose, if one of them could be a headline."""
    first = next((number for number, place in enumerate(part) if _is_text(lines[place])), 0)
    start = first
    while start and first - start < MAX_HEADER_LINES and lines[part[start - 1]].kind is Kind.SHORT and not _is_text(lines[part[start - 1]]):
        start -= 1
    is_headed = any(lines[place].words >= MIN_HEADLINE_WORDS for place in part[start:first])
    return first - start if is_headed else 0


def _alternating(lines: Sequence[Line], dense: Sequence[int]) -> list[Block]:
    return []
