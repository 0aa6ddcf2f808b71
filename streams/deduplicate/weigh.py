"""Weigh the words of an article by their frequency in it and their rarity among the remembered originals, in integers."""

from math import isqrt

import numpy as np
from numpy.typing import NDArray

from streams.deduplicate.integer_log import UNIT, log2_of, log2_of_all
from streams.deduplicate.stories import Stories
from streams.deduplicate.story_words import WORD_LIMIT, StoryWords
from streams.frozen import dataclass

MAX_WEIGHT = 255
# As if there had been so many articles before the first: the words of the first few hundred are no rarer than those of later ones.
_PRIOR_ORIGINALS = 1000
_UNIT_BITS = UNIT.bit_length() - 1
_LN_2 = 177  # of 256
_HASH_BITS = np.int64(32)
_MAX_RAW = np.int64(2**31 - 1)  # above every weight: that of 15 occurrences of a word of one original in two billion is 7 million
_MAX_FREQUENCY = 15
_FREQUENCY_WEIGHTS = np.array([UNIT * UNIT + _LN_2 * log2_of(max(frequency, 1)) for frequency in range(_MAX_FREQUENCY + 1)])


@dataclass(frozen=True, slots=True)
class WeighedWords:
    """Words in descending weight; as a vector the weights have the length `MAX_WEIGHT`. The figures are those of `StoryWords`."""

    hashes: NDArray[np.uint32]
    weights: NDArray[np.int64]
    figures: frozenset[int]
    head_figures: frozenset[int]


def weigh(words: StoryWords, stories: Stories, backfill: bool) -> WeighedWords:
    """Return the `WORD_LIMIT` heaviest words: (1 + ln of the frequency in the article) times log2 of the rarity; ties by hash."""
    count = len(words.frequencies)
    hashes = np.fromiter(words.frequencies, np.uint32, count)
    frequencies = np.fromiter(words.frequencies.values(), np.int64, count)
    rarest = log2_of(stories.originals[backfill] + _PRIOR_ORIGINALS)
    rarities = np.maximum(rarest - log2_of_all(stories.frequencies_of(hashes, backfill) + 1), 1)
    raw = _FREQUENCY_WEIGHTS.take(frequencies, mode="clip") * rarities >> _UNIT_BITS
    # The inverted weight above the hash: one sort of one array, where `np.lexsort` takes four times as long.
    heaviest = (_MAX_RAW - raw) << _HASH_BITS | hashes
    heaviest.sort()
    heaviest = heaviest[:WORD_LIMIT]
    hashes, raw = heaviest.astype(np.uint32), _MAX_RAW - (heaviest >> _HASH_BITS)
    length = isqrt(int(raw.dot(raw))) or 1
    weights = (raw * MAX_WEIGHT + length // 2) // length
    return WeighedWords(hashes=hashes, weights=weights, figures=words.figures, head_figures=words.head_figures)
