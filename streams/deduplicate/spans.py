"""Which parts of a text another one has too: the runs of three words that the copy detector compares, told by words instead of hashes."""

import re
from dataclasses import dataclass
from itertools import groupby

from streams.deduplicate.fingerprint import RUN_WORDS
from streams.deduplicate.normalize import UNSPACED, normalize

Run = tuple[str, ...]
Place = tuple[str, int, int]
# Up to the next white space, punctuation and all: a span is then what a person would mark.
_PLACES = re.compile(rf"[{UNSPACED}]|[^\s{UNSPACED}]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What a text has in common with another.

    Attributes:
        spans: code points [start, end) of the text, in order and apart from each other, from the first to the last word of each stretch.
        runs: how many different runs of three words the text has.
        shared_runs: how many of these the other text has.
    """

    spans: tuple[tuple[int, int], ...]
    runs: int
    shared_runs: int


def shared_spans(text: str, other: str) -> Shared:
    """Return which stretches of `text` the `other` has as well, wherever they stand there; linear in the length of both.

    Case, accents and punctuation don't count, as in the comparison itself. A text of fewer than three words shares nothing.
    """
    places, theirs = _places(text), set(_runs(_places(other)))
    runs = _runs(places)
    is_shared = bytearray(len(places))
    for at, run in enumerate(runs):
        if run in theirs:
            is_shared[at : at + RUN_WORDS] = bytes((1,)) * RUN_WORDS
    stretches = [list(words) for shared, words in groupby(range(len(places)), is_shared.__getitem__) if shared]
    spans = tuple((places[words[0]][1], places[words[-1]][2]) for words in stretches)
    return Shared(spans=spans, runs=len(set(runs)), shared_runs=len(theirs.intersection(runs)))


def _places(text: str) -> list[Place]:
    """Return each normalized word of a text with the code points [start, end) where it stands."""
    return [(word, found.start(), found.end()) for found in _PLACES.finditer(text) for word in normalize(found.group()).split()]


def _runs(places: list[Place]) -> list[Run]:
    words = [word for word, _, _ in places]
    return [tuple(words[at : at + RUN_WORDS]) for at in range(len(words) - RUN_WORDS + 1)]
