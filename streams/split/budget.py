"""Limit the HTML of a dump, of all its pages, parts and fragments together, by the processor time that it can take."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from streams.errors import InvalidRecord, Reason

MAX_US = 3_000_000
SHORT_CHARACTERS = 100  # a line of so many may be a stamp


class Weights(NamedTuple):
    """Microseconds of processor time: of a block, and of a short or long line of text."""

    element: int
    short_line: int
    long_line: int


# Measured on the slowest pages known; ordinary ones take a third of it (measurements: Hostile dumps).
PAGE = Weights(10, 130, 50)  # read as a list, as text and as a story
EXPORT = Weights(5, 35, 30)
FRAGMENT = Weights(5, 40, 35)


@dataclass(slots=True)
class HtmlBudget:
    """The processor time that the HTML of a dump may still take, in microseconds."""

    left_us: int = MAX_US

    def spend(self, weights: Weights, elements: int, lines: Iterable[str]) -> None:
        """Take the time for so many blocks and these lines off; raise `InvalidRecord` (`limit`) where not enough is left."""
        times = (weights.short_line if len(line) <= SHORT_CHARACTERS else weights.long_line for line in lines)
        self.left_us -= elements * weights.element + sum(times)
        if self.left_us < 0:
            raise InvalidRecord(Reason.LIMIT, "the HTML of the dump has too many blocks and lines together; send it in parts")
