"""The words by which an article is compared with stories: those of its headline and of its first characters."""

from binascii import crc32
from dataclasses import dataclass
from functools import cache

from streams.deduplicate.normalize import normalize
from streams.split.fields.language import small_words

WORD_LIMIT = 48
HEAD_CHARACTERS = 200
BODY_CHARACTERS = 400


@dataclass(frozen=True, slots=True)
class StoryWords:
    """The different words of an article, by their hash, which is never 0.

    Attributes:
        frequencies: how often each word occurs, a word of the headline counting twice.
        head_numbers: the words of the headline that are numbers.
    """

    frequencies: dict[int, int]
    head_numbers: frozenset[int]


def story_words(title: str | None, body: str) -> StoryWords:
    """Return the words of the headline and of the first `BODY_CHARACTERS` of the body; without a headline its first line is one."""
    head = title if title else body[:HEAD_CHARACTERS].split("\n", 1)[0]
    text = body[:BODY_CHARACTERS] if title else body[len(head) : BODY_CHARACTERS]
    head_words = normalize(head).split()
    frequencies: dict[int, int] = {}
    for word in [*head_words, *head_words, *normalize(text).split()]:
        if hash := _hash_of(word):
            frequencies[hash] = frequencies.get(hash, 0) + 1
    return StoryWords(frequencies, frozenset(_hash_of(word) for word in head_words if word.isdecimal()) - {0})


def _hash_of(word: str) -> int:
    """Return the hash of a word, 0 if stories are not compared by it."""
    return 0 if word in _normalized_small_words() or len(word) < 2 else crc32(word.encode()) or 1


@cache
def _normalized_small_words() -> frozenset[str]:
    return frozenset(part for word in small_words() for part in normalize(word).split())
