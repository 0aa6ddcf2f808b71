"""The general fallback: the articles of a page whose shape is not known.

It learns the page's own layout. Stamps (lines with an age) mark the headers; whether a stamp stands above or below its story, and at which
place from it headline and outlet stand, is what fits most of the page's headers. A page without stamps is one article, a numbered list, or
no article at all.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from streams.split.text.blocks import Block
from streams.split.text.bodies import SPEECH, is_credit
from streams.split.text.lines import SENTENCE_INSIDE, Line, LineKind
from streams.split.text.lists import gapped_blocks, list_blocks
from streams.split.text.single_story import best_headline, body_start, is_index, remove_asides, single_block, until_story_end
from streams.split.text.stamps import is_byline, is_outlet_name
from streams.split.text.trailing_stamps import trailing_stamp_blocks

MAX_ABOVE = 5
MAX_BELOW = 6
MAX_PROSE_HEADLINE_WORDS = 25
MAX_DECK_LINES = 2
MAX_HEADER_LINES = 30
MAX_LEARNED_FROM = 100
MAX_SOURCE_LINES = 3
MIN_LEAD_WORDS = 30
MIN_STORIES = 3
MIN_POSTED_WORDS = 4  # of the headline of a story with readers' posts; theirs have a name at most
MIN_NAME_WORDS = 3
MAX_SENTENCE_HEADLINE_WORDS = 16
MIN_SENTENCE_HEADLINE_SHARE = 0.8
SOURCE = re.compile(r"\(?(?:source|fuente|fonte|quelle|via|vía)\s?:\s*([^()]+)\)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cluster:
    """The lines around one stamp, as places: `above` nearest first, `below` in order, down to the first line of the story at `story`."""

    stamp: int
    above: tuple[int, ...]
    below: tuple[int, ...]
    story: int  # place in the dense list

    def at(self, offset: int) -> int | None:
        """Return the place of the line at `offset` from the stamp (-1 is the line above it), or None."""
        side = self.above if offset < 0 else self.below
        return side[abs(offset) - 1] if abs(offset) <= len(side) else None


def general_blocks(lines: Sequence[Line]) -> list[Block]:
    """Return the blocks of a page in order. The work is linear in the number of lines."""
    return [_with_source(lines, block) for block in _blocks(lines)]


def _with_source(lines: Sequence[Line], block: Block) -> Block:
    """Return a block that says its outlet with a label ("Source: Harbour Post") with that outlet."""
    line_nos = (*block.header, *block.body[-MAX_SOURCE_LINES:], *block.meta)
    named = ((line_no, SOURCE.fullmatch(lines[line_no].text)) for line_no in line_nos if lines[line_no].kind is LineKind.SHORT)
    for line_no, found in named:
        if found and is_outlet_name(found[1]):
            body = tuple(other for other in block.body if other != line_no)
            return replace(block, outlet=found[1], body=body, meta=(*block.meta, line_no))
    return block


def _blocks(lines: Sequence[Line]) -> list[Block]:  # noqa: PLR0911  one for each kind of page
    text_line_nos = [line_no for line_no, line in enumerate(lines) if line.kind not in (LineKind.EMPTY, LineKind.DEBRIS)]
    lines = _with_repeated_headlines(lines, text_line_nos)
    prose = [number for number, line_no in enumerate(text_line_nos) if lines[line_no].kind is LineKind.PROSE]
    stamps = [number for number, line_no in enumerate(text_line_nos) if lines[line_no].kind is LineKind.STAMP]
    if is_index(lines, text_line_nos):
        return []
    if not prose or not stamps:
        return list_blocks(lines, text_line_nos) or single_block(lines, text_line_nos)
    is_one_story = len(stamps) == 1 and sum(number < stamps[0] for number in prose) <= MAX_DECK_LINES
    if is_one_story or stamps[-1] - stamps[0] <= 2:
        return _with_days(lines, list_blocks(lines, text_line_nos)) or single_block(lines, text_line_nos)
    clusters = _clusters(lines, text_line_nos)
    if len(clusters) == 1 and prose[-1] > stamps[-1]:  # the day of the page, and that of its story
        return single_block(lines, text_line_nos)
    listed = gapped_blocks(lines, text_line_nos) if _are_apart(text_line_nos, stamps) else []
    if len(listed) > len(clusters):  # the page prints the day once for all its stories
        return _with_days(lines, listed)
    if prose[-1] < stamps[-1] and prose[0] < stamps[0]:
        return trailing_stamp_blocks(lines, text_line_nos, prose, stamps)
    return _stamped_above(lines, text_line_nos, clusters)


def _are_apart(text_line_nos: Sequence[int], stamps: Sequence[int]) -> bool:
    """Return whether all stamps stand in gaps, as days above groups of stories do."""
    return all(
        text_line_nos[at + 1] - text_line_nos[at] > 1 and (not at or text_line_nos[at] - text_line_nos[at - 1] > 1)
        for at in stamps
        if at + 1 < len(text_line_nos)
    )


def _with_days(lines: Sequence[Line], blocks: Sequence[Block]) -> list[Block]:
    """Return the stories of a list with the age that stands above each group of them."""
    stamps = [line_no for line_no, line in enumerate(lines) if line.stamp]
    above = [bisect_left(stamps, block.header[0]) - 1 for block in blocks]
    ages = [stamp.age if at >= 0 and (stamp := lines[stamps[at]].stamp) else None for at in above]
    return [replace(block, age=age) for block, age in zip(blocks, ages, strict=True)]


def _with_repeated_headlines(lines: Sequence[Line], text_line_nos: Sequence[int]) -> Sequence[Line]:
    """Return the lines with those as headlines that end like a sentence but stand twice, one under the other, on their page."""
    again = {lines[line_no].key for line_no, following in pairwise(text_line_nos) if lines[line_no].key == lines[following].key}
    is_headline = (
        [line.kind is LineKind.PROSE and line.words <= MAX_PROSE_HEADLINE_WORDS and line.key in again for line in lines] if again else []
    )
    return (
        [replace(line, kind=LineKind.SHORT) if says else line for line, says in zip(lines, is_headline, strict=True)]
        if any(is_headline)
        else lines
    )


def _clusters(lines: Sequence[Line], text_line_nos: Sequence[int]) -> list[Cluster]:
    """Return one cluster for each stamp that is the last before a story."""
    found: list[Cluster] = []
    stamp: int | None = None
    for number, line_no in enumerate(text_line_nos):
        if lines[line_no].kind is LineKind.STAMP:
            stamp = number
        elif lines[line_no].kind is LineKind.PROSE and stamp is not None:
            above = _short_above(lines, text_line_nos, stamp)
            below = tuple(other for other in text_line_nos[stamp + 1 : number] if _may_name(lines[other]))[:MAX_BELOW]
            found.append(Cluster(text_line_nos[stamp], above, below, number))
            stamp = None
    return found


def _short_above(lines: Sequence[Line], text_line_nos: Sequence[int], stamp: int) -> tuple[int, ...]:
    line_nos = []
    for number in range(stamp - 1, max(-1, stamp - 1 - MAX_ABOVE), -1):
        if lines[text_line_nos[number]].kind is not LineKind.SHORT or _is_speech(lines[text_line_nos[number]]):
            break
        if _may_name(lines[text_line_nos[number]]):
            line_nos.append(text_line_nos[number])
    return tuple(line_nos)


def _may_name(line: Line) -> bool:
    """Return whether a line of a header may be headline, outlet or category: no author, no caption."""
    return line.kind is LineKind.SHORT and not (is_byline(line.text) or is_credit(line.text) or _is_speech(line))


def _is_speech(line: Line) -> bool:
    return line.text[:1] in SPEECH and line.is_terminated


def _stamped_above(lines: Sequence[Line], text_line_nos: Sequence[int], clusters: Sequence[Cluster]) -> list[Block]:
    names = _names(lines, clusters)
    headline_at = _best_offset(clusters, lambda cluster, line_no: _headline_worth(lines, cluster, line_no, names), frozenset())
    are_named = 2 * sum(_has_outlet(lines[cluster.stamp]) for cluster in clusters) > len(clusters)
    outlet_at = (
        0
        if are_named
        else _best_offset(clusters, lambda cluster, line_no: _outlet_worth(lines, cluster, line_no, names), frozenset({headline_at}))
    )
    blocks = _with_sentence_headlines(
        lines, text_line_nos, [_block(lines, text_line_nos, cluster, headline_at, outlet_at) for cluster in clusters]
    )
    if _are_posts(lines, blocks):
        return single_block(lines, text_line_nos[: bisect_left(text_line_nos, blocks[1].header[0])])
    starts = [block.header[0] for block in blocks]
    lead = text_line_nos[: bisect_left(text_line_nos, starts[0])]
    told = sum(lines[line_no].words for line_no in lead if lines[line_no].kind is LineKind.PROSE)
    least = MIN_LEAD_WORDS if len(blocks) >= MIN_STORIES else 1  # a list's own description is a sentence above its first story
    result = single_block(lines, lead) if told >= least else []
    for block, next_start in zip(blocks, [*starts[1:], len(lines)], strict=True):
        story = text_line_nos[block.body[0] : bisect_left(text_line_nos, next_start)]
        result.append(replace(block, body=remove_asides(lines, until_story_end(lines, story))))
    return result


def _are_posts(lines: Sequence[Line], blocks: Sequence[Block]) -> bool:
    """Return whether the first block has a headline and no other has: what readers wrote below a story, each under a name and an age."""
    words = [0 if block.headline is None else lines[block.headline].words for block in blocks]
    return len(blocks) > MIN_STORIES and words[0] >= MIN_POSTED_WORDS and all(count < MIN_NAME_WORDS for count in words[1:])


def _has_outlet(line: Line) -> bool:
    return line.stamp is not None and line.stamp.outlet is not None


def _best_offset(clusters: Sequence[Cluster], worth: Callable[[Cluster, int], float], taken: frozenset[int]) -> int:
    """Return the offset from the stamp at which the lines of all clusters together are worth most; 0 where none is worth anything."""
    totals = {0: 0.0}
    for offset in (*range(-MAX_ABOVE, 0), *range(1, MAX_BELOW + 1)):
        if offset not in taken:
            line_nos = ((cluster, cluster.at(offset)) for cluster in clusters[:MAX_LEARNED_FROM])
            totals[offset] = sum(-0.5 if line_no is None else worth(cluster, line_no) for cluster, line_no in line_nos)
    return max(totals, key=lambda offset: (totals[offset], -abs(offset)))


def _names(lines: Sequence[Line], clusters: Sequence[Cluster]) -> frozenset[str]:
    """Return the keys of short lines that stand in several headers: outlets and categories, not headlines."""
    seen: set[str] = set()
    names: set[str] = set()
    for cluster in clusters:
        keys = {lines[line_no].key for line_no in (*cluster.above, *cluster.below)}
        names |= seen & keys
        seen |= keys
    return frozenset(names)


def _headline_worth(lines: Sequence[Line], cluster: Cluster, line_no: int, names: frozenset[str]) -> float:
    line = lines[line_no]
    worth = 2.0 if line.words >= 4 else 1.0 if line.words == 3 else 0.2
    again = [other for other in (*cluster.above, *cluster.below) if lines[other].key == line.key]
    if line.key in names or (line.is_bullet and (line.words < 4 or len(again) > 1)):
        worth -= 2
    return worth + (1 if len(again) > 1 and not any(lines[other].is_bullet for other in again) else 0)


def _outlet_worth(lines: Sequence[Line], cluster: Cluster, line_no: int, names: frozenset[str]) -> float:
    line = lines[line_no]
    if line.words > 6 or not is_outlet_name(line.text):
        return -1.0
    again = sum(lines[other].key == line.key for other in (*cluster.above, *cluster.below)) > 1
    return 1.0 + again + (line.key in names) * 0.3 - (line.is_bullet and not again) * 0.5


def _block(lines: Sequence[Line], text_line_nos: Sequence[int], cluster: Cluster, headline_at: int, outlet_at: int) -> Block:
    """Return the block of a cluster; its `body` is only the place in `dense` where it begins, as the next block bounds it."""
    stamp = lines[cluster.stamp].stamp
    headline = cluster.at(headline_at) if headline_at else None
    story = cluster.story
    if headline is None and headline_at > len(cluster.below) and _is_prose_headline(lines, text_line_nos, story):
        headline, story = text_line_nos[story], story + 1
    if headline is None:
        headline = best_headline(lines, [*reversed(cluster.above), *cluster.below][-3:])
    if headline != text_line_nos[story - 1]:
        story = body_start(lines, text_line_nos, story, headline)
    outlet = cluster.at(outlet_at) if outlet_at else None
    if outlet is not None and (outlet == headline or lines[outlet].words > 7):
        outlet = None
    own = {lines[line_no].key for line_no in (headline, outlet) if line_no is not None}
    named = [line_no for line_no in (headline, outlet, cluster.stamp) if line_no is not None]
    first = min([*named, *_again(lines, cluster, own)])
    return Block(
        header=tuple(line_no for line_no in text_line_nos[max(0, story - MAX_HEADER_LINES) : story] if line_no >= first),
        headline=headline,
        body=(story,),
        method="stamped",
        outlet=(stamp and stamp.outlet) or (lines[outlet].text if outlet is not None else None),
        age=stamp.age if stamp else None,
    )


def _with_sentence_headlines(lines: Sequence[Line], text_line_nos: Sequence[int], blocks: list[Block]) -> list[Block]:
    """Return the blocks, with each story's first sentence as its headline where the page has no other and all but a few begin so."""
    bare = [block for block in blocks if block.headline is None]
    if len(bare) < max(MIN_STORIES, MIN_SENTENCE_HEADLINE_SHARE * len(blocks)):
        return blocks
    fitting = [block for block in bare if _begins_with_headline(lines, text_line_nos, block.body[0])]
    if len(fitting) < MIN_SENTENCE_HEADLINE_SHARE * len(bare):
        return blocks
    chosen = {block.header: block.body[0] for block in fitting}
    return [
        replace(block, header=(*block.header, text_line_nos[at]), headline=text_line_nos[at], body=(at + 1,))
        if (at := chosen.get(block.header, -1)) >= 0
        else block
        for block in blocks
    ]


def _begins_with_headline(lines: Sequence[Line], text_line_nos: Sequence[int], story: int) -> bool:
    line = lines[text_line_nos[story]]
    is_sentence = line.words <= MAX_SENTENCE_HEADLINE_WORDS and not SENTENCE_INSIDE.search(line.text)
    return is_sentence and story + 1 < len(text_line_nos) and lines[text_line_nos[story + 1]].is_terminated


def _again(lines: Sequence[Line], cluster: Cluster, own: set[str]) -> list[int]:
    """Return the places above the stamp, up to the first that is neither headline nor outlet nor next to them."""
    return [line_no for line_no in cluster.above if lines[line_no].key in own]


def _is_prose_headline(lines: Sequence[Line], text_line_nos: Sequence[int], story: int) -> bool:
    """Return whether the first line of a story is a headline that ends like a sentence: the page has one there, and a story follows."""
    follows = story + 1 < len(text_line_nos) and lines[text_line_nos[story + 1]].kind is LineKind.PROSE
    return follows and lines[text_line_nos[story]].words <= MAX_PROSE_HEADLINE_WORDS
