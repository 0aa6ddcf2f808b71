"""Judge whether a part of a page begins a new story or continues the one above it, by the words that both share and by its heading.

A logistic regression. `WEIGHTS` are fitted to 224 sections and 109 halves of single stories and to 555 neighbours of other stories
(docs/decisions, "Cut lists by what their parts share").
"""

import functools
import importlib.resources
import math
import re
import tomllib
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

STEM_CHARACTERS = 6
MAX_CHARACTERS = 200_000  # of a part that are read: a book has twice as many
WORD = re.compile(r"[^\W\d_]{5,}")
NAME = re.compile(r"(?<=[\w,;] )[A-ZÀ-ÖØ-Þ][^\W\d_]{2,}")  # a capitalized word inside a sentence
MAX_HEADING_WORDS = 6  # more say no more
BIAS, COHESION_WEIGHT, NO_HEADING_WEIGHT, HEADING_WORD_WEIGHT = -3.65, -5.34, 7.78, 1.45
MAX_PRIOR = 2.0  # log-odds that the rest of the page can add


@functools.cache
def _common_stems() -> frozenset[str]:
    words = tomllib.loads(importlib.resources.files("streams.split").joinpath("data/common_stems.toml").read_text("utf-8"))
    return frozenset(words["stems"].split())


def stems_of(text: str) -> frozenset[str]:
    """Return the beginnings of the words of a text that tell what it is about."""
    beginning = text[:MAX_CHARACTERS]
    words = {*WORD.findall(beginning), *NAME.findall(beginning)}
    return frozenset([word.casefold()[:STEM_CHARACTERS] for word in words]) - _common_stems()


def cohesion(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """Return how much two texts share: the halves of a story about 1.2, two stories about 0.15; shorter texts share less."""
    return len(one & other) / math.sqrt(max(1, min(len(one), len(other))))


def new_story_flags(parts: Sequence[tuple[str, int]]) -> list[bool]:
    """Return for each part of a page, given as its text and the number of words of its heading, whether it begins a new story.

    The page is judged twice: the share of parts that begin stories in the first pass is the prior of the second.
    """
    stems = [stems_of(text) for text, _ in parts]
    headings = [words for _, words in parts]
    flags = _pass(stems, headings, 0.0)
    share = (sum(flags[1:]) + 1) / (len(parts) + 1)
    return _pass(stems, headings, max(-MAX_PRIOR, min(MAX_PRIOR, math.log(share / (1.0001 - share)))))


def _pass(stems: Sequence[frozenset[str]], headings: Iterable[int], prior: float) -> list[bool]:
    flags: list[bool] = []
    story: set[str] = set()
    for own, words in zip(stems, headings, strict=True):
        heading = NO_HEADING_WEIGHT if not words else HEADING_WORD_WEIGHT * min(words, MAX_HEADING_WORDS)
        is_new = not flags or BIAS + COHESION_WEIGHT * cohesion(story, own) + heading + prior > 0
        if is_new:
            story = set(own)
        else:
            story |= own  # in place: a page may have thousands of parts
        flags.append(is_new)
    return flags
