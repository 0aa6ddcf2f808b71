"""Render HTML as visible text for the text splitter: one line for each block, as a browser saves a page as text."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from streams.records import Cut, Fate, Span
from streams.split.html.declared_times import DeclaredTime, parse_declared_times
from streams.split.html.tree import Tree
from streams.split.text.stamps import MAX_STAMP_CHARACTERS


@dataclass(frozen=True, slots=True)
class VisibleText:
    """The visible text of a page, one line for each visible line of its tree.

    `line_nos`: by line, its number in the tree. `starts`: by line, its offset in the text. `times`: (offset in the text, time) in order.
    """

    text: str
    line_nos: tuple[int, ...]
    starts: tuple[int, ...]
    times: tuple[tuple[int, DeclaredTime], ...]


def render_visible_text(tree: Tree, excluded: Sequence[bool]) -> VisibleText:
    """Return the text of a page with its declared times, without those in paragraphs, which are no publication times.

    `excluded`: by element index, whether the element's own lines are left out, as those of hidden elements always are.
    """
    parts: list[str] = []
    line_nos: list[int] = []
    starts: list[int] = []
    times: list[tuple[int, DeclaredTime]] = []
    offset = 0
    for line_no, line in enumerate(tree.lines):
        element = tree.elements[line.element_index]
        if element.is_hidden or excluded[line.element_index]:
            continue
        text = f"• {line.text}" if element.tag == "li" and element.first_line == line_no else line.text
        if len(line.text) <= MAX_STAMP_CHARACTERS:
            times += [(offset, time) for time in parse_declared_times(line.times)]
        parts.append(text)
        line_nos.append(line_no)
        starts.append(offset)
        offset += len(text) + 1
    return VisibleText("\n".join(parts), tuple(line_nos), tuple(starts), tuple(times))


def line_fates(visible: VisibleText, spans: Sequence[Span]) -> dict[int, Fate]:
    """Return the fate of each visible line, by its number in the tree; `spans` have the fates of the text."""
    fates: dict[int, Fate] = {}
    index = 0
    for line_no, start in zip(visible.line_nos, visible.starts, strict=True):
        while index + 1 < len(spans) and spans[index].end <= start:
            index += 1
        fates[line_no] = spans[index].fate
    return fates


def source_span_of(cut: Cut, visible: VisibleText, tree: Tree) -> tuple[int, int]:
    """Return the offsets in the source of a cut of the text, from the start of its first line to the end of its last."""
    first = bisect_right(visible.starts, cut.start or 0) - 1
    last = max(first, bisect_left(visible.starts, cut.end or 0) - 1)
    return tree.lines[visible.line_nos[first]].pieces[0][0], tree.lines[visible.line_nos[last]].pieces[-1][1]
