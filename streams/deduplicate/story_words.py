"""The words by which an article is compared with stories: those of its headline and of its first characters."""

from binascii import crc32
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from streams.deduplicate.normalize import normalize
from streams.split.fields.language import small_words

WORD_LIMIT = 48
HEAD_CHARACTERS = 200
BODY_CHARACTERS = 400
_MAX_FREQUENCY = 15


@dataclass(frozen=True, slots=True)
class StoryWords:
    """The different words of an article in order of their hash.

    Attributes:
        hashes: of the words, never 0.
        frequencies: how often each occurs, a word of the headline counting twice; at most 15.
        in_head: whether it is in the headline.
        is_number: whether it is a number.
    """

    hashes: NDArray[np.uint32]
    frequencies: NDArray[np.int64]
    in_head: NDArray[np.bool_]
    is_number: NDArray[np.bool_]


def story_words(title: str | None, body: str) -> StoryWords:
    """Return the words of the headline and of the first `BODY_CHARACTERS` of the body; without a headline its first line is one."""
    head = title if title else body[:HEAD_CHARACTERS].split("\n", 1)[0]
    small = _normalized_small_words()
    counts: dict[int, int] = {}
    numbers = set[int]()
    for text, weight in ((head, 2), (body[:BODY_CHARACTERS] if title else body[len(head) : BODY_CHARACTERS], 1)):
        for word in normalize(text).split():
            if word in small or len(word) < 2:
                continue
            hash = crc32(word.encode()) or 1
            counts[hash] = counts.get(hash, 0) + weight
            if word.isdecimal():
                numbers.add(hash)
        if weight == 2:
            in_head = set(counts)
    hashes = sorted(counts)
    return StoryWords(
        hashes=np.array(hashes, dtype=np.uint32),
        frequencies=np.array([min(counts[hash], _MAX_FREQUENCY) for hash in hashes], dtype=np.int64),
        in_head=np.array([hash in in_head for hash in hashes], dtype=np.bool_),
        is_number=np.array([hash in numbers for hash in hashes], dtype=np.bool_),
    )


@cache
def _normalized_small_words() -> frozenset[str]:
    return frozenset(part for word in small_words() for part in normalize(word).split())
