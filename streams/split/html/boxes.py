"""Find the boxes in the body of a story: notices, captions, profiles, offers, in blocks of their own between its paragraphs."""

from collections import Counter
from collections.abc import Sequence

from streams.split.html.line_classification import HEADINGS, PARAGRAPHS, LineClassification
from streams.split.html.tree import Element, TextLine, Tree

MIN_MAIN_SHARE = 0.7  # of the prose in paragraphs of one block, beside which other blocks in it are boxes
MAX_BOX_SHARE = 0.25  # of the prose; a block with more is a part of the story
INVITATION_LINES = 2  # a sentence, and the button or name below it
MAX_BUTTON_WORDS = 3
TEXT_TAGS = HEADINGS | PARAGRAPHS | {"ul", "ol", "dl", "dd", "table", "pre"}


def box_line_nos(tree: Tree, classification: LineClassification, line_nos: Sequence[int]) -> set[int]:
    """Return the numbers of those lines that are in a box, if the story's paragraphs are in one block.

    A box is a block in it that begins with a title, or whose sentences are no paragraphs, or are one with a button below; and a list above
    that block: key points.
    """
    prose = classification.prose_characters
    by_parent: Counter[int] = Counter()
    for line_no in line_nos:
        element = _element(tree, line_no)
        if element.tag == "p":
            by_parent[element.parent_index] += prose[line_no]
    main, most = max(by_parent.items(), key=lambda entry: entry[1], default=(0, 0))
    total = sum(prose[line_no] for line_no in line_nos)
    if not most or most < MIN_MAIN_SHARE * total:
        return set()
    first = next(line_no for line_no in line_nos if _element(tree, line_no).parent_index == main and prose[line_no])
    points = {line_no for line_no in line_nos if line_no < first and _element(tree, line_no).tag == "li"}
    points = {line_no for line_no in points if tree.elements[_element(tree, line_no).parent_index].parent_index != main}
    known: dict[int, int | None] = {}
    groups: dict[int, list[int]] = {}
    for line_no in line_nos:
        block = _child_of(tree, main, tree.lines[line_no].element_index, known)
        if block is not None and tree.elements[block].tag not in TEXT_TAGS:
            groups.setdefault(block, []).append(line_no)
    boxes = (group for group in groups.values() if _is_box(tree, classification, group, MAX_BOX_SHARE * total))
    return points.union(*boxes)


def _is_box(tree: Tree, classification: LineClassification, group: Sequence[int], max_prose: float) -> bool:
    prose = classification.prose_characters
    elements = [_element(tree, line_no) for line_no in group]
    if sum(prose[line_no] for line_no in group) > max_prose or any("blockquote" in _tags(tree, element) for element in elements):
        return False  # a story quotes posts in widgets
    if len(group) == 1 and len(tree.lines[group[0]].text) == 1:
        return False  # an initial
    if len(group) == INVITATION_LINES and not prose[group[-1]] and _is_button(tree.lines[group[-1]], elements[-1]):
        return True
    tags = {element.tag for line_no, element in zip(group, elements, strict=True) if prose[line_no]}
    return not prose[group[0]] or tags.isdisjoint(PARAGRAPHS)


def _is_button(line: TextLine, element: Element) -> bool:
    return line.is_link or (element.tag not in HEADINGS and len(line.text.split()) <= MAX_BUTTON_WORDS)


def _element(tree: Tree, line_no: int) -> Element:
    return tree.elements[tree.lines[line_no].element_index]


def _tags(tree: Tree, element: Element) -> tuple[str, str]:
    return element.tag, tree.elements[max(0, element.parent_index)].tag


def _child_of(tree: Tree, parent_index: int, index: int, known: dict[int, int | None]) -> int | None:
    """Return the block around an element that is a child of another one; None if the element is not within that.

    `known`: the results so far, so that each block is visited once.
    """
    path = []
    while index not in known and tree.elements[index].depth > tree.elements[parent_index].depth + 1:
        path.append(index)
        index = tree.elements[index].parent_index
    child = known[index] if index in known else index if tree.elements[index].parent_index == parent_index else None
    known.update(dict.fromkeys(path, child))
    return child
