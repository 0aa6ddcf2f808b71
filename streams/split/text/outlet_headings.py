"""Give the stories of a press review the outlet that the heading above them names: "EL FARO DE CALETA", two stories, "LA GACETA", one."""

import functools
import importlib.resources
import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from streams.split.text.blocks import Block
from streams.split.text.lines import Line, LineKind
from streams.split.text.stamps import is_byline, is_outlet_name

MIN_HEADINGS = 2
MIN_NAMED_SHARE = 0.5  # of the headings that have a word of newspapers' names; the others may be topics
WORD = re.compile(r"[^\W\d_]+")


@functools.cache
def _outlet_words() -> frozenset[str]:
    words = tomllib.loads(importlib.resources.files("streams.split").joinpath("data/outlet_words.toml").read_text("utf-8"))
    return frozenset(words["words"])


def are_outlets(headings: Sequence[str]) -> bool:
    """Return whether the headings of a page are names of outlets: all are like names, and most have a word of newspapers' names."""
    if len(headings) < MIN_HEADINGS or not all(map(is_outlet_name, headings)):
        return False
    return sum(map(has_outlet_word, headings)) >= MIN_NAMED_SHARE * len(headings)


def has_outlet_word(name: str) -> bool:
    """Return whether a name has a word of newspapers' names."""
    return any(word in _outlet_words() or _ends_like_outlet(word) for word in WORD.findall(name.lower()))


def _ends_like_outlet(word: str) -> bool:
    return word.endswith(("zeitung", "blatt", "anzeiger", "post", "kurier", "nachrichten", "bote", "krant", "bode"))


def with_outlet_headings(lines: Sequence[Line], blocks: list[Block]) -> list[Block]:
    """Return the blocks of a page; those without an outlet have that of the heading above, where its headings name outlets."""
    headings = list(_headings(lines, blocks))
    if not are_outlets([lines[line_no].text for line_no in headings]):
        return blocks
    heading_set = frozenset(headings)
    result = []
    for block in blocks:
        above = bisect_left(headings, block.body[0] if block.headline is None else block.headline)
        outlet = block.outlet or (lines[headings[above - 1]].text if above else None)
        result.append(replace(block, outlet=outlet, body=tuple(line_no for line_no in block.body if line_no not in heading_set)))
    return result


def _headings(lines: Sequence[Line], blocks: Sequence[Block]) -> Iterator[int]:
    """Yield the numbers of short lines alone between blank lines that are no headline."""
    headlines = {block.headline for block in blocks}
    last = len(lines) - 1
    for line_no, line in enumerate(lines):
        is_alone = (
            (not line_no or lines[line_no - 1].kind is LineKind.EMPTY) and line_no < last and lines[line_no + 1].kind is LineKind.EMPTY
        )
        if is_alone and line.kind is LineKind.SHORT and line_no not in headlines and is_outlet_name(line.text) and not is_byline(line.text):
            yield line_no
