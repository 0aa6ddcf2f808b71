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
_MAX_FREQUENCY = 15
_FREQUENCY_WEIGHTS = [UNIT * UNIT + _LN_2 * log2_of(max(frequency, 1)) for frequency in range(_MAX_FREQUENCY + 1)]


@dataclass(frozen=True, slots=True)
class WeighedWords:
    """Words in descending weight; as a vector the weights have the length `MAX_WEIGHT`."""

    hashes: NDArray[np.uint32]
    weights: NDArray[np.int64]
    head_numbers: frozenset[int]


def weigh(words: StoryWords, stories: Stories, backfill: bool) -> WeighedWords:
    """Return the `WORD_LIMIT` heaviest words: (1 + ln of the frequency in the article) times log2 of the rarity; ties by hash."""
    remembered = stories.frequencies_of(np.fromiter(words.frequencies, np.uint32, len(words.frequencies)), backfill)
    rarest = log2_of(stories.originals[backfill] + _PRIOR_ORIGINALS)
    rarities = (rarest - log2_of_all(remembered + 1)).tolist()
    ranked = sorted(
        (-(_FREQUENCY_WEIGHTS[min(frequency, _MAX_FREQUENCY)] * max(rarity, 1) // UNIT), hash)
        for (hash, frequency), rarity in zip(words.frequencies.items(), rarities, strict=True)
    )[:WORD_LIMIT]
    length = isqrt(sum(raw * raw for raw, _ in ranked)) or 1
    return WeighedWords(
        hashes=np.array([hash for _, hash in ranked], dtype=np.uint32),
        weights=np.array([-raw * MAX_WEIGHT // length for raw, _ in ranked], dtype=np.int64),
        head_numbers=words.head_numbers,
    )
