"""How sure it is that an article begins and ends where its story does, from signs that the cut itself shows.

The share of cuts that were right on pages with their truth, by the way of cutting and three signs. The table is printed by
`python -m tests.quality.unlike.calibrate`, which also validates it on pages that it was not fitted to; figures: docs/measurements.md,
Confidence.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from streams.split.text.blocks import Block, CutMethod
from streams.split.text.bodies import Body
from streams.split.text.lines import Line, LineKind, word_count

MIN_HEADLINE_WORDS = 3
LONG_WORDS = 40
COUNT_CHARACTERS = 600
ROW = re.compile(r"\d{1,2}[:.]\d\d\b|\d{4}-\d\d-\d\d|https?://")  # how a line of a list begins
SHAPES = frozenset({"shape", "lead"})
SHAPED = 0.99  # all of 551 cuts by a shape were right
# By way, then for plain and long: neither, long, plain, both; first without a headline, then with one.
TABLE: dict[CutMethod, tuple[float, ...]] = {
    "stamped": (0.2, 0.22, 0.12, 0.61, 0.7, 0.73, 0.68, 0.89),
    "list": (0.93, 0.93, 0.62, 0.62, 0.99, 0.77, 0.97, 0.88),
    "single": (0.6, 0.4, 0.66, 0.53, 0.7, 0.1, 0.51, 0.77),
}


@dataclass(frozen=True, slots=True)
class CutSigns:
    """What speaks for a cut: a headline of several words; no stamp and no row of a list among its lines; it is longer than a teaser."""

    headed: bool
    plain: bool
    long: bool


def cut_signs(lines: Sequence[Line], block: Block, body: Body) -> CutSigns:
    """Return the signs of the article that `block` and `body` are."""
    return CutSigns(
        headed=block.headline is not None and lines[block.headline].words >= MIN_HEADLINE_WORDS,
        plain=not any(lines[line_no].kind is LineKind.STAMP or ROW.match(lines[line_no].text) for line_no in block.body),
        long=word_count(body.text[:COUNT_CHARACTERS]) >= LONG_WORDS,
    )


def confidence_of(lines: Sequence[Line], block: Block, body: Body) -> float:
    """Return the probability (0..1) that the cut is right: its body and the story's share four fifths of their words."""
    return SHAPED if block.method in SHAPES else share_right(block.method, cut_signs(lines, block, body))


def share_right(method: CutMethod, signs: CutSigns) -> float:
    """Return the share of cuts of that way and with those signs that were right."""
    return TABLE[method][4 * signs.headed + 2 * signs.plain + signs.long]
