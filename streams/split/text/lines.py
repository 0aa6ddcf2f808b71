"""Classify the lines of a page, each by itself: stamp, hashtag, chrome, debris, prose or short text."""

import functools
import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import IntEnum, auto
from io import StringIO

from streams.errors import InvalidRecord, Reason
from streams.split.text.source_line import source_stamp
from streams.split.text.stamps import MAX_STAMP_CHARACTERS, Stamp, stamp_of

MAX_LINES = 100_000
MIN_PROSE_WORDS = 8  # of a line that ends like a sentence; shorter ones are headlines, captions and buttons as often
MIN_ASKING_PROSE_WORDS = 16  # of a line that ends with ?, ! or …; headlines do as well, but with fewer words
# A line above either of these is prose however it ends; so is debris, which is one word.
MAX_SHORT_WORDS = 25
MAX_SHORT_CHARACTERS = 180
MIN_HEADLINE_WORDS = 4  # fewer are a name, a section or a button as often
KEY_CHARACTERS = 400  # of a line, by which it is compared with others
MAX_NAME_CHARACTERS = 40  # of an outlet on a line of its own
MAX_COUNTED_WORDS = 4  # of a section with a count, "Comments (12)"
MAX_MEAN_WORD_CHARACTERS = 12  # in scripts with spaces between words
WIDE_CHARACTERS_PER_WORD = 2  # in scripts without
MAX_DEBRIS_WORDS = 5
TERMINAL_CHARACTERS = 12  # of the end of a line, that a sentence's end with its quotation marks and brackets can have
ASKING_CHARACTERS = 4
SHORT_LINES_CACHED = 4096  # half of the short lines of a page were on the page before: buttons, outlets, ages, the repeated headline

WHITE = "".join(
    map(chr, (*range(0x09, 0x0E), *range(0x1C, 0x21), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000))
)
INVISIBLE = WHITE + "\x00\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
WORD = re.compile(r"\w+")
ASCII_SIGNS = {code: " " for code in range(128) if not WORD.match(chr(code))}
COUNT = re.compile(r"^\d+ | \d+$")
BULLET = re.compile(r"(?:[-–—•·*▪●‣◦⁃▸►▶→➤»■◆★]|#{1,6}(?= ))\s+(?=[^\s*·•–—-])")
ADDRESSES = ("http://", "https://", "www.")
POINTERS = "#▸►▶→➤»■◆★"  # mark headlines; bullets mark outlets and items of lists
RULE = re.compile(r"([-–—_*=~·•#])(?:\s?\1){2,}")
FOOTER = re.compile(r"(?:©|\(c\)|copyright\b).{0,40}\b(?:19|20)\d\d", re.I)
HASHTAG = re.compile(r"(?:#\w+[\s,]*)+")
ENDS_SENTENCE = ".!?…。！？"
CLOSES = "\"'”’“‘»«)]"
# A sentence may end in quotation marks or brackets, and a story in the initials of its author: "by hand. (abc)".
TERMINAL = re.compile(r"[.!?…。！？](?:\s?[\"'”’“‘»«)\]])*(?:\s\([\w/]{2,7}\))?$")
ASKS = re.compile(r"(?:[!?！？…]|\.\.\.)(?:\s?[\"'”’“‘»«)\]])*$")
# A full stop after a short capitalized word is that of an abbreviation: "St. Orrin", "Sen. Ruiz".
# The pattern begins with the sign, by which a search skips the letters before it.
SENTENCE_INSIDE = re.compile(
    r"[.!?…](?<=\w\w.)(?:(?<!\.)|(?<!\b[A-ZÀ-ÖØ-Þ]\w\.)(?<!\b[A-ZÀ-ÖØ-Þ]\w\w\.))[\"'”’“»«)\]]?\s+[\"'“‘«¡¿(]?[A-ZÀ-ÖØ-Þ]"
)
# One run without a space, with punctuation of addresses or markup: the rest of an image's address, an unfilled template.
DEBRIS = re.compile(
    r"(?=\S*[&=?%/{}<>\\_|])\S{0,300}(?:[&?]\w+=|\.(?:jpe?g|png|webp|gif|svg|js|css)\b|https?://|[{}<>]{2}|=\w+\))\S{0,300}|[^\w\s]{3,80}"
    r"|\{\{[^{}]{0,80}\}\}|\[object \w+\]|undefined|null|NaN|×|\d{1,3} ?/ ?\d{1,3}",
    re.I,
)
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class LineKind(IntEnum):
    """The kind of a line by itself, without its neighbours."""

    EMPTY = auto()
    STAMP = auto()
    HASHTAG = auto()
    END = auto()  # chrome that ends an article: another section of the page follows
    CHROME = auto()
    DEBRIS = auto()
    PROSE = auto()
    SHORT = auto()


