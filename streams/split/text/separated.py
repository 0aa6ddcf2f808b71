"""Find the stories of a page that prints the same line below each: a button ("Save"), "Read more", "Source: ...", "Read it at ..."."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from streams.split.text.blocks import Block
from streams.split.text.lines import MIN_PROSE_WORDS, Line, LineKind, is_text, key_of
from streams.split.text.sections import header_length
from streams.split.text.single_story import best_headline
from streams.split.text.stamps import is_byline, is_outlet_name

MIN_REPEATS = 3  # stories that make a list; two lines may be equal by chance
MAX_SEPARATOR_WORDS = 6  # "Read more", "Source: Harbour Post"
MAX_NAMED_SEPARATOR_WORDS = 14  # "Read it at The Harbour Post (https://post.example/1)"
# Words that lead to a name at the end of a line, with or without an address: which words they are, the page tells by repeating them.
NAMED_SOURCE = re.compile(
    r"(?P<lead>\W{0,3}[^\W\d_]+(?:\sSie)?(?:\s[^\W\d_A-ZÀ-Þ][^\W\d_]*){1,4})\s(?P<name>[A-Z\dÀ-Þ][^:<>()\n]{1,60}?)\s{0,3}(?::?\s{0,3}[(<\[]?https?://\S{1,2000})?[.:→»]?\s*"
)
MIN_HEADED_SHARE = 0.8  # of the parts between separators that must have a headline
MIN_PROSE_SHARE = 0.8  # of the separators that must have prose above them
MIN_NAMED_SHARE = 0.8  # of the stories whose last line is a name, where it is their outlet


def separated_blocks(lines: Sequence[Line], text_line_nos: Sequence[int]) -> list[Block]:
    """Return the stories of a page on which each ends with the same line."""
    ends = _separators(lines, text_line_nos)
    parts = [list(text_line_nos[start:stop]) for start, stop in pairwise([0, *(position + 1 for position in ends)])]
    header_lengths = [header_length(lines, part) for part in parts]
    if len(parts) < MIN_REPEATS or sum(map(bool, header_lengths[1:])) < MIN_HEADED_SHARE * (len(parts) - 1):
        return []
    usual_length = Counter(filter(None, header_lengths[1:])).most_common(1)[0][0]
    parts[0] = _without_page_header(lines, parts[0], usual_length)
    header_lengths[0] = min(header_length(lines, parts[0]), usual_length)
    found = (_block(lines, part, length, usual_length) for part, length in zip(parts, header_lengths, strict=True))
    return _with_outlets(lines, [block for block in found if block])


def _block(lines: Sequence[Line], part: Sequence[int], length: int, usual_length: int) -> Block | None:
    """Return the story of a part, whose last line is the separator. A headline or a text may look like the other: position decides then."""
    first = next((position for position, line_no in enumerate(part) if is_text(lines[line_no])), len(part))
    if not length:
        first = length = usual_length
    header, body = part[first - length : first], part[first:-1]
    if not header or not any(lines[line_no].words >= MIN_PROSE_WORDS or is_text(lines[line_no]) for line_no in body):
        return None
    headline = header[0] if len(header) == 1 else best_headline(lines, header)
    return Block(header=tuple(header), headline=headline, body=tuple(body), method="list", meta=(part[-1],))


def _with_outlets(lines: Sequence[Line], blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with outlet and age of the last line above the separator, if it is a stamp or, in nearly all stories, a name."""
    sources = [NAMED_SOURCE.fullmatch(lines[block.meta[0]].text) for block in blocks]
    names = [source["name"] if source and is_outlet_name(source["name"]) else None for source in sources]
    if sum(map(bool, names)) >= MIN_NAMED_SHARE * len(blocks):
        return [replace(block, outlet=name) for block, name in zip(blocks, names, strict=True)]
    last = [block.body[-1] for block in blocks]
    named = sum(_is_name(lines[line_no]) or lines[line_no].stamp is not None for line_no in last)
    return [_with_outlet(block, lines[block.body[-1]], named >= MIN_NAMED_SHARE * len(blocks)) for block in blocks]


def _with_outlet(block: Block, line: Line, are_named: bool) -> Block:
    is_source = line.stamp is not None or (are_named and _is_name(line))
    if not is_source or len(block.body) == 1:
        return block
    outlet = line.stamp.outlet if line.stamp else line.text
    age = line.stamp.age if line.stamp else None
    return replace(block, body=block.body[:-1], meta=(block.body[-1], *block.meta), outlet=outlet, age=age)


def _is_name(line: Line) -> bool:
    return line.kind is LineKind.SHORT and is_outlet_name(line.text) and not is_byline(line.text)


def _without_page_header(lines: Sequence[Line], part: Sequence[int], usual_length: int) -> list[int]:
    """Return the first part without the lines above its header, which has `usual_length` lines as in the other parts."""
    for position in range(len(part) - 1, usual_length - 1, -1):
        if is_text(lines[part[position]]) and header_length(lines, part[position - usual_length : position + 1]) >= usual_length:
            return list(part[position - usual_length :])
    return list(part)


def _separators(lines: Sequence[Line], text_line_nos: Sequence[int]) -> list[int]:
    """Return the positions of the line that the page repeats most often, nearly each time below prose; of equals, the last."""
    positions_by_key: dict[str, list[int]] = {}
    with_prose: Counter[str] = Counter()
    last_prose = -1
    for position, line_no in enumerate(text_line_nos):
        line = lines[line_no]
        if is_text(line):
            last_prose = position
        elif line.words <= MAX_NAMED_SEPARATOR_WORDS and line.kind is not LineKind.STAMP:
            named = NAMED_SOURCE.fullmatch(line.text)
            if line.words > MAX_SEPARATOR_WORDS and not named:
                continue
            key = named["lead"].casefold() if named else _separator_key(line)
            earlier = positions_by_key.setdefault(key, [])
            with_prose[key] += last_prose > (earlier[-1] if earlier else -1)
            earlier.append(position)
    fitting = [
        numbers
        for key, numbers in positions_by_key.items()
        if key and len(numbers) >= MIN_REPEATS and with_prose[key] >= MIN_PROSE_SHARE * len(numbers)
    ]
    return max(fitting, key=lambda numbers: (len(numbers), numbers[-1]), default=[])


def _separator_key(line: Line) -> str:
    """Return the key by which separators are compared: their words, or the label before a colon."""
    label, colon, _ = line.text.partition(":")
    return key_of(label) + colon if colon else line.key
