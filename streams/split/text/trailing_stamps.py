"""Pages whose stamps stand under their stories: headline, story, outlet and age."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from streams.split.text.blocks import Block
from streams.split.text.lines import Line
from streams.split.text.single_story import best_headline, single_block
from streams.split.text.stamps import is_outlet_name

MIN_PAIRS = 3
MIN_NAMED_SHARE = 0.8


def trailing_stamp_blocks(lines: Sequence[Line], text_line_nos: Sequence[int], prose: Sequence[int], stamps: Sequence[int]) -> list[Block]:
    """Return the blocks of such a page; `prose` and `stamps` are places in `dense`."""
    blocks: list[Block] = []
    lengths: list[int] = []
    start = 0
    for stamp in stamps:
        inside = prose[bisect_left(prose, start) : bisect_right(prose, stamp)]
        if not inside:
            start = stamp + 1
            continue
        lengths.append(inside[0] - start)
        stop = stamp
        said = lines[text_line_nos[stamp]].stamp
        outlet = said.outlet if said else None
        if outlet is None and inside[-1] < stamp - 1 and is_outlet_name(lines[text_line_nos[stamp - 1]].text):
            stop, outlet = stamp - 1, lines[text_line_nos[stamp - 1]].text
        age, meta = said.age if said else None, tuple(text_line_nos[stop : stamp + 1])
        found = single_block(lines, text_line_nos[start:stop])[:1]
        blocks.extend(replace(block, outlet=outlet, age=age, method="stamped", meta=meta) for block in found)
        start = stamp + 1
    # Ages under one story only, or under few of many, belong to the headlines that follow it.
    if len(blocks) <= 1 or 2 * len(blocks) < len(stamps):
        return single_block(lines, text_line_nos)
    usual = Counter(lengths[1:]).most_common(1)[0][0]
    # Above the first stands the page's own menu; the others have what is theirs, an outlet over the headline as well.
    like_usual = [number == 0 or length == usual for number, length in enumerate(lengths)]
    fitted = [
        _with_usual_header(lines, text_line_nos, block, usual) if says else block for block, says in zip(blocks, like_usual, strict=False)
    ]
    return _with_outlets(lines, fitted)


def _with_outlets(lines: Sequence[Line], blocks: list[Block]) -> list[Block]:
    """Return the blocks, with outlet and headline as they stand in headers of two lines: the outlet is a name in nearly all of them."""
    pairs = [block.header for block in blocks if len(block.header) == 2 and block.outlet is None]
    if len(pairs) < max(MIN_PAIRS, MIN_NAMED_SHARE * len(blocks)):
        return blocks
    named = [sum(is_outlet_name(lines[pair[at]].text) for pair in pairs) for at in (0, 1)]
    at = named.index(max(named))
    if named[at] < MIN_NAMED_SHARE * len(pairs) or named[1 - at] >= MIN_NAMED_SHARE * len(pairs):
        return blocks
    return [
        replace(block, headline=block.header[1 - at], outlet=lines[block.header[at]].text) if block.header in pairs else block
        for block in blocks
    ]


def _with_usual_header(lines: Sequence[Line], text_line_nos: Sequence[int], block: Block, usual: int) -> Block:
    """Return the first block with as many lines above its body as the others have: above them stands the page's own menu."""
    first = bisect_left(text_line_nos, block.body[0])
    header = tuple(text_line_nos[max(0, first - usual) : first])
    headline = best_headline(lines, header)
    return block if headline is None else replace(block, header=header, headline=headline)
