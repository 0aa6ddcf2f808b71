"""Which faults there are, and when each happens to whom: drawn once from a seed, so that a run can be had again."""

import random
from dataclasses import dataclass

KINDS = ("kill", "kill-all", "terminate", "freeze", "broker-stop", "broker-kill", "broker-away", "wipe", "join", "leave")
AWAY_S = 60.0
_MEMBERSHIP = ("join", "leave")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. `gap_s` is from the recovery of the one before; `victim` counts through the workers that then run.

    `hold_s` is how long what was stopped stays away: the broker, a terminated worker; a frozen one by twice that longer than its session. A
    broker that is `broker-away` is so for a minute.
    """

    kind: str
    victim: int
    gap_s: float
    hold_s: float


def schedule(count: int, seed: int) -> list[Fault]:
    """Return `count` faults in rounds of every kind once, each round in an order of its own: each kind `count // 10` times at least.

    A third worker joins before it leaves, so these two take turns, whichever was drawn.
    """
    chance = random.Random(seed)
    kinds: list[str] = []
    while len(kinds) < count:
        kinds += chance.sample(KINDS, len(KINDS))
    turns = 0
    for at, kind in enumerate(kinds):
        if kind in _MEMBERSHIP:
            kinds[at] = _MEMBERSHIP[turns % 2]
            turns += 1
    return [
        Fault(kind=kind, victim=chance.randrange(6), gap_s=chance.uniform(0.2, 2.5), hold_s=chance.uniform(0.0, 3.0))
        for kind in kinds[:count]
    ]
