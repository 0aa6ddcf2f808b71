"""Find the sections below a story that are in its own block: headlines of other stories, and letters of readers."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from streams.split.html.line_classification import HEADINGS, MAX_LABEL_CHARACTERS, ends_sentence, is_end_label
from streams.split.html.tree import TextLine, Tree
from streams.split.text.promotions import is_link_label

MIN_HEADLINES = 2
MIN_LETTERS = 2  # introduced by their writers: "Ana Ruiz, Tolmouth:"
READERS = re.compile(
    r"\b(?:readers?|lectores|leitores|lecteurs|leser\w*|lettori|lezers|läsar\w*|czytelni\w*|okur\w*)\b|読者|독자", re.IGNORECASE
)


def without_trailing_sections(tree: Tree, line_nos: Sequence[int]) -> Sequence[int]:
    """Return the lines of a body above a label with nothing but headlines below it, or a heading with the letters of its readers.

    The lines below are counted once: a page of a hundred thousand short lines takes minutes otherwise.
    """
    lines = [tree.lines[line_no] for line_no in line_nos]
    last_sentence = max((position for position, line in enumerate(lines) if ends_sentence(line.text)), default=-1)
    introductions = [position for position, line in enumerate(lines) if _may_be_label(line) and line.text.endswith(":")]
    for position, line in enumerate(lines):
        if position and _may_be_label(line) and not line.is_link:
            are_headlines = last_sentence <= position < len(lines) - MIN_HEADLINES
            are_letters = len(introductions) - bisect_right(introductions, position) >= MIN_LETTERS
            if (are_headlines and _is_label(line.text)) or (are_letters and _names_readers(tree, line)):
                return line_nos[:position]
    return line_nos


def _may_be_label(line: TextLine) -> bool:
    return len(line.text) <= MAX_LABEL_CHARACTERS


def _is_label(text: str) -> bool:
    return is_link_label(text) or is_end_label(text)


def _names_readers(tree: Tree, line: TextLine) -> bool:
    return tree.elements[line.element_index].tag in HEADINGS and READERS.search(line.text) is not None
