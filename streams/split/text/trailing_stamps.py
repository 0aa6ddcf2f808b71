"""Find the articles of pages with stamps below their stories: headline, story, outlet and age."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from streams.split.text.blocks import Block
from streams.split.text.lines import Line
from streams.split.text.single_story import best_headline, single_block
from streams.split.text.stamps import is_outlet_name

MIN_PAIRS = 3  # headers of two lines
MIN_BUTTON_SHARE = 0.3  # of the stories with the same name
MIN_NAMED_SHARE = 0.8  # of those that have a name on the same side


def trailing_stamp_blocks(lines: Sequence[Line], text_line_nos: Sequence[int], prose: Sequence[int], stamps: Sequence[int]) -> list[Block]:
    """Return the blocks of such a page. `prose` and `stamps`: positions of such lines in `text_line_nos`."""
    blocks: list[Block] = []
    lengths: list[int] = []
    start = 0
    for position in stamps:
        inside = prose[bisect_left(prose, start) : bisect_right(prose, position)]
        if not inside:
            start = position + 1
            continue
        lengths.append(inside[0] - start)
        stop = position
        stamp = lines[text_line_nos[position]].stamp
        outlet = stamp.outlet if stamp else None
        if outlet is None and inside[-1] < position - 1 and is_outlet_name(lines[text_line_nos[position - 1]].text):
            stop, outlet = position - 1, lines[text_line_nos[position - 1]].text
        age, meta = stamp.age if stamp else None, tuple(text_line_nos[stop : position + 1])
        found = single_block(lines, text_line_nos[start:stop])[:1]
        blocks.extend(replace(block, outlet=outlet, age=age, method="stamped", meta=meta) for block in found)
        start = position + 1
    # Ages below one story only, or below fewer than half of the stories, belong to headlines that follow.
    if len(blocks) <= 1 or 2 * len(blocks) < len(stamps):
        return single_block(lines, text_line_nos)
    usual_length = Counter(lengths[1:]).most_common(1)[0][0]
    # The menu of the page is above the first story. The others have their own header, which may include an outlet.
    has_usual_length = [position == 0 or length == usual_length for position, length in enumerate(lengths)]
    ends = [-1, *(block.meta[-1] for block in blocks)]
    fitted = [
        _with_usual_header_length(lines, text_line_nos, block, usual_length, above) if is_usual else block
        for block, is_usual, above in zip(blocks, has_usual_length, ends, strict=False)
    ]
    return _with_outlets(lines, fitted)


def _with_outlets(lines: Sequence[Line], blocks: list[Block]) -> list[Block]:
    """Return the blocks with outlet and headline in the two lines above the text.

    The outlet is on the side that has a name in nearly all of them; a name that many stories share is a button."""
    pairs = [block.header[-2:] for block in blocks if len(block.header) > 1 and block.outlet is None]
    if len(pairs) < max(MIN_PAIRS, MIN_NAMED_SHARE * len(blocks)):
        return blocks
    named = [sum(is_outlet_name(lines[pair[side]].text) for pair in pairs) for side in (0, 1)]
    side = named.index(max(named))
    if named[side] < MIN_NAMED_SHARE * len(pairs) or named[1 - side] >= MIN_NAMED_SHARE * len(pairs):
        return blocks
    if side == 0:
        blocks = [_with_headline_below_name(lines, block) for block in blocks]
        pairs = [block.header[-2:] for block in blocks if len(block.header) > 1 and block.outlet is None]
    counts = Counter(lines[pair[side]].key for pair in pairs)
    buttons = {key for key, count in counts.items() if len(counts) > 1 and count >= MIN_BUTTON_SHARE * len(blocks)}
    named_pairs = {pair for pair in pairs if lines[pair[side]].key not in buttons}
    return [
        replace(block, headline=pair[1 - side], outlet=lines[pair[side]].text) if (pair := block.header[-2:]) in named_pairs else block
        for block in blocks
    ]


def _with_headline_below_name(lines: Sequence[Line], block: Block) -> Block:
    """Return a block whose last header line is an outlet with the line below as the headline, if that ends like one."""
    is_named = bool(block.header) and is_outlet_name(lines[block.header[-1]].text)
    if not is_named or len(block.body) == 1 or lines[block.body[0]].is_terminated:
        return block
    return replace(block, header=(*block.header, block.body[0]), headline=block.body[0], body=block.body[1:])


def _with_usual_header_length(lines: Sequence[Line], text_line_nos: Sequence[int], block: Block, usual_length: int, above: int) -> Block:
    """Return a block with a header of the usual length, without the page's menu above it. `above`: the last line of the story above."""
    first = bisect_left(text_line_nos, block.body[0])
    header = tuple(line_no for line_no in text_line_nos[max(0, first - usual_length) : first] if line_no > above)
    headline = best_headline(lines, header)
    return block if headline is None else replace(block, header=header, headline=headline)
