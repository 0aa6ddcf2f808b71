"""Find the body of a story on an HTML page: those lines of its block that are the story's own text."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from streams.split.html.authors import is_name_paragraph
from streams.split.html.boxes import box_line_nos
from streams.split.html.line_classification import (
    COMMENTS,
    HEADINGS,
    MAX_LABEL_CHARACTERS,
    PARAGRAPHS,
    LineClassification,
    ends_sentence,
    is_end_label,
    is_footer,
    is_promotion,
    split_off_last_piece,
)
from streams.split.html.trailing_sections import READERS, without_trailing_sections
from streams.split.html.tree import TextLine, Tree
from streams.split.text.bodies import CLOSING, clean_text, is_credit
from streams.split.text.lines import MIN_PROSE_WORDS, key_of, word_count
from streams.split.text.shapes import general_words
from streams.split.text.stamps import MAX_STAMP_CHARACTERS, is_byline, stamp_of

MAX_PROMOTIONS_SHARE = 0.2  # share of a body's lines that are cut off its end as promotions; with more, these are its subject
MAX_LEAD_LINES = 3  # lines from the lead down to a byline or date
MIN_REPEATED_ENDS = 3
CONVERSATION = re.compile(r"\bconversation\b", re.IGNORECASE)  # "Join the conversation"
URL = re.compile(r"(?:https?://|www\.)\S+")
COUNTER = re.compile(r"(?:[^\W\d_]{3,12} )?\d{1,3} ?(?:/|of|de|von|di|sur) ?\d{1,3}", re.IGNORECASE)  # "Image 1 of 5"


def body_line_nos(tree: Tree, classification: LineClassification, first: int, end: int) -> list[int]:
    """Return the numbers of those lines in [first, end) that are a story's body: its prose, and short lines between.

    It starts at the first sentence, often the lead, and ends with the last sentence, or a short paragraph or list beside it. Links to
    other pages, labels, picture credits and, at the end, promotions are left out.
    """
    end = _first_end_label(tree, classification, first, end)
    inside = [line_no for line_no in range(first, end) if not classification.is_chrome[tree.lines[line_no].element_index]]
    inside = _drop_repeats(tree, classification, inside)
    boxes = box_line_nos(tree, classification, inside)
    inside = [line_no for line_no in inside if line_no not in boxes]
    text_blocks = _text_blocks(tree, classification, inside)
    kept = [
        line_no
        for line_no in inside
        if _is_body_line(tree, tree.lines[line_no], text_blocks) or _is_linked_heading_of_text(tree, classification, line_no, text_blocks)
    ]
    kept = [*without_trailing_sections(tree, _from_start(tree, classification, kept))]
    can_end = _can_end_body(tree, classification, kept, text_blocks)
    lengths = range(len(kept), 0, -1)
    longest = next((length for length in lengths if can_end[length - 1]), 0)
    unpromoted = next((length for length in lengths if can_end[length - 1] and not is_promotion(tree.lines[kept[length - 1]])), 0)
    return kept[: unpromoted if longest - unpromoted <= MAX_PROMOTIONS_SHARE * longest else longest]


def lead_line_nos(tree: Tree, classification: LineClassification, first: int, end: int) -> list[int]:
    """Return the numbers of the sentences in [first, end), from the headline to the block of the body: the lead."""
    prose, is_chrome = classification.prose_characters, classification.is_chrome
    blocks = ((line_no, tree.lines[line_no].element_index) for line_no in range(first, end) if prose[line_no])
    inside = (line_no for line_no, index in blocks if not is_chrome[index] and tree.elements[index].tag != "li")
    lead = [line_no for line_no in inside if not is_promotion(tree.lines[line_no]) and not is_credit(tree.lines[line_no].text)]
    return lead if len(lead) <= MAX_LEAD_LINES else []


def _drop_repeats(tree: Tree, classification: LineClassification, inside: list[int]) -> list[int]:
    """Leave out sentences that occur twice, where their markup is not that of the paragraphs: captions, pull quotes."""
    prose_line_nos = [line_no for line_no in inside if classification.prose_characters[line_no]]
    counts = Counter(tree.lines[line_no].text for line_no in prose_line_nos)
    if len(counts) == len(prose_line_nos):
        return inside
    markups = Counter(_markup(tree, tree.lines[line_no]) for line_no in prose_line_nos)
    usual = max(markups, key=markups.__getitem__)
    return [line_no for line_no in inside if counts[tree.lines[line_no].text] < 2 or _markup(tree, tree.lines[line_no]) == usual]


def _first_end_label(tree: Tree, classification: LineClassification, first: int, end: int) -> int:
    """Return the first line in [first, end) that labels a section below the story, or `end`.

    More than half of the prose is above it, and no prose below has the markup of a line above, but below a heading of comments.
    """
    prose, is_chrome = classification.prose_characters, classification.is_chrome
    prose_line_nos = [line_no for line_no in range(first, end) if prose[line_no] and not is_chrome[tree.lines[line_no].element_index]]
    markups = {line_no: _markup(tree, tree.lines[line_no]) for line_no in prose_line_nos}
    last_of_markup = {markup: line_no for line_no, markup in markups.items()}
    half, above, last_alike = sum(prose[line_no] for line_no in prose_line_nos) / 2, 0, -1
    for line_no in range(first, end):
        if line_no in markups:
            above += prose[line_no]
            last_alike = max(last_alike, last_of_markup[markups[line_no]])
        elif above > half and is_end_label(tree.lines[line_no].text) and (last_alike < line_no or _heads_comments(tree, line_no)):
            return line_no
    return end


def _heads_comments(tree: Tree, line_no: int) -> bool:
    line = tree.lines[line_no]
    is_of_readers = COMMENTS.search(line.text) or READERS.search(line.text) or CONVERSATION.search(line.text)
    return tree.elements[line.element_index].tag in HEADINGS and is_of_readers is not None


def _markup(tree: Tree, line: TextLine) -> tuple[str, int, str]:
    """Return the markup that a story's paragraphs share, also where each has a block of its own: tag, depth, names of the parent."""
    element = tree.elements[line.element_index]
    return element.tag, element.depth, tree.elements[max(0, element.parent_index)].names


