"""How far a figure of so few texts may be off by chance: 95 % intervals."""

import math
import random
from collections.abc import Mapping, Sequence

Interval = tuple[float, float]
# A score, and whether the label was right.
Scored = tuple[float, bool]

_Z = 1.96
_DRAWS = 1000


def wilson(hits: float, trials: float) -> Interval:
    """Return the interval of a share (Wilson, 1927); of no trials it is all that can be."""
    if not trials:
        return (0.0, 1.0)
    share, spread = hits / trials, _Z * _Z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = _Z / (1 + spread) * math.sqrt(share * (1 - share) / trials + spread / (4 * trials))
    return (max(0.0, middle - half), min(1.0, middle + half))


def intervals_of(row: Mapping[str, float]) -> dict[str, Interval]:
    """Return the intervals of "precision", "recall" and "f1" of a row with `n` true labels; none where a row has no such figures.

    F1 = 2J / (1 + J), where J is the share of right ones among all labels that are true or were given: so its interval is that of J.
    """
    if not {"n", "precision", "recall", "f1"} <= row.keys():
        return {}
    right = row["recall"] * row["n"]
    given = right / row["precision"] if row["precision"] else 0.0
    low, high = wilson(right, row["n"] + given - right)
    return {
        "precision": wilson(right, given),
        "recall": wilson(right, row["n"]),
        "f1": (2 * low / (1 + low), 2 * high / (1 + high)),
    }


def calibration_error(scored: Sequence[Scored]) -> float:
    """Return the expected calibration error, in ten bins of the score, as eval/evaluate.py has it."""
    bins: dict[int, list[float]] = {}
    for score, right in scored:
        bins.setdefault(min(int(score * 10), 9), []).append(score - right)
    return sum(abs(sum(off)) for off in bins.values()) / max(len(scored), 1)


def calibration_interval(scored: Sequence[Scored]) -> Interval:
    """Return the interval of the calibration error: the middle 95 % of 1,000 draws with replacement, the same each time."""
    chance = random.Random(1)
    errors = sorted(calibration_error(chance.choices(scored, k=len(scored))) for _ in range(_DRAWS)) if scored else [0.0]
    return (errors[int(0.025 * len(errors))], errors[int(0.975 * len(errors))])
