"""Pages that list stories without saying when they came out: parted by numbers, by rules, or by a line that the page repeats."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from streams.split.text.blocks import Block
from streams.split.text.bodies import SPEECH, is_bare_headline
from streams.split.text.lines import MIN_PROSE_WORDS, RULE, SENTENCE_INSIDE, Line, LineKind, key_of
from streams.split.text.single_story import best_headline, single_block, until_story_end
from streams.split.text.stamps import is_byline, is_outlet_name

NUMBER = re.compile(r"(?:#\s?)?(\d{1,3})[.):]\s+(?=\S)")
MIN_REPEATS = 3
MAX_SEPARATOR_WORDS = 6
MIN_HEADLINE_WORDS = 3
MIN_HEADED_SHARE = 0.8
MAX_HEADER_LINES = 4
MAX_GAP = 100
MAX_LOOSE_PARTS = 2
MIN_TURNS_SHARE = 0.7
MIN_TURNS = 4
MIN_MEAN_WORDS = 5  # of the headlines of stories that only gaps part; a story's own subheads are shorter


def list_blocks(lines: Sequence[Line], text_line_nos: Sequence[int]) -> list[Block]:
    """Return the articles of a list, or nothing where the page is none."""
    return (
        _numbered_or_ruled(lines, text_line_nos)
        or _separated(lines, text_line_nos)
        or _alternating(lines, text_line_nos)
        or gapped_blocks(lines, text_line_nos)
    )


def _numbered_or_ruled(lines: Sequence[Line], text_line_nos: Sequence[int]) -> list[Block]:
    numbered: list[int] = []
    for number, line_no in enumerate(text_line_nos):
        found = NUMBER.match(lines[line_no].text) if lines[line_no].kind is LineKind.SHORT else None
        if found and int(found[1]) == len(numbered) + 1:
            numbered.append(number)
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
    """Return the stories that end with a line which the page repeats ("Read more", "Source: ...")."""
    ends = _separators(lines, text_line_nos)
    parts = [list(text_line_nos[start:stop]) for start, stop in pairwise([0, *(number + 1 for number in ends)])]
    headed = [_header_length(lines, part) for part in parts]
    if len(parts) < MIN_REPEATS or sum(map(bool, headed[1:])) < MIN_HEADED_SHARE * (len(parts) - 1):
        return []
    usual = Counter(headed[1:]).most_common(1)[0][0]
    parts[0] = _without_page_header(lines, parts[0], usual)
    headed[0] = min(_header_length(lines, parts[0]), usual)
    blocks = []
    for part, length in zip(parts, headed, strict=True):
        first = next((number for number, line_no in enumerate(part) if _is_text(lines[line_no])), len(part))
        header, body = part[first - length : first], part[first:-1]
        if header and body:
            headline = best_headline(lines, header)
            blocks.append(Block(header=tuple(header), headline=headline, body=tuple(body), method="list", meta=(part[-1],)))
    return blocks


def _without_page_header(lines: Sequence[Line], part: Sequence[int], usual: int) -> list[int]:
    """Return the first part without what the page says above its first story: the last `usual` lines over prose count."""
    for number in range(len(part) - 1, usual - 1, -1):
        if _is_text(lines[part[number]]) and _header_length(lines, part[number - usual : number + 1]) >= usual:
            return list(part[number - usual :])
    return list(part)


def _separators(lines: Sequence[Line], text_line_nos: Sequence[int]) -> list[int]:
    """Return where the line stands (places in `dense`) that the page repeats most often, with prose before each; the last of equals."""
    found: dict[str, list[int]] = {}
    has_prose: dict[str, bool] = {}
    last_prose = -1
    for number, line_no in enumerate(text_line_nos):
        line = lines[line_no]
        if _is_text(line):
            last_prose = number
        elif line.words <= MAX_SEPARATOR_WORDS and line.kind is not LineKind.STAMP:
            sign = _sign(line)
            before = found.setdefault(sign, [])
            has_prose[sign] = has_prose.get(sign, True) and last_prose > (before[-1] if before else -1)
            before.append(number)
    fitting = [numbers for sign, numbers in found.items() if sign and has_prose[sign] and len(numbers) >= MIN_REPEATS]
    return max(fitting, key=lambda numbers: (len(numbers), numbers[-1]), default=[])


def _is_text(line: Line) -> bool:
    """Return whether a line is text, be it in short sentences that ask."""
    if line.kind is not LineKind.SHORT or line.words < MIN_PROSE_WORDS:
        return line.kind is LineKind.PROSE
    return line.is_terminated and bool(SENTENCE_INSIDE.search(line.text))


def _sign(line: Line) -> str:
    """Return what makes two separators the same: their words, or the label before a colon."""
    label, colon, _ = line.text.partition(":")
    return key_of(label) + colon if colon else line.key


def _header_length(lines: Sequence[Line], part: Sequence[int]) -> int:
    """Return the number of short lines next above a part's first prose, if one of them could be a headline."""
    first = next((number for number, line_no in enumerate(part) if _is_text(lines[line_no])), 0)
    start = first
    while start and first - start < MAX_HEADER_LINES and _is_header(lines[part[start - 1]]):
        start -= 1
    is_headed = any(lines[line_no].words >= MIN_HEADLINE_WORDS for line_no in part[start:first])
    return first - start if is_headed else 0


