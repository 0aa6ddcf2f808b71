"""Weigh the words of an article by their frequency in it and their rarity among the remembered originals, in integers."""

from dataclasses import dataclass
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from streams.deduplicate.integer_log import UNIT, log2_of, log2_of_all
from streams.deduplicate.stories import Stories
from streams.deduplicate.story_words import WORD_LIMIT, StoryWords

MAX_WEIGHT = 255
# As if there had been so many articles before the first: the words of the first few hundred are no rarer than those of later ones.
_PRIOR_ORIGINALS = 1000
_LN_2 = 177  # of 256


@dataclass(frozen=True, slots=True)
class WeighedWords:
    """Words in descending weight; as a vector the weights have the length `MAX_WEIGHT`."""

    hashes: NDArray[np.uint32]
    weights: NDArray[np.int64]
    in_head: NDArray[np.bool_]
    is_number: NDArray[np.bool_]


def weigh(words: StoryWords, stories: Stories, backfill: bool) -> WeighedWords:
    """Return the `WORD_LIMIT` heaviest words: (1 + ln of the frequency in the article) times log2 of the rarity; ties by hash."""
    frequencies = stories.frequencies_of(words.hashes, backfill)
    rarity = np.maximum(log2_of(stories.originals[backfill] + _PRIOR_ORIGINALS) - log2_of_all(frequencies + 1), 1)
    raw = (UNIT * UNIT + _LN_2 * log2_of_all(words.frequencies)) * rarity // UNIT
    heaviest = np.lexsort((words.hashes, -raw))[:WORD_LIMIT]
    raw = raw[heaviest]
    length = isqrt(int((raw * raw).sum())) or 1
    return WeighedWords(
        hashes=words.hashes[heaviest],
        weights=raw * MAX_WEIGHT // length,
        in_head=words.in_head[heaviest],
        is_number=words.is_number[heaviest],
    )
