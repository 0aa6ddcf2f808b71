"""Compare a text, by its runs, with a remembered text, by its sample: how much they share, and whether that makes a copy."""

from collections.abc import Sequence
from enum import Enum, auto
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from streams.deduplicate.fingerprint import RUN_WORDS, Fingerprint, Hashes
from streams.frozen import dataclass

_MIN_SHARED_RUNS = 12
_MIN_HITS = 4
# Labelled copies share 0.48 and more of the smaller text (every fifth word edited), different reports 0.19 and less. The count of
# a small sample, or of a short text, is uncertain, so deviations are taken off: 0.34 is asked of 96 runs, 0.5 of 20, 0.67 of 10.
_MIN_SHARE = 0.25
_DEVIATIONS = 1.5
# Words shared in one piece are a promo, a quotation or a paragraph of background, unless they are the larger part of a text. Behind a
# beginning of its own they may be all that a company says of itself under each of its releases, unless they are nearly all of the text.
_MIN_SHARE_IN_ONE_PIECE = 0.6
_MIN_SHARE_BEHIND_OWN_BEGINNING = 0.8
_BEGINNING_SHARE = 8  # an eighth of the runs
_MIN_SHARE_OF_FORM = 0.65  # where it is in one piece
_MAX_CHANGES_SHARE = 0.3
# Measured on 10,479 pairs of invented texts out of 27 forms, 5,000 edits of such texts, and 340 labelled copies. Where 0.7 and more is
# shared, forms keep 0.65 and less of the expected marked runs, 3.8 deviations below and more; labelled copies are 2.1 below at most. Where
# less is shared, both texts together: forms keep 0.55 and less, 2.5 below and more (all but 1 in 200); labelled copies 1.6 at most.
_FORM_SHARE = 0.67
_FORM_DEVIATIONS = 3.0
_FEW_SHARED = 0.7
_FORM_SHARE_OF_FEW = 0.55
_FORM_DEVIATIONS_OF_FEW = 2.2
_MIN_EXCERPT_SIMILARITY = 0.8
_MIN_LENGTH_RATIO = 1.25
Side = tuple[NDArray[np.bool_], NDArray[np.bool_]]

_MARK = np.uint32(1)
_UNMARKED = ~_MARK


class Relation(Enum):
    """How a text is related to a remembered one."""

    COPY = auto()
    SAME_FORM = auto()


@dataclass(frozen=True, slots=True)
class Overlap:
    """The runs that two texts share.

    Attributes:
        hits: runs in both, of the sampled range; `new` and `old` runs of the two texts are in that range.
        new_runs, old_runs: runs of the two whole texts.
    """

    hits: int
    new: int
    old: int
    new_runs: int
    old_runs: int

    @property
    def similarity(self) -> float:
        """Return the share of the smaller text that the larger one contains, 0..1."""
        return self.hits / min(self.new, self.old) if self.hits else 0.0

    @property
    def shared_runs(self) -> float:
        """Return an estimate of the number of runs that the whole texts share."""
        return self.hits * self.old_runs / self.old if self.old else 0.0


def overlap(new: Fingerprint, sample: Hashes, old_runs: int) -> Overlap:
    """Return the overlap with a remembered text of `old_runs` runs, the lowest of which, with their marks, are `sample`."""
    hits = int(np.count_nonzero(_are_in(sample & _UNMARKED, new.runs)))
    # The range ends with the sample, unless the sample is all of the old text.
    in_range = len(new.runs) if old_runs <= len(sample) else int(new.runs.searchsorted(sample[-1], side="right"))
    return Overlap(hits, in_range, len(sample), len(new.runs), old_runs)


def _are_in(runs: Hashes, others: Hashes) -> NDArray[np.bool_]:
    """Return for each of `runs` whether `others` (sorted) have it."""
    if not len(others):
        return np.zeros(len(runs), dtype=np.bool_)
    result: NDArray[np.bool_] = others.take(others.searchsorted(runs), mode="clip") == runs
    return result


