"""Remove boxes inside a story: a label that ends stories elsewhere ("Related"), a headline or two, then the story continues."""

from collections.abc import Sequence

from streams.split.text.bodies import is_bare_headline
from streams.split.text.lines import MIN_HEADLINE_WORDS, Line, LineKind

MAX_BOX_LINES = 3  # the label and two headlines


def remove_related_boxes(lines: Sequence[Line], line_nos: Sequence[int]) -> list[int]:
    """Return the line numbers of a story without those of its boxes. The work is linear in their number."""
    kept: list[int] = []
    position = 0
    while position < len(line_nos):
        height = _height_of_box(lines, line_nos[position : position + MAX_BOX_LINES + 1])
        if height and _are_headlines_among(lines, line_nos, position + height):
            height = 0  # a list of other stories
        kept += [] if height else [line_nos[position]]
        position += height or 1
    return kept


def _height_of_box(lines: Sequence[Line], line_nos: Sequence[int]) -> int:
    """Return the number of lines of the box that begins here, or 0."""
    if lines[line_nos[0]].kind is not LineKind.END:
        return 0
    above = next((position for position, line_no in enumerate(line_nos) if lines[line_no].kind is LineKind.PROSE), 0)
    return above if above > 1 and all(is_bare_headline(lines[line_no]) for line_no in line_nos[1:above]) else 0


def _are_headlines_among(lines: Sequence[Line], line_nos: Sequence[int], start: int) -> bool:
    """Return whether a headline is between position `start` and the next label that ends a story."""
    for position in range(start, len(line_nos)):
        line = lines[line_nos[position]]
        if line.kind is LineKind.END:
            return False
        if line.words >= MIN_HEADLINE_WORDS and line.kind is LineKind.SHORT and is_bare_headline(line):
            return True
    return False
