"""Bodies: the lines of a story -> its text. Words that were links go back to their sentence, linked headlines and promotions go out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from streams.split.text.lines import INVISIBLE, SENTENCE_INSIDE, Line, LineKind
from streams.split.text.promotions import promotion_start

UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Pages that once were windows-1252 have its quotes and dashes where Unicode has controls; browsers read references (&#146;) so.
C1_CONTROLS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
# What converters to Markdown make of links and bold words.
MARKED = re.compile(r"!?\[([^\[\]]{1,300})\]\([^()\s]{0,500}(?: \"[^\"()]{0,200}\")?\)|\*\*([^*]{1,300})\*\*")
HAS_C1 = re.compile("[\x80-\x9f]")  # to translate a text without one takes a hundred times as long
# A line that can't begin a sentence: in lower case, or with punctuation that closes something.
CONTINUES = re.compile(r"[a-zà-öø-ÿ,.;:!?)\]}”’»%]")
SPEECH = '"“„«—–-'
CLOSING = ",.;:!?)]}”’»%"
MAX_LINK_WORDS = 25
MIN_INDEX_LINES = 4
MIN_HEADLINE_WORDS = 4
MIN_MEAN_WORDS = 5
# Lines that are the page's, unless a sentence goes on with them: "News" may be a button, or a word that was a link.
PAGE_KINDS = frozenset({LineKind.CHROME, LineKind.STAMP, LineKind.HASHTAG})
MAX_CREDIT_CHARACTERS = 160
SUBJECT = r"(?:photo|foto|image|imagen|imagem|picture|bild|video|vídeo|graphic)"
CREDIT = re.compile(
    rf"[(\[]?(?:{SUBJECT}s?(?: credits?| by| de| por| von)?|{SUBJECT} courtesy)\s?[:/|©][^.]{{0,80}}[)\]]?$"
    rf"|.{{0,110}}[.|)/ ]\s*(?:{SUBJECT}s?|credits?|crédit(?:o|os)?)\s?[:/|©][^.:]{{2,40}}\.?$"
    r"|.{0,110}[.!] ?\([^()/]{2,40}/[^()]{2,40}\)$"
    r"|[^.()]{0,100}\((?:photo|foto|image|getty|ap photo|afp|reuters|epa|efe)\b[^()]{0,60}\)$|©[^.]{0,80}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Body:
    """A story's text, and what became of its lines: places that hold text, with the offset in the page where the text of the last ends."""

    text: str
    kept: tuple[int, ...]
    links: tuple[int, ...]
    debris: tuple[int, ...]
    cuts: tuple[tuple[int, int], ...]  # place of a line -> offset in the page from which on it is a promotion


def is_credit(text: str) -> bool:
    """Return whether a line says who made a picture: "Photo: Ana Ruiz", "The quay at noon. (Ana Ruiz/Invented Images)"."""
    if len(text) > MAX_CREDIT_CHARACTERS or not (text[-1:] == ")" or ":" in text or "/" in text or "|" in text or "©" in text):
        return False
    return bool(CREDIT.match(text))


def clean_text(text: str) -> str:
    """Return `text` fit for an event: no control characters or lone surrogates, one space between words."""
    if "](" in text or "**" in text:
        text = MARKED.sub(r"\1\2", text)
    if text.isprintable() and "  " not in text:
        return text.strip(INVISIBLE)
    spaced = " ".join((text.translate(C1_CONTROLS) if HAS_C1.search(text) else text).split())
    # A control character that stood alone between two spaces leaves both of them.
    return (spaced if spaced.isprintable() else " ".join(UNSAFE.sub("", spaced).split())).strip(INVISIBLE)