def _can_end_body(tree: Tree, classification: LineClassification, kept: Sequence[int], text_blocks: set[int]) -> list[bool]:
    """Return for each line of `kept` whether a body can end there: at a sentence, a short paragraph, or an item of a list in the text."""
    can_end: list[bool] = []
    for position, line_no in enumerate(kept):
        line = tree.lines[line_no]
        if URL.fullmatch(line.text) or (len(line.text) <= MAX_LABEL_CHARACTERS and line.text[-1] == ":"):
            can_end.append(False)
        elif classification.prose_characters[line_no]:
            can_end.append(True)
        elif position and _is_item(tree, line, text_blocks):
            above = tree.lines[kept[position - 1]]
            can_end.append(_continues_text(tree, above, line, can_end[-1]) or _is_in_text_block(tree, line, text_blocks))
        else:
            can_end.append(_is_in_text_block(tree, line, text_blocks))
    return can_end


def _continues_text(tree: Tree, above: TextLine, item: TextLine, can_end_above: bool) -> bool:
    """Return whether a list item belongs to the text: it is long, the item above does, or a heading or colon above introduces it."""
    block = tree.elements[above.element_index]
    is_next_item = can_end_above and block.parent_index == tree.elements[item.element_index].parent_index
    return is_next_item or word_count(item.text) >= MIN_PROSE_WORDS or block.tag in HEADINGS or above.text.endswith(":")


def _is_item(tree: Tree, line: TextLine, text_blocks: set[int]) -> bool:
    element = tree.elements[line.element_index]
    return element.tag == "li" and tree.elements[element.parent_index].parent_index in text_blocks


