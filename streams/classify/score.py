"""Compute the score of a class and `about` from its hits.

The coefficients of `is_about` come from a logistic regression on the labelled development texts (regularised, rounded; cross-validated
F1 0.94). They weigh only position and amount, never particular words.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from streams.classify.class_records import CountRule
from streams.classify.matcher import CERTAIN_WEIGHT, Hit

HEADLINE_CHARS = 160
# Hits are counted by segments of this length, so that ten hits in one sentence count once.
SEGMENT_CHARS = 200
# Minimum number of segments of a share: one hit in a notice of two sentences is only its setting.
MIN_SEGMENTS = 4
# Hits within this part of the body are one passage: an aside of a longer text: a candidate's programme in a report on an election.
LONE_SHARE = 1 / 3
# Minimum length against which the first hit is measured: a notice of two sentences has no late part.
SHORT_CHARS = 600
# A notice of three sentences is about what it names; a longer text with hits in one segment only is not.
NOTICE_CHARS = 300
# Texts of two sentences name their subject once; BRIEF_BONUS makes up for that.
BRIEF_CHARS = 250
BRIEF_BONUS = 0.5
CLEAR_WEIGHT = 0.5
# Of a class that counts by discussion: one term in a body of two sentences or more is in passing ("the son of a coal miner").
LONE_TERM_SCORE = 0.4
ONE_SENTENCE_CHARS = 100
MAX_DISTINCT_TERMS = 5
# 58 of 60 texts with a label by discussion are about it (the labelled development texts and those of tests/quality).
DISCUSSION_BONUS = 2.5
LONE_DISCUSSION_BONUS = 1.0
# No label is certain.
MAX_SCORE = 0.99


class Prominence(NamedTuple):
    """The prominence of a class in a text; all numbers but `mass` and `distinct_terms` are 0..1.

    `headline`: the highest weight there. `early`: 1 if the first clear hit is at the start of the text, 0 at its end. `share`: the part of
    the text's segments with a hit, each by its highest weight. `mass`: natural logarithm of 1 + the summed weights. `certainty`: the
    probability that at least one hit is meant. `is_lone`: all hits are close together, not in the headline, in a text longer than a
    notice. `is_brief`: the text has about two sentences. `is_single_term`: one term, not in the headline, in more than one sentence.
    """

    headline: float
    early: float
    share: float
    mass: float
    distinct_terms: int
    certainty: float
    is_lone: bool
    is_brief: bool
    is_single_term: bool


def measure_prominence(hits: Sequence[Hit], headline_end: int, length: int) -> Prominence:
    """Measure `hits` (at least one, in order of offset) in a text of `length` whose headline ends at `headline_end`.

    Both numbers are code points of headline and body joined.
    """
    segments: dict[int, float] = {}
    weight_of: dict[int, float] = {}
    headline, first, weights = 0.0, -1, [use.weight for _, _, _, use in hits]
    effective = weights if max(weights) < CERTAIN_WEIGHT else _effective_weights(hits)
    for (start, _, pattern, use), weight in zip(hits, effective, strict=True):
        segment = start // SEGMENT_CHARS
        if weight > segments.get(segment, 0.0):
            segments[segment] = weight
        weight_of[pattern] = use.weight
        if weight > headline and start < headline_end:
            headline = weight
        if first < 0 and weight >= CLEAR_WEIGHT:
            first = start
    first = first if first >= 0 else hits[0].start
    return Prominence(
        headline=headline,
        early=max(0.0, 1 - max(0, first - headline_end) / max(SHORT_CHARS, length - headline_end)),
        share=sum(segments.values()) / max(MIN_SEGMENTS, math.ceil(length / SEGMENT_CHARS)),
        mass=math.log1p(sum(weights)),
        distinct_terms=len(weight_of),
        certainty=1 - math.prod([1 - weight for weight in weight_of.values()]),
        is_lone=headline_end <= hits[0].start
        and hits[-1].start - hits[0].start < max(SEGMENT_CHARS, LONE_SHARE * (length - headline_end))
        and length - headline_end > NOTICE_CHARS,
        is_brief=length - headline_end < BRIEF_CHARS,
        is_single_term=not headline and len(weight_of) == 1 and length - headline_end > ONE_SENTENCE_CHARS,
    )


def _effective_weights(hits: Sequence[Hit]) -> list[float]:
    """Return the weights of hits one of which is certain; it makes ambiguous names (`alone`) certain too.

    Source: Gale, Church and Yarowsky, One sense per discourse, 1992: 98 of 100 ambiguous words keep one sense throughout a text.
    """
    return [max(hit.use.weight, CERTAIN_WEIGHT) if hit.use.alone else hit.use.weight for hit in hits]


def score(prominence: Prominence, counts: CountRule) -> float:
    """Return the probability that the text mentions (or discusses) the class, 0..1; 0.5 and more makes a label."""
    if counts == "mention" or prominence.certainty < CLEAR_WEIGHT:
        return min(prominence.certainty, MAX_SCORE)
    if prominence.is_single_term:
        return min(prominence.certainty, LONE_TERM_SCORE)
    value = (
        -3.35
        + 3.0 * prominence.headline
        + 1.5 * prominence.early
        + 5.0 * prominence.share
        + 0.8 * prominence.mass
        + 0.3 * min(prominence.distinct_terms, MAX_DISTINCT_TERMS)
    )
    return min(_logistic(value + (BRIEF_BONUS if prominence.is_brief else 0.0)), MAX_SCORE)


def is_about(prominence: Prominence, counts: CountRule) -> bool:
    """Return whether the text is substantially about the class.

    A lone mention in a longer text is its setting, even an early one: a port of call, a witness's home. The label of a class that counts by
    discussion says by itself that much of the text is about it, so the threshold is lower.
    """
    value = -5.0 + 3.3 * prominence.headline + 5.1 * prominence.early + 3.2 * prominence.share
    if counts == "discussion":
        return value + (LONE_DISCUSSION_BONUS if prominence.is_lone else DISCUSSION_BONUS) >= 0
    return value >= 0 and not prominence.is_lone


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))
