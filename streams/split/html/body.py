"""The body of a story of an HTML page: which of the lines of its block are the story's own text."""

import re
from collections import Counter
from collections.abc import Sequence
from html import unescape

from streams.split.html.prose import HEADINGS, MAX_LABEL_CHARACTERS, PARAGRAPHS, SENTENCE, Reading, is_end_label, is_footer, is_promotion
from streams.split.html.tree import TextLine, Tree
from streams.split.text.bodies import CLOSING, CREDIT, MAX_CREDIT_CHARACTERS, clean_text
from streams.split.text.lines import MIN_PROSE_WORDS, key_of, word_count
from streams.split.text.shapes import general_words
from streams.split.text.stamps import MAX_STAMP_CHARACTERS, is_byline, stamp_of

MAX_PROMOTIONS_SHARE = 0.2
MAX_DECK_LINES = 3
MIN_PARAGRAPHS = 3
ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
COUNTER = re.compile(r"(?:[^\W\d_]{3,12} )?\d{1,3} ?(?:/|of|de|von|di|sur) ?\d{1,3}", re.IGNORECASE)  # "Image 1 of 5"


def body_places(tree: Tree, reading: Reading, first: int, last: int) -> list[int]:
    """Return which of the lines [first, last) are a story's body: its prose, and what stands among it.

    It begins with the first sentence that is no deck, and ends with the last or with a short paragraph or a list beside one. Links to
    other pages, labels, credits of pictures and, at the end, promotions are left out.
    """
    last = _label_below(tree, reading, first, last)
    inside = [place for place in range(first, last) if not reading.chrome[tree.lines[place].element]]
    inside = _without_repeats(tree, reading, inside)
    homes = _homes(tree, reading, inside)
    kept = [place for place in inside if _belongs(tree, tree.lines[place], homes)]
    kept = kept[_start(tree, reading, kept) :]
    ends = _ends(tree, reading, kept, homes)
    backwards = range(len(kept), 0, -1)
    stop = next((at for at in backwards if ends[at - 1]), 0)
    told = next((at for at in backwards if ends[at - 1] and not is_promotion(tree.lines[kept[at - 1]])), 0)
    return kept[: told if stop - told <= MAX_PROMOTIONS_SHARE * stop else stop]


def _without_repeats(tree: Tree, reading: Reading, inside: list[int]) -> list[int]:
    """Return the lines without sentences that come twice and stand otherwise than the paragraphs: captions, quotes pulled from the text."""
    told = [place for place in inside if reading.prose[place]]
    counts = Counter(tree.lines[place].text for place in told)
    if len(counts) == len(told):
        return inside
    kinds = Counter(_kind(tree, tree.lines[place]) for place in told)
    usual = max(kinds, key=kinds.__getitem__)
    return [place for place in inside if counts[tree.lines[place].text] < 2 or _kind(tree, tree.lines[place]) == usual]


def _label_below(tree: Tree, reading: Reading, first: int, last: int) -> int:
    """Return the first of the lines [first, last) that names what comes after a story: with most prose above it, and none of a kind with
    that below.
    """
    told = [place for place in range(first, last) if reading.prose[place] and not reading.chrome[tree.lines[place].element]]
    kinds = {place: _kind(tree, tree.lines[place]) for place in told}
    lasts = {kind: place for place, kind in kinds.items()}
    half, above, latest = sum(reading.prose[place] for place in told) / 2, 0, -1
    for place in range(first, last):
        if place in kinds:
            above += reading.prose[place]
            latest = max(latest, lasts[kinds[place]])
        elif above > half and latest < place and is_end_label(tree.lines[place].text):
            return place
    return last


def _kind(tree: Tree, line: TextLine) -> tuple[str, int, str]:
    """Return what the paragraphs of one story share where each has a block of its own: tag, depth, the names of the block around."""
    element = tree.elements[line.element]
    return element.tag, element.depth, tree.elements[max(0, element.parent)].names


def _ends(tree: Tree, reading: Reading, kept: Sequence[int], homes: set[int]) -> list[bool]:
    """Return of each line whether a body may end with it: a sentence, a short paragraph beside one, an item of a list that it announces."""
    ends: list[bool] = []
    for number, place in enumerate(kept):
        line = tree.lines[place]
        if ADDRESS.fullmatch(line.text):
            ends.append(False)
        elif reading.prose[place]:
            ends.append(True)
        elif number and _is_item(tree, line, homes):
            above = tree.lines[kept[number - 1]]
            ends.append(_goes_on_with(tree, above, line, ends[-1]) or _is_at_home(tree, line, homes))
        else:
            ends.append(_is_at_home(tree, line, homes))
    return ends


def _goes_on_with(tree: Tree, above: TextLine, item: TextLine, is_told: bool) -> bool:
    """Return whether an item belongs to the text: it is long, its list's last one does, or a heading or a colon announces it."""
    block = tree.elements[above.element]
    is_next = is_told and block.parent == tree.elements[item.element].parent
    return is_next or word_count(item.text) >= MIN_PROSE_WORDS or block.tag in HEADINGS or above.text.endswith(":")