def relation_of(new: Fingerprint, sample: Hashes, shared: Overlap) -> Relation | None:
    """Return what the overlap makes of the text: a copy, another text from the same form, or neither.

    A copy shares enough of the smaller text, spread over it, and not only the words of a form that is filled in anew.
    """
    if not is_enough(shared):
        return None
    in_both = _are_in(new.runs[: shared.new], sample & _UNMARKED)
    one_piece = shared.similarity < _MIN_SHARE_BEHIND_OWN_BEGINNING and _is_in_too_small_a_piece(
        in_both[new.positions[: shared.new].argsort()], shared.similarity
    )
    if one_piece and shared.similarity < _MIN_SHARE_OF_FORM:
        return None
    sides = ((in_both, new.marked[: shared.new]), (_are_in(sample & _UNMARKED, new.runs), (sample & _MARK).astype(np.bool_)))
    if is_filled_form(sides, shared.similarity):
        return Relation.SAME_FORM
    return None if one_piece else Relation.COPY


def is_enough(shared: Overlap) -> bool:
    """Return whether enough of the smaller text is shared, beyond chance."""
    if shared.hits < _MIN_HITS or shared.shared_runs < _MIN_SHARED_RUNS:
        return False
    return shared.hits - _DEVIATIONS * sqrt(shared.hits) >= _MIN_SHARE * min(shared.new, shared.old)


def _is_in_too_small_a_piece(in_both: NDArray[np.bool_], similarity: float) -> bool:
    beginning = in_both[: max(1, len(in_both) // _BEGINNING_SHARE)]
    begins_alike = 2 * int(np.count_nonzero(beginning)) >= len(beginning)
    return similarity < (_MIN_SHARE_IN_ONE_PIECE if begins_alike else _MIN_SHARE_BEHIND_OWN_BEGINNING) and is_in_one_piece(in_both)


def is_in_one_piece(in_both: NDArray[np.bool_]) -> bool:
    """Return whether the shared runs are contiguous in the new text, where edits would leave pieces all over it."""
    hits = int(np.count_nonzero(in_both))
    changes = int(np.count_nonzero(in_both[1:] != in_both[:-1]))
    by_chance = 2 * hits * (len(in_both) - hits) / len(in_both)
    return changes < _MAX_CHANGES_SHARE * by_chance


def is_filled_form(sides: Sequence[Side], similarity: float) -> bool:
    """Return whether the texts share words but not figures and names: results, markets, weather or matches from one form.

    An edited or cut text keeps as much of its figures and names as of its other words. `sides`: for each of the two texts, which of its
    runs are in both, and which are marked. Marked runs must be missing in each of the two, as the words that an editor adds may all be
    names; below a similarity of `_FEW_SHARED` it is enough that they are missing in the sum.
    """
    counts = [_marked_in_both(*side) for side in sides]
    if all(_is_missing(*side, _FORM_SHARE, _FORM_DEVIATIONS) for side in counts):
        return True
    found, marked, share = (sum(numbers) / len(counts) for numbers in zip(*counts, strict=True))
    return similarity < _FEW_SHARED and _is_missing(found, marked, share, _FORM_SHARE_OF_FEW, _FORM_DEVIATIONS_OF_FEW)


def _marked_in_both(in_both: NDArray[np.bool_], marked: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Return how many marked runs are in both texts, how many there are, and the share of the plain ones that is in both."""
    plain = int(np.count_nonzero(~marked))
    share = int(np.count_nonzero(in_both & ~marked)) / plain if plain else 0.0
    return int(np.count_nonzero(in_both & marked)), len(marked) - plain, share


def _is_missing(found: float, marked: float, share: float, kept: float, deviations: float) -> bool:
    """Return whether significantly fewer marked runs were found than `share` of them.

    An edited word changes all its runs, so that counts scatter more than those of independent draws.
    """
    expected = marked * share
    deviation = sqrt(expected * min(1.0, RUN_WORDS * (1 - share)) + 1)
    return found + 1 < kept * (expected + 1) and found < expected - deviations * deviation


def is_excerpt(shared: Overlap) -> bool:
    """Return whether the longer text contains nearly all of the shorter one."""
    shorter, longer = sorted((shared.new_runs, shared.old_runs))
    return shared.similarity >= _MIN_EXCERPT_SIMILARITY and longer >= _MIN_LENGTH_RATIO * shorter


def is_fuller(shared: Overlap) -> bool:
    """Return whether the remembered text is an excerpt of the new one."""
    return is_excerpt(shared) and shared.new_runs > shared.old_runs
