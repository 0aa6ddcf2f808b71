"""The kinds of faults, and the schedule of a run: drawn once from a seed, so that a run can be repeated."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

KINDS = ("kill", "kill-all", "terminate", "freeze", "broker-stop", "broker-kill", "broker-away", "wipe", "join", "leave")
"""On one broker."""
CLUSTER_KINDS = (
    "kill",
    "kill-all",
    "terminate",
    "freeze",
    "wipe",
    "join",
    "leave",
    "upgrade",
    "rolling-workers",
    "rolling-brokers",
    "brokers-kill",
    "leader-kill",
    "leader-freeze",
    "coordinator-kill",
    "coordinator-freeze",
    "delay",
    "stall",
    "lose-requests",
    "lose-responses",
)
"""On three brokers."""
LASTING = {"broker-away", "brokers-kill", "rolling-brokers", "rolling-workers", "delay", "stall", "lose-requests", "lose-responses"}
"""Recovery from these is measured from their end: before it, nothing moves, or everything does."""
AWAY_S = 60.0
_MEMBERSHIP = ("join", "leave")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. `gap_s` is from the recovery of the one before; `victim` selects one of the workers, leaders or coordinators.

    `hold_s` is how long the victim stays away: the broker, a terminated worker; a frozen worker twice that longer than its session.
    A broker that is `broker-away` stays away for a minute; the faults of the network last for some seconds more.
    """

    kind: str
    victim: int
    gap_s: float
    hold_s: float


def schedule(count: int, seed: int, kinds: Sequence[str] = KINDS, guests: int = 1) -> list[Fault]:
    """Return `count` faults in rounds of every kind once, each round in an order of its own.

    All `guests`, the workers beside the permanent ones, join one after another before they leave, whichever was drawn.
    """
    chance = random.Random(seed)
    drawn: list[str] = []
    while len(drawn) < count:
        drawn += chance.sample(kinds, len(kinds))
    turns = 0
    for at, kind in enumerate(drawn):
        if kind in _MEMBERSHIP:
            drawn[at] = _MEMBERSHIP[turns // guests % 2]
            turns += 1
    return [
        Fault(kind=kind, victim=chance.randrange(6), gap_s=chance.uniform(0.2, 2.5), hold_s=chance.uniform(0.0, 3.0))
        for kind in drawn[:count]
    ]