def _text_blocks(tree: Tree, classification: LineClassification, line_nos: Sequence[int]) -> set[int]:
    """Return the element indices of blocks that hold sentences: parents of paragraphs, and blocks with text of their own."""
    text_blocks = set()
    for line_no in line_nos:
        if classification.prose_characters[line_no]:
            index = tree.lines[line_no].element_index
            element = tree.elements[index]
            text_blocks.add(element.parent_index)
            if element.tag not in PARAGRAPHS:
                text_blocks.add(index)
    return text_blocks


def _is_in_text_block(tree: Tree, line: TextLine, text_blocks: set[int]) -> bool:
    element = tree.elements[line.element_index]
    is_paragraph = element.tag in PARAGRAPHS or (not line.is_link and ends_sentence(line.text))
    is_inside = line.element_index in text_blocks or (is_paragraph and element.parent_index in text_blocks)
    return is_inside and not is_byline_or_stamp(line)


def _is_body_line(tree: Tree, line: TextLine, text_blocks: set[int]) -> bool:
    text = line.text
    if line.is_link and URL.fullmatch(text):
        return _is_in_text_block(tree, line, text_blocks)  # a URL in full is a part of the text
    if line.is_link:
        return ends_sentence(text) and word_count(text) >= MIN_PROSE_WORDS and _is_in_text_block(tree, line, text_blocks)
    if len(text) <= MAX_LABEL_CHARACTERS and (line.times or _is_label(tree, line) or COUNTER.fullmatch(text)):
        return False
    if (
        len(text) <= MAX_STAMP_CHARACTERS
        and len(line.pieces) > 1
        and line.linked_characters
        and stamp_of(split_off_last_piece(tree, line)[0])
    ):
        return False  # "3 May 2026 Explore more"
    return not is_footer(text) and not is_credit(text)


def _is_linked_heading_of_text(tree: Tree, classification: LineClassification, line_no: int, text_blocks: set[int]) -> bool:
    """Return whether a line is a linked heading with a sentence of the same text below: a film in a list of the best."""
    line = tree.lines[line_no]
    element = tree.elements[line.element_index]
    if not line.is_link or element.tag not in HEADINGS or element.parent_index not in text_blocks or line_no + 1 == len(tree.lines):
        return False
    below = tree.elements[tree.lines[line_no + 1].element_index]
    return classification.prose_characters[line_no + 1] > 0 and below.tag == "p" and below.parent_index == element.parent_index


def _is_label(tree: Tree, line: TextLine) -> bool:
    """Return whether a line is a button, or the label of a section of the page; "Health" as a heading may be the story's own."""
    is_heading = tree.elements[line.element_index].tag in HEADINGS
    return key_of(line.text) in (general_words().ends if is_heading else general_words().chrome)


def is_byline_or_stamp(line: TextLine) -> bool:
    """Return whether a line is a byline or a stamp (outlet and time of publication)."""
    text = line.text
    if len(text) > MAX_STAMP_CHARACTERS:
        return False
    if is_byline(text) or stamp_of(text) is not None:
        return True
    return text[-1] == ")" and stamp_of(text[: text.rfind("(")].strip()) is not None  # "3 May 2026 (updated on 4 May 2026 | 08:15)"


def _from_start(tree: Tree, classification: LineClassification, kept: list[int]) -> list[int]:
    """Return the lines of `kept` from the first sentence, and short paragraphs or list items beside it.

    A byline or a date soon below the first sentences separates the lead from the text; it is left out with the short lines above it.
    """
    prose = classification.prose_characters
    first = next((position for position, line_no in enumerate(kept) if prose[line_no]), len(kept))
    if first == len(kept):
        return []
    start = first
    while start and _leads_into_body(tree, tree.lines[kept[start - 1]], tree.lines[kept[first]]):
        start -= 1
    start = start - 1 if start == first and _is_section_heading(tree, kept[:start], kept[first:]) else start
    near = range(first + 1, min(len(kept), first + 1 + MAX_LEAD_LINES))
    separator = next((position for position in reversed(near) if is_byline_or_stamp(tree.lines[kept[position]])), None)
    if separator is None:
        below = next((position for position in near if prose[kept[position]]), first + 1)
        separator = below - 1 if _is_lead(tree, kept[first], kept[below : below + 1]) else first
        if separator > first and _is_heading_above(tree, *kept[separator : below + 1]):
            separator -= 1
    lead = [line_no for line_no in kept[first : separator + 1] if prose[line_no] and not is_byline_or_stamp(tree.lines[line_no])]
    return kept[start:first] + lead + kept[separator + 1 :]