# Not frozen: that takes three times as long to build, and a page has hundreds.
@dataclass(slots=True, eq=False)
class Line:
    """A line of the page: characters [start, end) with its newline.

    `text` begins at `offset`, without white space, bullet and NULs around it.
    """

    start: int
    end: int
    offset: int
    text: str
    key: str
    kind: LineKind
    words: int = 0
    stamp: Stamp | None = None
    is_bullet: bool = False
    level: int = 0  # of a Markdown heading: the number of its signs

    @property
    def is_terminated(self) -> bool:
        """Whether the line ends like a sentence."""
        return is_terminated(self.text)


@dataclass(frozen=True, slots=True, eq=False)
class PageWords:
    """Keys (see `key_of`) of lines that belong to the page and not to a story. `ends`: those of `chrome` that end a story."""

    chrome: AbstractSet[str]
    ends: AbstractSet[str]


def is_terminated(text: str) -> bool:
    """Return whether `text` ends like a sentence, also in brackets or quotation marks."""
    last = text[-1:]
    return last != "" and (last in ENDS_SENTENCE or (last in CLOSES and TERMINAL.search(text[-TERMINAL_CHARACTERS:]) is not None))


def is_text(line: Line) -> bool:
    """Return whether a line is prose, or several short sentences, such as questions."""
    if line.kind is not LineKind.SHORT or line.words < MIN_PROSE_WORDS:
        return line.kind is LineKind.PROSE
    return line.is_terminated and bool(SENTENCE_INSIDE.search(line.text))


def key_of(text: str) -> str:
    """Return the words of a short text, case-folded: the key by which lines are compared."""
    folded = text[:KEY_CHARACTERS].casefold()
    return " ".join(folded.translate(ASCII_SIGNS).split() if folded.isascii() else WORD.findall(folded))


def words_of(text: str) -> frozenset[str]:
    """Return the words of a short text, case-folded; in scripts without spaces, each two characters that follow each other."""
    words = key_of(text).split()
    if text.isascii() or not WIDE.search(text[:MAX_SHORT_CHARACTERS]):
        return frozenset(words)
    return frozenset(word[at : at + 2] for word in words for at in range(max(1, len(word) - 1)))


def word_count(text: str) -> int:
    """Return the number of words; in scripts without spaces, `WIDE_CHARACTERS_PER_WORD` characters count as a word."""
    spaced = len(text.split()) if len(text) <= KEY_CHARACTERS else text.count(" ") + 1
    if text.isascii() or MIN_PROSE_WORDS <= spaced > len(text) // MAX_MEAN_WORD_CHARACTERS or not WIDE.search(text[:MAX_SHORT_CHARACTERS]):
        return spaced
    return spaced + len(WIDE.findall(text)) // WIDE_CHARACTERS_PER_WORD


