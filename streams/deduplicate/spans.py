"""Find the parts of a text that another text has too, by the runs of three words that the copy detector compares (as words, not hashes)."""

import re
from dataclasses import dataclass
from itertools import groupby

from streams.deduplicate.fingerprint import RUN_WORDS
from streams.deduplicate.normalize import UNSPACED, normalize

Run = tuple[str, ...]
WordSpan = tuple[str, int, int]
# Up to the next white space, with punctuation, so that a span is what a person would mark.
_WRITTEN_WORD = re.compile(rf"[{UNSPACED}]|[^\s{UNSPACED}]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The parts of a text that another text has too.

    Attributes:
        spans: code points [start, end) of the text, in order and disjoint, from the first to the last word of each part.
        runs: number of different runs of three words in the text.
        shared_runs: number of these in the other text.
    """

    spans: tuple[tuple[int, int], ...]
    runs: int
    shared_runs: int


def shared_spans(text: str, other: str) -> Shared:
    """Return the spans of `text` that `other` has anywhere; linear in the length of both.

    Case, accents and punctuation are ignored, as in the comparison itself. A text of fewer than three words shares nothing.
    """
    word_spans, other_runs = _word_spans(text), set(_runs(_word_spans(other)))
    runs = _runs(word_spans)
    is_shared = bytearray(len(word_spans))
    for word_no, run in enumerate(runs):
        if run in other_runs:
            is_shared[word_no : word_no + RUN_WORDS] = bytes((1,)) * RUN_WORDS
    parts = [list(word_nos) for shared, word_nos in groupby(range(len(word_spans)), is_shared.__getitem__) if shared]
    spans = tuple((word_spans[part[0]][1], word_spans[part[-1]][2]) for part in parts)
    return Shared(spans=spans, runs=len(set(runs)), shared_runs=len(other_runs.intersection(runs)))


def _word_spans(text: str) -> list[WordSpan]:
    """Return each normalized word of a text with its code points [start, end)."""
    return [(word, match.start(), match.end()) for match in _WRITTEN_WORD.finditer(text) for word in normalize(match.group()).split()]


def _runs(word_spans: list[WordSpan]) -> list[Run]:
    words = [word for word, _, _ in word_spans]
    return [tuple(words[start : start + RUN_WORDS]) for start in range(len(words) - RUN_WORDS + 1)]
