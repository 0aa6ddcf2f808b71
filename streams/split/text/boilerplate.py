"""Find lines that a page repeats inside its stories: buttons, promotions, and links with a headline of the page.

The page itself is the evidence, not a list of words: a sentence of a story is in one story only.
"""

import re
from collections import Counter
from collections.abc import Sequence

from streams.split.text.blocks import Block
from streams.split.text.lines import MIN_HEADLINE_WORDS, Line, LineKind, key_of

MIN_REPEATS = 3  # two stories may share a sentence, such as the boilerplate of one agency
MAX_LABEL_WORDS = 4
MAX_LINK_CHARACTERS = 160  # a label and a headline
MAX_REPEATED_CHARACTERS = 250  # no page repeats longer paragraphs
DIGITS = re.compile(r"\d+")
LABEL = re.compile(r"\s?[:|»›→]\s")


def boilerplate_line_nos(lines: Sequence[Line], blocks: Sequence[Block]) -> frozenset[int]:
    """Return the numbers of lines in the blocks' bodies that belong to the page and not to a story.

    A line counts as repeated if it is in `MIN_REPEATS` stories, each time below another line: a story that is three times on a page keeps
    its lines. A link is a label and a headline that the page has on a line of its own ("READ MORE: Old bridge to close").
    """
    return _repeated(lines, blocks) | _links(lines, blocks)


def _repeated(lines: Sequence[Line], blocks: Sequence[Block]) -> frozenset[int]:
    if len(blocks) < MIN_REPEATS:
        return frozenset()
    keys = [_keys(lines, block) for block in blocks]
    found = Counter(key for keys_of_body in keys for key in set(keys_of_body.values()))
    repeated_keys = {key for key, count in found.items() if count >= MIN_REPEATS and key}
    if not repeated_keys:
        return frozenset()
    line_nos_by_key: dict[str, list[int]] = {}
    keys_above: dict[str, set[str]] = {}
    for block, keys_of_body in zip(blocks, keys, strict=True):
        above = ""
        for line_no in block.body:
            key = keys_of_body.get(line_no, lines[line_no].key)
            if key in repeated_keys:
                line_nos_by_key.setdefault(key, []).append(line_no)
                keys_above.setdefault(key, set()).add(above)
            else:
                above = key
    repeated = frozenset(
        line_no for key, line_nos in line_nos_by_key.items() if len(keys_above[key]) >= MIN_REPEATS for line_no in line_nos
    )
    return repeated | _below_last(blocks, repeated)


def _below_last(blocks: Sequence[Block], repeated: frozenset[int]) -> frozenset[int]:
    """Return the footer of the page: the lines of the last story below its repeated lines, if all other stories end with such lines."""
    last = max((position for position, line_no in enumerate(blocks[-1].body) if line_no in repeated), default=None)
    if last is None or any(not block.body or block.body[-1] not in repeated for block in blocks[:-1]):
        return frozenset()
    return frozenset(blocks[-1].body[last + 1 :])


def _keys(lines: Sequence[Line], block: Block) -> dict[int, str]:
    """Return line number -> key of a body's lines, without long paragraphs."""
    outlet = key_of(block.outlet) if block.outlet else ""
    body_lines = ((line_no, lines[line_no]) for line_no in block.body)
    return {
        line_no: _key_without(outlet, line) if line.kind is LineKind.SHORT else line.key
        for line_no, line in body_lines
        if len(line.text) <= MAX_REPEATED_CHARACTERS
    }


def _key_without(outlet: str, line: Line) -> str:
    """Return the key of a line with its outlet and numbers replaced, as in "Read it on Harbour Post" and "12 replies"."""
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
    return key_of(headline) if 0 < len(label.split()) <= MAX_LABEL_WORDS and len(headline.split()) >= MIN_HEADLINE_WORDS else None