def _is_section_heading(tree: Tree, above: Sequence[int], text: Sequence[int]) -> bool:
    """Return whether the last line above a text is the heading of its first section: the text has more headings of that tag and block."""
    blocks = [tree.elements[tree.lines[line_no].element_index] for line_no in (*above[-1:], *text)]
    if not above or blocks[0].tag not in HEADINGS or blocks[0].parent_index != blocks[1].parent_index:
        return False
    return any(block.tag == blocks[0].tag and block.parent_index == blocks[0].parent_index for block in blocks[1:])


def _is_heading_above(tree: Tree, line_no: int, below: int) -> bool:
    """Return whether a line is a heading in the block of the text below it."""
    heading, text = (tree.elements[tree.lines[number].element_index] for number in (line_no, below))
    return heading.tag in HEADINGS and heading.parent_index == text.parent_index


def _is_lead(tree: Tree, first: int, below: Sequence[int]) -> bool:
    """Return whether the first sentence is in a block apart from the next one."""
    parents = [tree.elements[tree.lines[line_no].element_index].parent_index for line_no in (first, *below)]
    return len(parents) > 1 and parents[0] != parents[1] and _markup(tree, tree.lines[first]) != _markup(tree, tree.lines[below[0]])


def _leads_into_body(tree: Tree, line: TextLine, first: TextLine) -> bool:
    """Return whether a line above the first sentence is a paragraph or a list item beside it: a short one, or a sentence of links."""
    if _is_initial(line.text, first.text):
        return True
    own, sentence = tree.elements[line.element_index], tree.elements[first.element_index]
    if sentence.tag != "p" or is_byline_or_stamp(line) or is_name_paragraph(tree, line) or (line.is_link and not ends_sentence(line.text)):
        return False
    is_item = own.tag == "li" and tree.elements[own.parent_index].parent_index == sentence.parent_index
    return is_item or (own.tag == "p" and own.parent_index == sentence.parent_index)


def _is_initial(text: str, following: str) -> bool:
    """Return whether a text is the initial of the one below, in a block of its own."""
    return len(text) == 1 and text.isupper() and following[:1].islower()


def repeated_ends(tree: Tree, line_nos: Iterable[int]) -> frozenset[str]:
    """Return the texts in inline tags at the ends of several lines: links to full stories, notes for screen readers."""
    ends = Counter(split_off_last_piece(tree, tree.lines[line_no])[1] for line_no in line_nos)
    return frozenset(end for end, count in ends.items() if end and count >= MIN_REPEATED_ENDS)


def _text_without_button(tree: Tree, line: TextLine, buttons: AbstractSet[str]) -> str:
    """Return the text of a line without a button at its end: "... of the ferry. Read more"."""
    before, last = split_off_last_piece(tree, line)
    is_button = last in buttons or (0 < len(last) <= MAX_LABEL_CHARACTERS and key_of(last) in general_words().chrome)
    return clean_text(before if is_button and ends_sentence(before) else line.text)


def join_lines(tree: Tree, line_nos: Sequence[int], buttons: AbstractSet[str] = frozenset()) -> str:
    """Return the text of lines, paragraphs joined by newlines; a line that begins with closing punctuation continues the one before.

    `buttons`: texts that are left out at the end of a line.
    """
    paragraphs: list[str] = []
    for text in filter(None, (_text_without_button(tree, tree.lines[line_no], buttons) for line_no in line_nos)):
        if paragraphs and (text[0] in CLOSING or _is_initial(paragraphs[-1], text)):
            paragraphs[-1] += text
        else:
            paragraphs.append(text)
    return "\n".join(paragraphs)
