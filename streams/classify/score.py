"""From the hits of a class to its score and to `about`: how sure, and how much of the text.

The coefficients of `is_about` are a logistic regression's on the labelled development texts (regularised, rounded; cross-validated
F1 0.94). They weigh only where and how much, never which words.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from streams.classify.class_records import Counts
from streams.classify.matcher import CERTAIN_WEIGHT, Hit

HEADLINE_CHARS = 160
# The text is looked at in stretches of this length: ten hits in one sentence are still one place of the text.
STRETCH_CHARS = 200
# A place named once in a notice of two sentences is its setting: a share is one of at least so many stretches.
MIN_STRETCHES = 4
# A notice of two sentences has no "late": where the first hit stands is measured against at least this length.
SHORT_CHARS = 600
# A notice of three sentences is about what it names; a longer text that names it in one place only is not.
NOTICE_CHARS = 300
# Two sentences have no room to name twice what they discuss.
BRIEF_CHARS = 250
BRIEF_BONUS = 0.5
CLEAR_WEIGHT = 0.5


class Prominence(NamedTuple):
    """How a class stands in a text; all but `mass` and `kinds` are 0..1.

    `headline`: the strongest hit there. `early`: 1 where the first clear hit opens the text, 0 where it ends it. `share`: the part
    of the text's stretches that have a hit, each counted with its strongest. `mass`: natural logarithm of 1 + the summed weights.
    `kinds`: how many different terms. `sure`: how likely it is that one hit at least is meant. `is_lone`: all hits stand
    together, in a text longer than a notice and not in its headline. `is_brief`: the text is of two sentences or so.
    """

    headline: float
    early: float
    share: float
    mass: float
    kinds: int
    sure: float
    is_lone: bool
    is_brief: bool


def prominence(hits: Sequence[Hit], headline_end: int, length: int) -> Prominence:
    """Return how `hits` (at least one, in order of place) stand in a text of `length` whose headline ends at `headline_end`.

    Both lengths are code points of headline and body joined.
    """
    stretches: dict[int, float] = {}
    weight_of: dict[int, float] = {}
    headline, first = 0.0, -1
    for (start, _, pattern, use), weight in zip(hits, _weights_in_this_text(hits), strict=True):
        stretch = start // STRETCH_CHARS
        if weight > stretches.get(stretch, 0.0):
            stretches[stretch] = weight
        weight_of[pattern] = use.weight
        if weight > headline and start < headline_end:
            headline = weight
        if first < 0 and weight >= CLEAR_WEIGHT:
            first = start
    first = first if first >= 0 else hits[0].start
    return Prominence(
        headline=headline,
        early=max(0.0, 1 - max(0, first - headline_end) / max(SHORT_CHARS, length - headline_end)),
        share=sum(stretches.values()) / max(MIN_STRETCHES, math.ceil(length / STRETCH_CHARS)),
        mass=math.log1p(sum([hit.use.weight for hit in hits])),
        kinds=len(weight_of),
        sure=1 - math.prod([1 - weight for weight in weight_of.values()]),
        is_lone=headline_end <= hits[0].start and hits[-1].start - hits[0].start < STRETCH_CHARS and length - headline_end > NOTICE_CHARS,
        is_brief=length - headline_end < BRIEF_CHARS,
    )


def _weights_in_this_text(hits: Sequence[Hit]) -> list[float]:
    """Return the weight of each hit, where a name that may be somebody else's is as good as sure once another term makes the class certain.

    Source: Gale, Church and Yarowsky, One sense per discourse, 1992: 98 of 100 ambiguous words keep one sense throughout a text.
    """
    weights = [hit.use.weight for hit in hits]
    if max(weights) < CERTAIN_WEIGHT:
        return weights
    return [max(hit.use.weight, CERTAIN_WEIGHT) if hit.use.alone else hit.use.weight for hit in hits]


def score(place: Prominence, counts: Counts) -> float:
    """Return how sure it is that the text refers to the class (or discusses it), 0..1; 0.5 and more is a label."""
    if counts == "mention" or place.sure < CLEAR_WEIGHT:
        return min(place.sure, 0.99)
    value = -3.35 + 3.0 * place.headline + 1.5 * place.early + 5.0 * place.share + 0.8 * place.mass + 0.3 * min(place.kinds, 5)
    return min(_logistic(value + (BRIEF_BONUS if place.is_brief else 0.0)), 0.99)


def is_about(place: Prominence, counts: Counts) -> bool:
    """Tell whether the text is substantially about the class; what is discussed at all is so more easily than what is mentioned.

    What a longer text names in one place only, and not in its headline, is its setting, however early: a port of call, a witness's home.
    """
    if place.is_lone:
        return False
    value = -5.0 + 3.3 * place.headline + 5.1 * place.early + 3.2 * place.share
    return value + (1.0 if counts == "discussion" else 0.0) >= 0


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))
