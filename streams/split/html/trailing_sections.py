"""Find the sections below a story that are in its own block: headlines of other stories, and letters of readers."""

import re
from collections.abc import Sequence

from streams.split.html.line_classification import HEADINGS, MAX_LABEL_CHARACTERS, ends_sentence, is_end_label
from streams.split.html.tree import TextLine, Tree
from streams.split.text.promotions import is_link_label

MIN_HEADLINES = 2
MIN_LETTERS = 2
READERS = re.compile(
    r"\b(?:readers?|lectores|leitores|lecteurs|leser\w*|lettori|lezers|läsar\w*|czytelni\w*|okur\w*)\b|読者|독자", re.IGNORECASE
)


def without_trailing_sections(tree: Tree, line_nos: Sequence[int]) -> Sequence[int]:
    """Return the lines of a body above a label with nothing but headlines below it, or a heading with the letters of its readers."""
    for position, line_no in enumerate(line_nos):
        line = tree.lines[line_no]
        if position and len(line.text) <= MAX_LABEL_CHARACTERS and not line.is_link:
            below = [tree.lines[below] for below in line_nos[position + 1 :]]
            if _labels_headlines(line.text, below) or _heads_letters(tree, line, below):
                return line_nos[:position]
    return line_nos


def _labels_headlines(text: str, below: Sequence[TextLine]) -> bool:
    if not (is_link_label(text) or is_end_label(text)):
        return False
    return len(below) >= MIN_HEADLINES and not any(ends_sentence(line.text) for line in below)


def _heads_letters(tree: Tree, line: TextLine, below: Sequence[TextLine]) -> bool:
    """Return whether a heading names readers, and lines below it introduce the next one: "Ana Ruiz, Tolmouth:"."""
    if tree.elements[line.element_index].tag not in HEADINGS or not READERS.search(line.text):
        return False
    return sum(len(text.text) <= MAX_LABEL_CHARACTERS and text.text.endswith(":") for text in below) >= MIN_LETTERS
