"""Lines of a page, each classified by its own looks: stamp, bullet, hashtag, chrome, debris, prose or short text."""

import functools
import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import IntEnum, auto
from io import StringIO

from streams.errors import InvalidRecord, Reason
from streams.split.text.stamps import MAX_STAMP_CHARACTERS, Stamp, stamp_of

MAX_LINES = 200_000
MIN_PROSE_WORDS = 8
ASKING_PROSE_WORDS = 16  # headlines ask, exclaim and leave open, but they do it in few words
LONG_PROSE_WORDS = 25
LONG_PROSE_CHARACTERS = 180
KEY_CHARACTERS = 400
MAX_NAME_CHARACTERS = 40
MAX_COUNTED_WORDS = 4
LONG_WORD_CHARACTERS = 12  # on average, if there are spaces between words
MAX_DEBRIS_WORDS = 5

WHITE = "".join(
    map(chr, (*range(0x09, 0x0E), *range(0x1C, 0x21), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000))
)
INVISIBLE = WHITE + "\x00\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
WORD = re.compile(r"\w+")
COUNT = re.compile(r"^\d+ | \d+$")
BULLET = re.compile(r"(?:[-–—•·*▪●‣◦⁃▸►▶→➤»■◆★]|#{1,6}(?= ))\s+(?=[^\s*·•–—-])")
ADDRESSES = ("http://", "https://", "www.")
POINTERS = "#▸►▶→➤»■◆★"  # they stand before headlines, bullets before the names of outlets and items of lists
RULE = re.compile(r"([-–—_*=~·•#])(?:\s?\1){2,}")
FOOTER = re.compile(r"(?:©|\(c\)|copyright\b).{0,40}\b(?:19|20)\d\d", re.I)
HASHTAG = re.compile(r"(?:#\w+[\s,]*)+")
ENDS_SENTENCE = ".!?…。！？"
CLOSES = "\"'”’“‘»«)]"
TERMINAL = re.compile(r"[.!?…。！？](?:\s?[\"'”’“‘»«)\]])*$")
ASKS = re.compile(r"(?:[!?！？…]|\.\.\.)(?:\s?[\"'”’“‘»«)\]])*$")
# A full stop behind a short word with a capital is an abbreviation's: "St. Orrin", "Sen. Ruiz".
SENTENCE_INSIDE = re.compile(r"\w\w(?:[!?…]|(?<!\b[A-ZÀ-ÖØ-Þ]\w)(?<!\b[A-ZÀ-ÖØ-Þ]\w\w)\.)[\"'”’“»«)\]]?\s+[\"'“‘«¡¿(]?[A-ZÀ-ÖØ-Þ]")
# One run of signs without a space, with the punctuation of addresses or markup in it: the rest of an image's address, a template's hole.
DEBRIS = re.compile(
    r"(?=\S*[&=?%/{}<>\\_|])\S{0,300}(?:[&?]\w+=|\.(?:jpe?g|png|webp|gif|svg|js|css)\b|https?://|[{}<>]{2}|=\w+\))\S{0,300}|[^\w\s]{3,80}"
    r"|\{\{[^{}]{0,80}\}\}|\[object \w+\]|undefined|null|NaN|×|\d{1,3} ?/ ?\d{1,3}",
    re.I,
)
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class LineKind(IntEnum):
    """What a line looks like by itself, before its neighbours are asked."""

    EMPTY = auto()
    STAMP = auto()
    HASHTAG = auto()
    END = auto()  # chrome that ends an article: what follows is another section of the page
    CHROME = auto()
    DEBRIS = auto()
    PROSE = auto()
    SHORT = auto()


# Not frozen, which would make it three times as slow to build, and a page has hundreds.
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

    @property
    def is_terminated(self) -> bool:
        """Whether the line ends as a sentence does."""
        return is_terminated(self.text)


@dataclass(frozen=True, slots=True, eq=False)
class PageWords:
    """Keys (see `key_of`) of lines that belong to a page and not to a story: `chrome`, and `ends`, those of them that end a story."""

    chrome: AbstractSet[str]
    ends: AbstractSet[str]


def is_terminated(text: str) -> bool:
    """Return whether `text` ends as a sentence does, be it in brackets or quotation marks."""
    last = text[-1:]
    return last != "" and (last in ENDS_SENTENCE or (last in CLOSES and TERMINAL.search(text[-8:]) is not None))


