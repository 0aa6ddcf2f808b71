"""Build the text of a story from its lines: rejoin sentences that links broke, drop linked headlines, credits and promotions."""

import re
from collections.abc import Sequence

from streams.frozen import dataclass
from streams.split.text.inline_links import inline_link
from streams.split.text.lines import INVISIBLE, MIN_HEADLINE_WORDS, SENTENCE_INSIDE, Line, LineKind
from streams.split.text.promotions import promotion_start

UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Pages converted from windows-1252 have its quotes and dashes at the code points of C1 controls, and browsers decode &#146; so.
C1_CONTROLS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
# Links and bold words as Markdown.
MARKED = re.compile(r"!?\[([^\[\]]{1,300})\]\([^()\s]{0,500}(?: \"[^\"()]{0,200}\")?\)|\*\*([^*]{1,300})\*\*")
HAS_C1 = re.compile("[\x80-\x9f]")  # `translate` takes a hundred times as long as this search
# The start of a line that continues a sentence: lower case, or closing punctuation.
CONTINUES = re.compile(r"[a-zà-öø-ÿ,.;:!?)\]}”’»%]")
SPEECH = '"“„«—–-'
CLOSING = ",.;:!?)]}”’»%"
MAX_LINKED_HEADLINE_WORDS = 25  # a longer line without an end is a paragraph, cut off
# Headlines below a story are an index where there are so many, with so many words on average, and they are most of what is left. A list
# of names, of parties or of results, has shorter lines.
MIN_INDEX_LINES = 4
MIN_MEAN_HEADLINE_WORDS = 5
# Kinds of lines that are not part of a story unless they continue a sentence: "News" may be a button, or a word that was a link.
SKIPPED_KINDS = frozenset({LineKind.CHROME, LineKind.STAMP, LineKind.HASHTAG})
MAX_CREDIT_CHARACTERS = 160  # of a caption with its credit
SUBJECT = r"(?:photograph(?:er|y)?|photo|fotógraf[oa]|foto|image|imagen|imagem|picture|bild|video|vídeo|graphic)"
CREDIT = re.compile(
    rf"[(\[]?(?:{SUBJECT}s?(?: credits?| by| de| por| von)?|{SUBJECT} courtesy)\s?[:/|©][^.]{{0,80}}[)\]]?$"
    rf"|.{{0,110}}[.|)/ ]\s*(?:{SUBJECT}s?|credits?|crédit(?:o|os)?)\s?[:/|©][^.:]{{2,40}}\.?$"
    r"|.{0,110}[.!] ?\([^()/]{2,40}/[^()]{2,40}\)$"
    r"|[^.()]{0,100}\((?:photo|foto|image|getty|ap photo|afp|reuters|epa|efe)\b[^()]{0,60}\)$|©[^.]{0,80}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Body:
    """A story's text, and the numbers of the lines that were kept, that are links to other stories, and that are debris."""

    text: str
    kept: tuple[int, ...]
    links: tuple[int, ...]
    debris: tuple[int, ...]
    cuts: tuple[tuple[int, int], ...]  # line number -> offset in the page at which a promotion begins in it
    asides: tuple[tuple[int, int, int], ...] = ()  # line number, start and end in the page of a link to another story in its middle


def is_credit(text: str) -> bool:
    """Return whether a line is the credit of a picture: "Photo: Ana Ruiz", "The quay at noon. (Ana Ruiz/Invented Images)"."""
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
    # A control character alone between two spaces leaves both of them.
    return (spaced if spaced.isprintable() else " ".join(UNSAFE.sub("", spaced).split())).strip(INVISIBLE)


def body_of(lines: Sequence[Line], line_nos: Sequence[int]) -> Body:
    """Return the body made of the lines `line_nos`, with paragraphs joined by newlines.

    A line is appended to the previous paragraph if that ends in mid-sentence and this line continues it, or the next line does: then this
    line was a link.
    """
    line_nos = [line_no for line_no in line_nos if lines[line_no].kind is not LineKind.DEBRIS]
    story, links = _without_links(lines, line_nos)
    paragraphs: list[list[str]] = []
    kept, debris, cuts, asides = [], [], [], []
    known: list[frozenset[str]] = []

    def headlines() -> frozenset[str]:
        if not known:  # no functools.cache: to make one for each body took a twentieth of its time
            known.append(frozenset(line.key for line in lines if MIN_HEADLINE_WORDS <= line.words <= MAX_LINKED_HEADLINE_WORDS))
        return known[0]

    for position, line_no in enumerate(story):
        line = lines[line_no]
        following = lines[story[position + 1]] if position + 1 < len(story) else None
        link = inline_link(line.text, headlines)
        behind = link.end if link and link.is_certain else 0
        stop = behind + promotion_start(line.text[behind:])
        text = clean_text(f"{line.text[: link.start]} {line.text[behind:stop]}" if link and behind else line.text[:stop])
        is_continued = bool(paragraphs and text) and _continues(paragraphs[-1][-1], text, following)
        is_repeated = position > 0 and line.key == lines[story[position - 1]].key  # some pages print the first paragraph twice
        if not text or is_repeated or is_credit(text):
            debris.append(line_no)
            continue
        if line.kind in SKIPPED_KINDS and not is_continued:
            continue
        if stop < len(line.text):
            cuts.append((line_no, line.offset + stop))
        if link and link.end <= stop:
            asides.append((line_no, line.offset + link.start, line.offset + link.end))
        kept.append(line_no)
        if is_continued:
            paragraphs[-1].append(text if text[0] in CLOSING else " " + text)
        else:
            paragraphs.append([text])
    links = [line_no for line_no in links if lines[line_no].kind is LineKind.SHORT]
    return Body("\n".join(map("".join, paragraphs)), tuple(kept), tuple(links), tuple(debris), tuple(cuts), tuple(asides))


def _continues(previous: str, text: str, following: Line | None) -> bool:
    """Return whether `text` belongs to the unfinished sentence at the end of `previous`."""
    if previous[-1] in ".!?…" or (previous[-1] in "\"'”’»)" and previous[-2:-1] in ".!?…"):
        return previous[-1] not in "!?" and bool(CONTINUES.match(text)) and text[0] in ",;:)"
    if CONTINUES.match(text):
        return True
    return following is not None and bool(CONTINUES.match(following.text)) and not following.is_bullet


def _without_links(lines: Sequence[Line], line_nos: Sequence[int]) -> tuple[list[int], list[int]]:
    """Separate a story's lines from the headlines of linked stories below it.

    Those are lines that do not end a sentence, below a last paragraph that does. A story without such a paragraph keeps all its lines.
    """
    stop = _start_of_index(lines, line_nos)
    while stop and is_bare_headline(lines[line_nos[stop - 1]]):
        stop -= 1
    if not stop or not lines[line_nos[stop - 1]].is_terminated or lines[line_nos[stop - 1]].kind is not LineKind.PROSE:
        if not any(lines[line_no].kind is LineKind.PROSE for line_no in line_nos):
            return list(line_nos), []
        last = max(
            position for position, line_no in enumerate(line_nos) if lines[line_no].is_terminated or lines[line_no].kind is LineKind.PROSE
        )
        stop = max(last + 1, stop)
    return list(line_nos[:stop]), list(line_nos[stop:])


def _start_of_index(lines: Sequence[Line], line_nos: Sequence[int]) -> int:
    """Return the position at which a list of headlines begins below the last paragraph, or the number of lines where there is none."""
    last = next(
        (position for position in range(len(line_nos) - 1, -1, -1) if lines[line_nos[position]].kind is LineKind.PROSE), len(line_nos)
    )
    below = [lines[line_no] for line_no in line_nos[last + 1 :]]
    bare = [
        last + 1 + position
        for position, line in enumerate(below)
        if is_bare_headline(line) and not any(CONTINUES.match(following.text) for following in below[position + 1 : position + 2])
    ]
    headline_words = [words for position in bare if (words := lines[line_nos[position]].words) >= MIN_HEADLINE_WORDS]
    if len(headline_words) < MIN_INDEX_LINES:
        return len(line_nos)
    are_most = 3 * len(bare) > 2 * (len(line_nos) - bare[0])  # two thirds of the lines from the first of them on
    are_long = sum(headline_words) >= MIN_MEAN_HEADLINE_WORDS * len(headline_words)
    # A list of names or things belongs to the story, and so does a list after a colon.
    return bare[0] if are_most and are_long and not lines[line_nos[bare[0] - 1]].text.endswith(":") else len(line_nos)


def is_bare_headline(line: Line) -> bool:
    """Return whether a short line is a headline rather than a sentence of a story."""
    if line.kind is LineKind.PROSE or line.words > MAX_LINKED_HEADLINE_WORDS or CONTINUES.match(line.text):
        return False
    if line.is_terminated and (line.text[0] in SPEECH or SENTENCE_INSIDE.search(line.text)):
        return False  # a quotation, or two sentences
    return not line.text.endswith((".", '."', ".”", ".'"))
