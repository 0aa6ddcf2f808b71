"""Lines that a page repeats inside its stories: buttons, promotions, and links that name a headline of the page.

What no list of words can know is seen from the page itself: a story's own sentence stands in one story.
"""

import re
from collections import Counter
from collections.abc import Sequence

from streams.split.text.blocks import Block
from streams.split.text.lines import Line, LineKind, key_of

MIN_STORIES = 3
MIN_HEADLINE_WORDS = 4
MAX_LABEL_WORDS = 4
MAX_LINK_CHARACTERS = 160
MAX_CHARACTERS = 250
DIGITS = re.compile(r"\d+")
LABEL = re.compile(r"\s?[:|»›→]\s")


def boilerplate_line_nos(lines: Sequence[Line], blocks: Sequence[Block]) -> frozenset[int]:
    """Return the places in the blocks' bodies that are the page's and not a story's.

    A line counts as repeated where it stands in three stories, each time between other neighbours: one story three times on a page
    keeps its lines. A link is a label and a headline that the page has on a line of its own ("READ MORE: Old bridge to close").
    """
    return _repeated(lines, blocks) | _links(lines, blocks)


def _repeated(lines: Sequence[Line], blocks: Sequence[Block]) -> frozenset[int]:
    if len(blocks) < MIN_STORIES:
        return frozenset()
    keys = [_keys(lines, block) for block in blocks]
    found = Counter(key for own in keys for key in set(own.values()))
    often = {key for key, count in found.items() if count >= MIN_STORIES and key}
    if not often:
        return frozenset()
    again: dict[str, list[int]] = {}
    before: dict[str, set[str]] = {}
    for block, own in zip(blocks, keys, strict=True):
        above = ""
        for line_no in block.body:
            key = own.get(line_no, lines[line_no].key)
            if key in often:
                again.setdefault(key, []).append(line_no)
                before.setdefault(key, set()).add(above)
            else:
                above = key
    found_places = frozenset(line_no for key, line_nos in again.items() if len(before[key]) >= MIN_STORIES for line_no in line_nos)
    return found_places | _below_last(blocks, found_places)


def _below_last(blocks: Sequence[Block], repeated: frozenset[int]) -> frozenset[int]:
    """Return what stands in the last story below its repeated lines, where they are the end of all others: the foot of the page."""
    last = max((number for number, line_no in enumerate(blocks[-1].body) if line_no in repeated), default=None)
    if last is None or any(not block.body or block.body[-1] not in repeated for block in blocks[:-1]):
        return frozenset()
    return frozenset(blocks[-1].body[last + 1 :])


def _keys(lines: Sequence[Line], block: Block) -> dict[int, str]:
    """Return the keys of a body's lines by place; of long paragraphs none, which no page repeats."""
    outlet = key_of(block.outlet) if block.outlet else ""
    own = ((line_no, lines[line_no]) for line_no in block.body)
    return {
        line_no: _key_without(outlet, line) if line.kind is LineKind.SHORT else line.key
        for line_no, line in own
        if len(line.text) <= MAX_CHARACTERS
    }


def _key_without(outlet: str, line: Line) -> str:
    """Return the words of a line with signs for the story's own outlet and counts: "Read it on Harbour Post", "12 replies"."""
    key = line.key.replace(outlet, "*") if outlet and outlet in line.key != outlet else line.key
    return DIGITS.sub("0", key)


def _links(lines: Sequence[Line], blocks: Sequence[Block]) -> frozenset[int]:
    texts = ((line_no, lines[line_no].text) for block in blocks for line_no in block.body if lines[line_no].kind is not LineKind.STAMP)
    labelled = [line_no for line_no, text in texts if len(text) <= MAX_LINK_CHARACTERS and LABEL.search(text)]
    if not labelled:
        return frozenset()
    headlines = {line.key for line in lines if line.words >= MIN_HEADLINE_WORDS}
    return frozenset(line_no for line_no in labelled if _headline_of(lines[line_no].text) in headlines)


def _headline_of(text: str) -> str | None:
    label, headline = LABEL.split(text, maxsplit=1)
    return key_of(headline) if len(label.split()) <= MAX_LABEL_WORDS and len(headline.split()) >= MIN_HEADLINE_WORDS else None
