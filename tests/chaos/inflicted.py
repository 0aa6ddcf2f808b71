"""The common form of faults: what a fault does, and what it leaves to be undone."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tests.chaos.faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Inflicted:
    """The traces of a fault: its victim for the report, the slots of the workers that it started, and how to end it, if it still lasts."""

    victim: str = ""
    started: Sequence[int] = ()
    undo: Callable[[], Awaitable[None]] | None = None


Inflict = Callable[[Fault], Awaitable[Inflicted]]
