"""HTML as lines of text: what a person sees, one block a line, as a browser's "save as text" gives it, for the text splitter."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from streams.records import Cut, Fate, Span
from streams.split.html.declared_times import Declared, declared_times
from streams.split.html.tree import Tree
from streams.split.text.stamps import MAX_STAMP_CHARACTERS


@dataclass(frozen=True, slots=True)
class TimedText:
    """The visible text of a page. `starts`: where each line of the tree begins in it; `times`: (place in the text, time), in order."""

    text: str
    places: tuple[int, ...]
    starts: tuple[int, ...]
    times: tuple[tuple[int, Declared], ...]


def timed_text(tree: Tree, left_out: Sequence[bool]) -> TimedText:
    """Return the text of a page with its declared times; a time in the middle of a paragraph is a matter of the story's own.

    `left_out` says of each element whether it is no part of the text; one that isn't shown never is.
    """
    parts: list[str] = []
    places: list[int] = []
    starts: list[int] = []
    times: list[tuple[int, Declared]] = []
    offset = 0
    for place, line in enumerate(tree.lines):
        element = tree.elements[line.element]
        if element.is_hidden or left_out[line.element]:
            continue
        text = f"• {line.text}" if element.tag == "li" and element.first == place else line.text
        if len(line.text) <= MAX_STAMP_CHARACTERS:
            times += [(offset, time) for time in declared_times(line.times)]
        parts.append(text)
        places.append(place)
        starts.append(offset)
        offset += len(text) + 1
    return TimedText("\n".join(parts), tuple(places), tuple(starts), tuple(times))


def fates_of(timed: TimedText, spans: Sequence[Span]) -> dict[int, Fate]:
    """Return the fate of each line of the tree by those of the text's characters."""
    fates: dict[int, Fate] = {}
    number = 0
    for place, start in zip(timed.places, timed.starts, strict=True):
        while number + 1 < len(spans) and spans[number].end <= start:
            number += 1
        fates[place] = spans[number].fate
    return fates


def placed(cut: Cut, timed: TimedText, tree: Tree) -> tuple[int, int]:
    """Return the place in the source of a cut of the text: from its first line to the end of its last."""
    first = bisect_right(timed.starts, cut.start or 0) - 1
    last = max(first, bisect_left(timed.starts, cut.end or 0) - 1)
    return tree.lines[timed.places[first]].pieces[0][0], tree.lines[timed.places[last]].pieces[-1][1]
