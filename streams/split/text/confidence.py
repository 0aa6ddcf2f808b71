"""Estimate the probability that an article begins and ends where its story does, from signs of the cut itself.

It is the share of right cuts on labelled pages, by cut method and three signs. The table is printed by
`python -m tests.quality.unlike.calibrate`, which also validates it on pages that it was not fitted to; figures: docs/measurements.md,
Confidence. Cells with cuts of real and strangers' dumps have the share of these, drawn to that of the templates by six cases.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from streams.split.text.blocks import Block, CutMethod
from streams.split.text.bodies import Body
from streams.split.text.lines import Line, LineKind, word_count

MIN_HEADED_WORDS = 3  # one or two words are a name or a section
MIN_LONG_WORDS = 40  # a teaser or a reader's post has fewer
TEASER_CHARACTERS = 600  # as much of a body as decides whether it has `MIN_LONG_WORDS`
ROW = re.compile(r"\d{1,2}[:.]\d\d\b|\d{4}-\d\d-\d\d|https?://")  # the start of a line of a list
SHAPE_METHODS = frozenset({"shape", "lead"})
SHAPE_CONFIDENCE = 0.99  # all of 551 cuts by a shape were right, but nothing is certain
# By cut method: four shares without a headline, then four with one; each four for neither sign, long, plain, both.
RIGHT_SHARES: dict[CutMethod, tuple[float, ...]] = {
    "stamped": (0.34, 0.37, 0.2, 0.7, 0.74, 0.75, 0.9, 0.9),
    "list": (0.6, 0.6, 0.6, 0.6, 0.86, 0.77, 0.94, 0.94),
    "whole": (0.88,) * 8,
    "single": (0.5, 0.5, 0.6, 0.5, 0.7, 0.5, 0.54, 0.87),
}


@dataclass(frozen=True, slots=True)
class CutSigns:
    """Evidence for a cut: it has a headline of several words; it has no stamp and no row of a list; it is longer than a teaser."""

    headed: bool
    plain: bool
    long: bool


def cut_signs(lines: Sequence[Line], block: Block, body: Body) -> CutSigns:
    """Return the signs of the article in `block` and `body`."""
    return CutSigns(
        headed=block.headline is not None and lines[block.headline].words >= MIN_HEADED_WORDS,
        plain=not any(lines[line_no].kind is LineKind.STAMP or ROW.match(lines[line_no].text) for line_no in block.body),
        long=word_count(body.text[:TEASER_CHARACTERS]) >= MIN_LONG_WORDS,
    )


def confidence_of(lines: Sequence[Line], block: Block, body: Body) -> float:
    """Return the probability (0..1) that the cut is right: body and true story share four fifths of their words."""
    return SHAPE_CONFIDENCE if block.method in SHAPE_METHODS else share_right(block.method, cut_signs(lines, block, body))


def share_right(method: CutMethod, signs: CutSigns) -> float:
    """Return the share of right cuts among those of one method with the same signs."""
    return RIGHT_SHARES[method][4 * signs.headed + 2 * signs.plain + signs.long]
