"""The paragraphs of a page, text or HTML, with their offsets in it: the readers of record formats work on them."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from streams.split.budget import EXPORT, HtmlBudget
from streams.split.html.attributes import names_and_visibility
from streams.split.html.tree import TextLine, Tree, parse_tree
from streams.split.text.lines import require_few_lines

LINE = re.compile(r"([^\r\n\f]*)(?:\r\n|[\r\n\f]|\Z)")
MAX_WRAPPED_CHARACTERS = 100  # of a line of a wrapped text; a longer one is a paragraph
MIN_WRAPPED_SHARE = 0.95  # of the lines: a wrapped text may have long addresses
MAX_TAG_CHARACTERS = 200
NAMED_ANCESTORS = 3  # blocks around a line whose classes may name its field


class Paragraph(NamedTuple):
    """A paragraph of one or more lines; `names`: classes of its HTML blocks and of the tag before it, in lower case."""

    text: str
    lines: tuple[str, ...]
    start: int
    end: int
    indent: int = 0
    names: str = ""


def text_paragraphs(text: str, begins: Callable[[str], re.Match[str] | None], is_wrapped: bool) -> list[Paragraph]:
    """Return the paragraphs of a text: its lines, or where it `is_wrapped` the lines between blank ones and those that `begins` finds.

    Some texts of a form that is wrapped have a paragraph a line all the same.
    """
    require_few_lines(text)
    lines = [(match[1].strip(), match.start(1), match.end(1)) for match in LINE.finditer(text)]
    filled = [line for line, _, _ in lines if line]
    short = sum(len(line) <= MAX_WRAPPED_CHARACTERS for line in filled)
    is_wrapped = is_wrapped and len(filled) < len(lines) - 1 and short >= MIN_WRAPPED_SHARE * len(filled)
    groups: list[list[tuple[str, int, int]]] = []
    is_open = False
    for line, start, end in lines:
        if line and is_open and not begins(line):
            groups[-1].append((line, start, end))
        elif line:
            groups.append([(line, start, end)])
        label = begins(line) if line and is_wrapped else None
        is_open = is_wrapped and bool(line) and not (label and label.end() == len(line))  # a label alone is above its value
    return [_paragraph(text, group) for group in groups]


def _paragraph(text: str, group: list[tuple[str, int, int]]) -> Paragraph:
    lines = tuple(line for line, _, _ in group)
    _, start, end = group[0]
    indent = end - start - len(text[start:end].lstrip())
    return Paragraph(" ".join(lines), lines, start + indent, group[-1][2], indent)


def html_paragraphs(html: str, budget: HtmlBudget | None = None) -> list[Paragraph]:
    """Return the paragraphs of an HTML page: its visible lines, those of one `<p>` joined."""
    tree = parse_tree(html)
    if budget:
        budget.spend(EXPORT, len(tree.elements), (line.text for line in tree.lines))
    groups: list[list[TextLine]] = []
    for line in tree.lines:
        element = tree.elements[line.element_index]
        if element.is_hidden:
            continue
        if groups and element.tag == "p" and groups[-1][-1].element_index == line.element_index:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_html_paragraph(tree, group) for group in groups]


def _html_paragraph(tree: Tree, group: list[TextLine]) -> Paragraph:
    lines = tuple(line.text for line in group)
    return Paragraph(" ".join(lines), lines, group[0].pieces[0][0], group[-1].pieces[-1][1], 0, " ".join(_names(tree, group[0])))


def _names(tree: Tree, line: TextLine) -> Iterator[str]:
    start, index = line.pieces[0][0], line.element_index
    tag = tree.source.rfind("<", max(0, start - MAX_TAG_CHARACTERS), start)
    if tag >= 0:
        yield names_and_visibility(tree.source[tag:start].partition(" ")[2].partition(">")[0])[0].lower()
    for _ in range(NAMED_ANCESTORS):
        if index >= 0:
            yield tree.elements[index].names.lower()
            index = tree.elements[index].parent_index