def body_of(lines: Sequence[Line], line_nos: Sequence[int]) -> Body:
    """Return the body that the lines at `places` hold.

    Paragraphs are joined by a newline. A line is joined to the one before where that stops in mid-sentence and this one (or the one after,
    for a name that was a link) goes on with it.
    """
    line_nos = [line_no for line_no in line_nos if lines[line_no].kind is not LineKind.DEBRIS]
    story, links = _without_links(lines, line_nos)
    paragraphs: list[list[str]] = []
    kept, debris, cuts = [], [], []
    for number, line_no in enumerate(story):
        line = lines[line_no]
        following = lines[story[number + 1]] if number + 1 < len(story) else None
        stop = promotion_start(line.text)
        text = clean_text(line.text[:stop])
        goes_on = bool(paragraphs and text) and _continues(paragraphs[-1][-1], text, following)
        is_again = number > 0 and line.key == lines[story[number - 1]].key  # the first paragraph stands twice on some pages
        if not text or is_again or is_credit(text):
            debris.append(line_no)
            continue
        if line.kind in PAGE_KINDS and not goes_on:
            continue
        if stop < len(line.text):
            cuts.append((line_no, line.offset + stop))
        kept.append(line_no)
        if goes_on:
            paragraphs[-1].append(text if text[0] in CLOSING else " " + text)
        else:
            paragraphs.append([text])
    links = [line_no for line_no in links if lines[line_no].kind is LineKind.SHORT]
    return Body("\n".join(map("".join, paragraphs)), tuple(kept), tuple(links), tuple(debris), tuple(cuts))


def _continues(before: str, text: str, following: Line | None) -> bool:
    """Return whether `text` belongs to the sentence that `before` left open."""
    if before[-1] in ".!?…" or (before[-1] in "\"'”’»)" and before[-2:-1] in ".!?…"):
        return before[-1] not in "!?" and bool(CONTINUES.match(text)) and text[0] in ",;:)"
    if CONTINUES.match(text):
        return True
    return following is not None and bool(CONTINUES.match(following.text)) and not following.is_bullet


def _without_links(lines: Sequence[Line], line_nos: Sequence[int]) -> tuple[list[int], list[int]]:
    """Part the headlines of linked stories, which stand bare under a story, from its lines.

    They are lines without an end of a sentence under a last paragraph that has one. A story that has no paragraph like that keeps all.
    """
    stop = _start_of_index(lines, line_nos)
    while stop and is_bare_headline(lines[line_nos[stop - 1]]):
        stop -= 1
    if not stop or not lines[line_nos[stop - 1]].is_terminated or lines[line_nos[stop - 1]].kind is not LineKind.PROSE:
        if not any(lines[line_no].kind is LineKind.PROSE for line_no in line_nos):
            return list(line_nos), []
        last = max(
            number for number, line_no in enumerate(line_nos) if lines[line_no].is_terminated or lines[line_no].kind is LineKind.PROSE
        )
        stop = max(last + 1, stop)
    return list(line_nos[:stop]), list(line_nos[stop:])


def _start_of_index(lines: Sequence[Line], line_nos: Sequence[int]) -> int:
    """Return where, below the last paragraph, a list of headlines begins that is most of what follows, or the number of places."""
    last = next((number for number in range(len(line_nos) - 1, -1, -1) if lines[line_nos[number]].kind is LineKind.PROSE), len(line_nos))
    below = [lines[line_no] for line_no in line_nos[last + 1 :]]
    bare = [
        last + 1 + number
        for number, line in enumerate(below)
        if is_bare_headline(line) and not any(CONTINUES.match(following.text) for following in below[number + 1 : number + 2])
    ]
    told = [words for number in bare if (words := lines[line_nos[number]].words) >= MIN_HEADLINE_WORDS]
    is_index = len(told) >= MIN_INDEX_LINES and 3 * len(bare) > 2 * (len(line_nos) - bare[0]) and sum(told) >= MIN_MEAN_WORDS * len(told)
    # A list of names or things is the story's, and so is what a colon leads up to.
    return bare[0] if is_index and not lines[line_nos[bare[0] - 1]].text.endswith(":") else len(line_nos)


def is_bare_headline(line: Line) -> bool:
    """Return whether a short line is rather a headline than a sentence of a story."""
    if line.kind is LineKind.PROSE or line.words > MAX_LINK_WORDS or CONTINUES.match(line.text):
        return False
    if line.is_terminated and (line.text[0] in SPEECH or SENTENCE_INSIDE.search(line.text)):
        return False  # somebody speaks, or there are two sentences
    return not line.text.endswith((".", '."', ".”", ".'"))
