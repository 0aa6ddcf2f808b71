"""Find the articles of a page of unknown layout: the general fallback.

It learns the layout from the page itself. Stamps (lines with an age) mark the headers. Whether stamps are above or below their stories, and
at which offset from the stamp headline and outlet are, is what fits most headers of the page. A page without stamps is one article, a list,
or no article at all.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from streams.split.text.blocks import Block, until_story_end
from streams.split.text.header_layout import Cluster, clusters_of, header_layout
from streams.split.text.lines import SENTENCE_INSIDE, Line, LineKind
from streams.split.text.lists import list_blocks
from streams.split.text.outlet_headings import has_outlet_word, with_outlet_headings
from streams.split.text.sections import gapped_blocks
from streams.split.text.separated import separated_blocks
from streams.split.text.single_story import best_headline, body_start, is_index, remove_asides, single_block
from streams.split.text.source_line import SOURCE, source_at_end
from streams.split.text.stamps import MAX_OUTLET_WORDS, is_outlet_name
from streams.split.text.trailing_stamps import trailing_stamp_blocks

MAX_STAMPED_HEADER_LINES = 30  # from the first line of a header to the body: buttons and pictures between stamp and story
MAX_STAMP_SPREAD = 2  # lines from the first stamp to the last where they are of one story: published, updated
MAX_PROSE_LINES_ABOVE_STAMP = 2  # of one story: its deck
MAX_SOURCE_LINES = 3  # at the end of a body, that may name its source
MIN_STORIES = 3  # that make a list
MIN_LEAD_STORY_WORDS = 30  # of a story without a stamp above a list's first; a description of the list has fewer
MAX_PROSE_HEADLINE_WORDS = 25  # of a headline that ends like a sentence
MAX_SENTENCE_HEADLINE_WORDS = 16  # of a first sentence that is the headline where a page has no other
MIN_SENTENCE_HEADLINE_SHARE = 0.8  # of stories that begin with such a sentence
MIN_POSTED_WORDS = 4  # of the headline of a story with readers' posts; a post has at most a name, with fewer than the next
MIN_POST_HEADLINE_WORDS = 3
MORE_SEPARATED = 1.5  # times as many stories by the line below each as by stamps
# "(Harbour Post)" at the end of a story, but not "(END)".
BRACKETED = re.compile(r"[(\[]([^()\[\]:]{3,60})[)\]]")
NEAREST_HEADER_LINES = 3  # where a header has no line at the headline's offset


def general_blocks(lines: Sequence[Line]) -> list[Block]:
    """Return the blocks of a page in order. The work is linear in the number of lines."""
    blocks = [_with_source(lines, block) for block in _blocks(lines)]
    return with_outlet_headings(lines, blocks) if len(blocks) > 1 else blocks


def _with_source(lines: Sequence[Line], block: Block) -> Block:
    """Return the block with the outlet that a label in it names ("Source: Harbour Post"), or the source beside its headline."""
    if block.headline is not None and (beside := source_at_end(lines[block.headline].text)):
        return replace(block, outlet=beside.outlet, age=beside.age)
    line_nos = (*block.header, *block.body[-MAX_SOURCE_LINES:], *block.meta)
    for line_no in line_nos:
        if lines[line_no].kind is not LineKind.SHORT:
            continue
        text = lines[line_no].text
        in_brackets = BRACKETED.fullmatch(text) if block.body[0] < line_no and (" " in text or has_outlet_word(text)) else None
        found = SOURCE.fullmatch(text) or in_brackets
        if found and is_outlet_name(found[1]):
            body = tuple(other for other in block.body if other < line_no or (other > line_no and not in_brackets))
            return replace(block, outlet=found[1], body=body, meta=(*block.meta, line_no))
    return block


def _blocks(lines: Sequence[Line]) -> list[Block]:  # noqa: PLR0911  one for each kind of page
    text_line_nos = [line_no for line_no, line in enumerate(lines) if line.kind not in (LineKind.EMPTY, LineKind.DEBRIS)]
    lines = _with_repeated_headlines(lines, text_line_nos)
    prose = [position for position, line_no in enumerate(text_line_nos) if lines[line_no].kind is LineKind.PROSE]
    stamps = [position for position, line_no in enumerate(text_line_nos) if lines[line_no].kind is LineKind.STAMP]
    if is_index(lines, text_line_nos):
        return []
    if not prose or not stamps:
        return list_blocks(lines, text_line_nos) or single_block(lines, text_line_nos)
    is_one_story = len(stamps) == 1 and sum(position < stamps[0] for position in prose) <= MAX_PROSE_LINES_ABOVE_STAMP
    if is_one_story or stamps[-1] - stamps[0] <= MAX_STAMP_SPREAD:
        return _with_days(lines, list_blocks(lines, text_line_nos)) or single_block(lines, text_line_nos)
    clusters = clusters_of(lines, text_line_nos)
    if len(clusters) == 1 and prose[-1] > stamps[-1]:  # today's date, and that of the story
        return single_block(lines, text_line_nos)
    separated = separated_blocks(lines, text_line_nos)
    if len(separated) > MORE_SEPARATED * len(clusters):  # a few stories have their age beside the outlet
        return separated
    listed = gapped_blocks(lines, text_line_nos) if _are_apart(text_line_nos, stamps) else []
    if len(listed) > len(clusters):  # the page prints the day once for all its stories
        return _with_days(lines, listed)
    if prose[-1] < stamps[-1] and prose[0] < stamps[0]:
        return trailing_stamp_blocks(lines, text_line_nos, prose, stamps)
    return _stamped_above(lines, text_line_nos, clusters)


def _are_apart(text_line_nos: Sequence[int], stamps: Sequence[int]) -> bool:
    """Return whether empty lines surround all stamps, as they do dates above groups of stories."""
    return all(
        text_line_nos[position + 1] - text_line_nos[position] > 1
        and (not position or text_line_nos[position] - text_line_nos[position - 1] > 1)
        for position in stamps
        if position + 1 < len(text_line_nos)
    )


def _with_days(lines: Sequence[Line], blocks: Sequence[Block]) -> list[Block]:
    """Return the stories of a list, each with the age above its group."""
    own = {line_no for block in blocks for line_no in block.meta}
    stamps = [line_no for line_no, line in enumerate(lines) if line.stamp and line_no not in own]
    above = [bisect_left(stamps, (block.header or block.body)[0]) - 1 for block in blocks]
    ages = [stamp.age if position >= 0 and (stamp := lines[stamps[position]].stamp) else None for position in above]
    return [replace(block, age=block.age or age) for block, age in zip(blocks, ages, strict=True)]


def _with_repeated_headlines(lines: Sequence[Line], text_line_nos: Sequence[int]) -> Sequence[Line]:
    """Return the lines with repeated ones as headlines: lines that end like a sentence, but are printed twice in succession."""
    repeats = {lines[line_no].key for line_no, following in pairwise(text_line_nos) if lines[line_no].key == lines[following].key}
    is_headline = (
        [line.kind is LineKind.PROSE and line.words <= MAX_PROSE_HEADLINE_WORDS and line.key in repeats for line in lines]
        if repeats
        else []
    )
    return (
        [replace(line, kind=LineKind.SHORT) if is_repeated else line for line, is_repeated in zip(lines, is_headline, strict=True)]
        if any(is_headline)
        else lines
    )


def _stamped_above(lines: Sequence[Line], text_line_nos: Sequence[int], clusters: Sequence[Cluster]) -> list[Block]:
    headline_offset, outlet_offset = header_layout(lines, clusters)
    blocks = _with_sentence_headlines(
        lines, text_line_nos, [_block(lines, text_line_nos, cluster, headline_offset, outlet_offset) for cluster in clusters]
    )
    if _are_posts(lines, blocks):
        return single_block(lines, text_line_nos[: bisect_left(text_line_nos, blocks[1].header[0])])
    starts = [block.header[0] for block in blocks]
    lead = text_line_nos[: bisect_left(text_line_nos, starts[0])]
    prose_words = sum(lines[line_no].words for line_no in lead if lines[line_no].kind is LineKind.PROSE)
    min_words = MIN_LEAD_STORY_WORDS if len(blocks) >= MIN_STORIES else 1
    result = single_block(lines, lead) if prose_words >= min_words else []
    for block, next_start in zip(blocks, [*starts[1:], len(lines)], strict=True):
        story = text_line_nos[block.body[0] : bisect_left(text_line_nos, next_start)]
        result.append(replace(block, body=remove_asides(lines, until_story_end(lines, story))))
    return result


def _are_posts(lines: Sequence[Line], blocks: Sequence[Block]) -> bool:
    """Return whether only the first block has a headline: the others are posts of readers, each below a name and an age."""
    words = [0 if block.headline is None else lines[block.headline].words for block in blocks]
    return len(blocks) > MIN_STORIES and words[0] >= MIN_POSTED_WORDS and all(count < MIN_POST_HEADLINE_WORDS for count in words[1:])


def _block(lines: Sequence[Line], text_line_nos: Sequence[int], cluster: Cluster, headline_offset: int, outlet_offset: int) -> Block:
    """Return the block of a cluster. Its `body` is the position in `text_line_nos` where it begins; the next block ends it."""
    stamp = lines[cluster.stamp].stamp
    headline = cluster.at(headline_offset) if headline_offset else None
    story = cluster.story
    if headline is None and headline_offset > len(cluster.below) and _is_prose_headline(lines, text_line_nos, story):
        headline, story = text_line_nos[story], story + 1
    if headline is None:
        headline = best_headline(lines, [*reversed(cluster.above), *cluster.below][-NEAREST_HEADER_LINES:])
    if headline != text_line_nos[story - 1]:
        story = body_start(lines, text_line_nos, story, headline)
    outlet = cluster.at(outlet_offset) if outlet_offset else None
    if outlet is not None and (outlet == headline or lines[outlet].words > MAX_OUTLET_WORDS):
        outlet = None
    own_keys = {lines[line_no].key for line_no in (headline, outlet) if line_no is not None}
    named = [line_no for line_no in (headline, outlet, cluster.stamp) if line_no is not None]
    first = min([*named, *_repeats_above(lines, cluster, own_keys)])
    return Block(
        header=tuple(line_no for line_no in text_line_nos[max(0, story - MAX_STAMPED_HEADER_LINES) : story] if line_no >= first),
        headline=headline,
        body=(story,),
        method="stamped",
        outlet=(stamp and stamp.outlet) or (lines[outlet].text if outlet is not None else None),
        age=stamp.age if stamp else None,
    )


def _with_sentence_headlines(lines: Sequence[Line], text_line_nos: Sequence[int], blocks: list[Block]) -> list[Block]:
    """Return the blocks with first sentences as headlines, where most stories of the page have no other."""
    bare = [block for block in blocks if block.headline is None]
    if len(bare) < max(MIN_STORIES, MIN_SENTENCE_HEADLINE_SHARE * len(blocks)):
        return blocks
    fitting = [block for block in bare if _begins_with_headline(lines, text_line_nos, block.body[0])]
    if len(fitting) < MIN_SENTENCE_HEADLINE_SHARE * len(bare):
        return blocks
    chosen = {block.header: block.body[0] for block in fitting}
    return [
        replace(block, header=(*block.header, text_line_nos[position]), headline=text_line_nos[position], body=(position + 1,))
        if (position := chosen.get(block.header, -1)) >= 0
        else block
        for block in blocks
    ]


def _begins_with_headline(lines: Sequence[Line], text_line_nos: Sequence[int], story: int) -> bool:
    line = lines[text_line_nos[story]]
    is_sentence = line.words <= MAX_SENTENCE_HEADLINE_WORDS and not SENTENCE_INSIDE.search(line.text)
    return is_sentence and story + 1 < len(text_line_nos) and lines[text_line_nos[story + 1]].is_terminated


def _repeats_above(lines: Sequence[Line], cluster: Cluster, own_keys: set[str]) -> list[int]:
    """Return the numbers of the lines above the stamp that repeat the headline or the outlet."""
    return [line_no for line_no in cluster.above if lines[line_no].key in own_keys]


def _is_prose_headline(lines: Sequence[Line], text_line_nos: Sequence[int], story: int) -> bool:
    """Return whether the first line of a story is a headline that ends like a sentence: it is short, and prose follows."""
    follows = story + 1 < len(text_line_nos) and lines[text_line_nos[story + 1]].kind is LineKind.PROSE
    return follows and lines[text_line_nos[story]].words <= MAX_PROSE_HEADLINE_WORDS
