"""Boxes amid a story: a label that ends stories elsewhere ("Related"), a headline or two, and the story goes on."""

from collections.abc import Sequence

from streams.split.text.bodies import is_bare_headline
from streams.split.text.lines import Kind, Line

MAX_BOX_LINES = 3
MIN_HEADLINE_WORDS = 4


def without_boxes(lines: Sequence[Line], places: Sequence[int]) -> list[int]:
    """Return the places of a story's lines without those of its boxes. The work is linear in their number."""
    kept: list[int] = []
    number = 0
    while number < len(places):
        height = _height_of_box(lines, places[number : number + MAX_BOX_LINES + 1])
        if height and _are_headlines_among(lines, places, number + height):
            height = 0  # a list of other stories
        kept += [] if height else [places[number]]
        number += height or 1
    return kept


def _height_of_box(lines: Sequence[Line], places: Sequence[int]) -> int:
    """Return how many lines the box has that begins here, 0 where none does."""
    if lines[places[0]].kind is not Kind.END:
        return 0
    above = next((number for number, place in enumerate(places) if lines[place].kind is Kind.PROSE), 0)
    return above if above > 1 and all(is_bare_headline(lines[place]) for place in places[1:above]) else 0


def _are_headlines_among(lines: Sequence[Line], places: Sequence[int], start: int) -> bool:
    """Return whether a headline stands between `start` and the next label that ends a story."""
    for number in range(start, len(places)):
        line = lines[places[number]]
        if line.kind is Kind.END:
            return False
        if line.words >= MIN_HEADLINE_WORDS and line.kind is Kind.SHORT and is_bare_headline(line):
            return True
    return False