def _alternating(lines: Sequence[Line], text_line_nos: Sequence[int]) -> list[Block]:
    """Return the stories of a page on which headlines and single paragraphs take turns, as in a digest; one story has longer sections."""
    texts = [number for number, line_no in enumerate(text_line_nos) if _is_text(lines[line_no])]
    boxed = {number + 1 for number, line_no in enumerate(text_line_nos) if lines[line_no].kind is LineKind.END}
    headed = [number for number in texts if number and number - 1 not in boxed and _is_headline(lines[text_line_nos[number - 1]])]
    last = headed[-1] if headed else 0  # below the last may stand a notice of the page
    alone = [number for number in headed if number == last or not _is_text(lines[text_line_nos[number + 1]])]
    if len(alone) < MIN_TURNS or len(alone) < MIN_TURNS_SHARE * len(texts) or len(alone) < len(headed):
        return []
    return [
        Block(header=(text_line_nos[number - 1],), headline=text_line_nos[number - 1], body=(text_line_nos[number],), method="list")
        for number in alone
    ]


def gapped_blocks(lines: Sequence[Line], text_line_nos: Sequence[int]) -> list[Block]:
    """Return the stories of a page that parts them by wider gaps than their paragraphs, each with a headline below its gap."""
    pairs = list(pairwise(text_line_nos))
    inside = Counter(line_no - before for before, line_no in pairs if lines[line_no].is_terminated)
    usual = inside.most_common(1)[0][0] if inside else MAX_GAP
    wide = [
        number
        for number, (before, line_no) in enumerate(pairs, 1)
        if line_no - before > usual and lines[line_no].kind is not LineKind.PROSE
    ]
    parts = [text_line_nos[start:stop] for start, stop in pairwise([0, *wide, len(text_line_nos)])]
    stories = [part for part in parts if _has_text(lines, part)]
    if any(lines[line_no].kind is LineKind.STAMP for part in stories for line_no in part):
        return []  # each has its own, which tells more
    if (
        sum(all(lines[line_no].kind is LineKind.SHORT for line_no in part) and not _has_text(lines, part) for part in parts[1:])
        > MAX_LOOSE_PARTS
    ):
        return []  # headers are apart from their stories, so that gaps say nothing
    headed = [_header_length(lines, part) for part in stories]
    while len(stories) > MIN_REPEATS and not (headed[0] and headed[-1]):  # a greeting, a farewell
        at = -1 if headed[0] else 0
        del stories[at], headed[at]
    words = [lines[part[0]].words for part, length in zip(stories, headed, strict=True) if length]
    if len(words) < MIN_REPEATS or len(words) < len(stories) or sum(words) < MIN_MEAN_WORDS * len(words):
        return []
    return [_gapped(lines, part, length) for part, length in zip(stories, headed, strict=True)]


def _has_text(lines: Sequence[Line], part: Sequence[int]) -> bool:
    return any(_is_text(lines[line_no]) for line_no in part)


def _gapped(lines: Sequence[Line], part: Sequence[int], length: int) -> Block:
    first = next(number for number, line_no in enumerate(part) if _is_text(lines[line_no]))
    header = tuple(part[first - length : first])
    headline = best_headline(lines, header)
    named = (
        line_no for line_no in header if line_no != headline and is_outlet_name(lines[line_no].text) and not is_byline(lines[line_no].text)
    )
    outlet = next(named, None)
    return Block(
        header=header,
        headline=headline,
        body=until_story_end(lines, part[first:]),
        method="list",
        outlet=lines[outlet].text if outlet is not None else None,
    )


def _is_header(line: Line) -> bool:
    is_sentence = line.is_terminated and (line.text.endswith((".", '."', ".”")) or line.text[0] in SPEECH)
    return line.kind is LineKind.SHORT and not is_sentence and not _is_text(line)


def _is_headline(line: Line) -> bool:
    is_long = line.kind is LineKind.SHORT and line.words >= MIN_HEADLINE_WORDS
    return is_long and is_bare_headline(line) and not line.is_bullet and not is_byline(line.text)