def _is_item(tree: Tree, line: TextLine, homes: set[int]) -> bool:
    element = tree.elements[line.element]
    return element.tag == "li" and tree.elements[element.parent].parent in homes


def _homes(tree: Tree, reading: Reading, places: Sequence[int]) -> set[int]:
    """Return the blocks that hold sentences: the parents of paragraphs, and blocks with text of their own."""
    homes = set()
    for place in places:
        if reading.prose[place]:
            number = tree.lines[place].element
            element = tree.elements[number]
            homes.add(element.parent)
            if element.tag not in PARAGRAPHS:
                homes.add(number)
    return homes


def _is_at_home(tree: Tree, line: TextLine, homes: set[int]) -> bool:
    element = tree.elements[line.element]
    is_paragraph = element.tag in PARAGRAPHS or (not line.is_link and bool(SENTENCE.search(line.text[-6:])))
    return (line.element in homes or (is_paragraph and element.parent in homes)) and not is_stamped(line)


def _belongs(tree: Tree, line: TextLine, homes: set[int]) -> bool:
    text = line.text
    if line.is_link and ADDRESS.fullmatch(text):
        return _is_at_home(tree, line, homes)  # an address written out is a part of the text
    if line.is_link:
        return bool(SENTENCE.search(text[-6:])) and word_count(text) >= MIN_PROSE_WORDS and _is_at_home(tree, line, homes)
    if len(text) <= MAX_LABEL_CHARACTERS and (line.times or _is_label(tree, line) or COUNTER.fullmatch(text)):
        return False
    return not is_footer(text) and (len(text) > MAX_CREDIT_CHARACTERS or not CREDIT.match(text))


def _is_label(tree: Tree, line: TextLine) -> bool:
    """Return whether a line is a button, or the name of a section of the page; "Health" may be a heading within a story."""
    is_heading = tree.elements[line.element].tag in HEADINGS
    return key_of(line.text) in (general_words().ends if is_heading else general_words().chrome)


def is_stamped(line: TextLine) -> bool:
    """Return whether a line is a byline or says when something was published."""
    return len(line.text) <= MAX_STAMP_CHARACTERS and (is_byline(line.text) or stamp_of(line.text) is not None)


def _start(tree: Tree, reading: Reading, kept: Sequence[int]) -> int:
    """Return the number of the first of the lines `kept` that is the body's.

    A byline or a date soon after the first sentence shows that this is a deck: what stands above them belongs to the headline. So is a
    sentence in a heading, or in a block of another kind than the paragraphs below.
    """
    told = [number for number, place in enumerate(kept) if reading.prose[place]]
    if not told:
        return len(kept)
    above = [number for number in range(told[0] + 1, min(len(kept), told[0] + 1 + MAX_DECK_LINES)) if is_stamped(tree.lines[kept[number]])]
    told = [number for number in told if not above or number > above[-1]] or told
    if len(told) > 1 and _is_deck(tree, [kept[number] for number in told]):
        del told[0]
    start = told[0]
    while start and _goes_on(tree, tree.lines[kept[start - 1]], tree.lines[kept[told[0]]]):
        start -= 1
    return start


def _is_deck(tree: Tree, told: Sequence[int]) -> bool:
    """Return whether the first sentence is set otherwise than those below: in a heading, or in the only block of its kind beside theirs."""
    blocks = [tree.elements[tree.lines[place].element] for place in told]
    tags = Counter(block.tag for block in blocks)
    first = blocks[0]
    is_alone = first.tag not in PARAGRAPHS and tags[first.tag] == 1 and first.parent != blocks[1].parent
    return first.tag in HEADINGS or (is_alone and tags["p"] >= MIN_PARAGRAPHS)


def _goes_on(tree: Tree, line: TextLine, first: TextLine) -> bool:
    """Return whether a line above the first sentence is a paragraph or an item beside it: a short one, or a sentence of links."""
    own, sentence = tree.elements[line.element], tree.elements[first.element]
    if sentence.tag != "p" or is_stamped(line) or (line.is_link and not SENTENCE.search(line.text[-6:])):
        return False
    return (own.tag == "p" and own.parent == sentence.parent) or (own.tag == "li" and tree.elements[own.parent].parent == sentence.parent)


def _without_button(tree: Tree, line: TextLine) -> str:
    """Return the text of a line without a link to more of it at its end: "... of the ferry. Read more"."""
    text = clean_text(line.text)
    if len(line.pieces) > 1:
        start, end = line.pieces[-1]
        last = clean_text(unescape(tree.source[start:end]))
        before = text.removesuffix(last).rstrip()
        if last and len(last) <= MAX_LABEL_CHARACTERS and key_of(last) in general_words().chrome and SENTENCE.search(before[-6:]):
            return before
    return text


def joined(tree: Tree, places: Sequence[int]) -> str:
    """Return the text of lines, paragraphs joined by newlines; one that begins with closing punctuation goes on with the one before."""
    paragraphs: list[str] = []
    for text in filter(None, (_without_button(tree, tree.lines[place]) for place in places)):
        if paragraphs and text[0] in CLOSING:
            paragraphs[-1] += text
        else:
            paragraphs.append(text)
    return "\n".join(paragraphs)