def key_of(text: str) -> str:
    """Return the words of a short text in one case: what makes two lines the same."""
    return " ".join(WORD.findall(text[:KEY_CHARACTERS].casefold()))


def word_count(text: str) -> int:
    """Return the number of words; two signs count as one word in scripts that write no spaces."""
    spaced = len(text.split()) if len(text) <= KEY_CHARACTERS else text.count(" ") + 1
    if text.isascii() or MIN_PROSE_WORDS <= spaced > len(text) // LONG_WORD_CHARACTERS or not WIDE.search(text[:LONG_PROSE_CHARACTERS]):
        return spaced
    return spaced + len(WIDE.findall(text)) // 2


def lines_of(text: str, words: PageWords) -> list[Line]:
    """Return the lines of `text`, a whole page, in order; together they cover each character once.

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
            look = _short_look if len(content) <= MAX_STAMP_CHARACTERS else _look
            bullet, said, key, kind, count, stamp = look(content, words)
            if stamp and stamp.has_glued_digits:
                stamp = stamp_of(said, names)
            offset = start + bullet + (0 if raw[0] == content[0] else len(raw) - len(raw.lstrip(INVISIBLE)))
            lines.append(Line(start, end, offset, said, key, kind, count, stamp, bullet > 0 and content[0] not in POINTERS))
        start = end
    return lines


def require_few_lines(text: str) -> None:
    """Refuse a page of too many lines before anything is made of each of them: ten million lines are over a gigabyte.

    Raises:
        InvalidRecord: `limit` where the page has over `MAX_LINES` lines.
    """
    carriage_returns = text.count("\r") - text.count("\r\n") if "\r" in text else 0
    if text.count("\n") + carriage_returns >= MAX_LINES:
        raise InvalidRecord(Reason.LIMIT, f"the page has over {MAX_LINES:,} lines")


def _look(content: str, words: PageWords) -> tuple[int, str, str, LineKind, int, Stamp | None]:
    """Return what a line looks like by itself: the length of its bullet, text without it, key, kind, number of words, stamp."""
    bullet = BULLET.match(content)
    at = bullet.end() if bullet else 0
    text = content[at:]
    stamp = stamp_of(text)
    key = key_of(text) if len(text) <= LONG_PROSE_CHARACTERS else text[:KEY_CHARACTERS]
    count = word_count(text)
    kind = LineKind.STAMP if stamp else _kind(text, key, count, words)
    if (
        kind is LineKind.SHORT
        and count <= MAX_COUNTED_WORDS
        and (key[:1].isdigit() or key[-1:].isdigit())
        and COUNT.sub("", key) in words.ends
    ):
        kind = LineKind.END  # "Comments (12)", "3 comentarios"
    return at, text, key, kind, count, stamp


# Half of a page's lines that could be stamps were on the page before it as well: buttons, outlets, ages, the headline twice.
_short_look = functools.lru_cache(maxsize=4096)(_look)


def _kind(content: str, key: str, count: int, words: PageWords) -> LineKind:  # noqa: PLR0911  one for each kind
    if key in words.ends:
        return LineKind.END
    if key in words.chrome:
        return LineKind.CHROME
    if content[0] in "©(cC" and FOOTER.match(content):
        return LineKind.END
    if count > LONG_PROSE_WORDS or len(content) > LONG_PROSE_CHARACTERS:
        return LineKind.DEBRIS if count == 1 else LineKind.PROSE
    if count <= MAX_DEBRIS_WORDS and content.startswith(ADDRESSES):
        return LineKind.DEBRIS
    if content[0] == "#" and HASHTAG.fullmatch(content):
        return LineKind.HASHTAG
    if (count <= MAX_DEBRIS_WORDS and DEBRIS.fullmatch(content)) or RULE.fullmatch(content):
        return LineKind.DEBRIS
    if count >= MIN_PROSE_WORDS and is_terminated(content) and (count >= ASKING_PROSE_WORDS or not ASKS.search(content[-4:])):
        return LineKind.PROSE
    return LineKind.PROSE if count >= ASKING_PROSE_WORDS and SENTENCE_INSIDE.search(content) else LineKind.SHORT