def lines_of(text: str, words: PageWords) -> list[Line]:
    """Return the lines of the page `text` in order; they cover each character once.

    Raises:
        InvalidRecord: `limit` where the page has over `MAX_LINES` lines.
    """
    require_few_lines(text)
    raws = StringIO(text, newline="").readlines()
    contents = [raw.strip(INVISIBLE) for raw in raws]
    names = frozenset(content for content in contents if len(content) <= MAX_NAME_CHARACTERS)
    lines = []
    start = 0
    for raw, content in zip(raws, contents, strict=True):
        end = start + len(raw)
        if not content:
            lines.append(Line(start, end, start, "", "", LineKind.EMPTY))
        else:
            classify = _classify_short if len(content) <= MAX_STAMP_CHARACTERS else _classify
            bullet, line_text, key, kind, count, stamp = classify(content, words)
            if stamp and stamp.has_glued_digits:
                stamp = stamp_of(line_text, names)
            offset = start + bullet + (0 if raw[0] == content[0] else len(raw) - len(raw.lstrip(INVISIBLE)))
            is_bullet = bullet > 0 and content[0] not in POINTERS
            level = len(content) - len(content.lstrip("#")) if bullet and content[0] == "#" else 0
            lines.append(Line(start, end, offset, line_text, key, kind, count, stamp, is_bullet, level))
        start = end
    return lines


def require_few_lines(text: str) -> None:
    """Refuse a page of too many lines before it is split into them: ten million lines take over a gigabyte.

    Raises:
        InvalidRecord: `limit` where the page has over `MAX_LINES` lines.
    """
    carriage_returns = text.count("\r") - text.count("\r\n") if "\r" in text else 0
    if text.count("\n") + carriage_returns >= MAX_LINES:
        raise InvalidRecord(Reason.LIMIT, f"the page has over {MAX_LINES:,} lines")


def _classify(content: str, words: PageWords) -> tuple[int, str, str, LineKind, int, Stamp | None]:
    """Return a line's bullet length, text without the bullet, key, kind, number of words and stamp."""
    bullet = BULLET.match(content)
    at = bullet.end() if bullet else 0
    text = content[at:]
    is_address = text.startswith(ADDRESSES) and " " not in text
    stamp = None if is_address else stamp_of(text) or source_stamp(text)
    key = key_of(text) if len(text) <= MAX_SHORT_CHARACTERS else text[:KEY_CHARACTERS]
    count = word_count(text)
    kind = LineKind.STAMP if stamp else _kind_of_text(text, key, count, words)
    if (
        kind is LineKind.SHORT
        and count <= MAX_COUNTED_WORDS
        and (key[:1].isdigit() or key[-1:].isdigit())
        and COUNT.sub("", key) in words.ends
    ):
        kind = LineKind.END  # "Comments (12)", "3 comentarios"
    return at, text, key, kind, count, stamp


_classify_short = functools.lru_cache(maxsize=SHORT_LINES_CACHED)(_classify)


def _kind_of_text(content: str, key: str, count: int, words: PageWords) -> LineKind:  # noqa: PLR0911  one for each kind
    if key in words.ends:
        return LineKind.END
    if key in words.chrome:
        return LineKind.CHROME
    if content[0] in "©(cC" and FOOTER.match(content):
        return LineKind.END
    if count > MAX_SHORT_WORDS or len(content) > MAX_SHORT_CHARACTERS:
        return LineKind.DEBRIS if count == 1 else LineKind.PROSE
    if count <= MAX_DEBRIS_WORDS and content.startswith(ADDRESSES):
        return LineKind.DEBRIS
    if content[0] == "#" and HASHTAG.fullmatch(content):
        return LineKind.HASHTAG
    if (count <= MAX_DEBRIS_WORDS and DEBRIS.fullmatch(content)) or RULE.fullmatch(content):
        return LineKind.DEBRIS
    if (
        count >= MIN_PROSE_WORDS
        and is_terminated(content)
        and (count >= MIN_ASKING_PROSE_WORDS or not ASKS.search(content[-ASKING_CHARACTERS:]))
    ):
        return LineKind.PROSE
    return LineKind.PROSE if count >= MIN_ASKING_PROSE_WORDS and SENTENCE_INSIDE.search(content) else LineKind.SHORT
