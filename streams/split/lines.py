"""Lines of a page, each classified by its own looks: stamp, bullet, hashtag, chrome, debris, prose or short text."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum, auto

from streams.errors import InvalidRecord, Reason
from streams.split.stamps import Stamp, stamp_of

MAX_LINES = 200_000
MIN_PROSE_WORDS = 8
ASKING_PROSE_WORDS = 16  # headlines ask, exclaim and leave open, but they do it in few words
LONG_PROSE_WORDS = 25
LONG_PROSE_CHARACTERS = 180
KEY_CHARACTERS = 400
MAX_COUNTED_WORDS = 4
MAX_DEBRIS_WORDS = 5

WHITE = "".join(
    map(chr, (*range(0x09, 0x0E), *range(0x1C, 0x21), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000))
)
INVISIBLE = WHITE + "\x00\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
WORD = re.compile(r"\w+")
COUNT = re.compile(r"^\d+ | \d+$")
NEWLINE = re.compile(r"\r\n|\n|\r")
BULLET = re.compile(r"[-–—•·*▪●‣◦]\s+(?=[^\s*·•–—-])")
RULE = re.compile(r"([-–—_*=~·•#])(?:\s?\1){2,}")
FOOTER = re.compile(r"(?:©|\(c\)|copyright\b).{0,40}\b(?:19|20)\d\d", re.I)
HASHTAG = re.compile(r"(?:#\w+[\s,]*)+")
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


class Kind(Enum):
    """What a line looks like by itself, before its neighbours are asked."""

    EMPTY = auto()
    STAMP = auto()
    HASHTAG = auto()
    END = auto()  # chrome that ends an article: what follows is another section of the page
    CHROME = auto()
    DEBRIS = auto()
    PROSE = auto()
    SHORT = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page: characters [start, end) with its newline.

    `text` begins at `offset`, without white space, bullet and NULs around it.
    """

    start: int
    end: int
    offset: int
    text: str
    key: str
    kind: Kind
    words: int = 0
    stamp: Stamp | None = None
    is_bullet: bool = False

    @property
    def is_terminated(self) -> bool:
        """Whether the line ends as a sentence does."""
        return bool(TERMINAL.search(self.text[-8:]))


def key_of(text: str) -> str:
    """Return the words of a short text in one case: what makes two lines the same."""
    return " ".join(WORD.findall(text[:KEY_CHARACTERS].casefold()))


def word_count(text: str) -> int:
    """Return the number of words; two signs count as one word in scripts that write no spaces."""
    spaced = len(text.split()) if len(text) <= KEY_CHARACTERS else text.count(" ") + 1
    return spaced if text.isascii() or not WIDE.search(text[:LONG_PROSE_CHARACTERS]) else spaced + len(WIDE.findall(text)) // 2


def lines_of(text: str, chrome: AbstractSet[str], ends: AbstractSet[str]) -> list[Line]:
    """Return the lines of `text` in order; together they cover each character once.

    Args:
        text: a whole page.
        chrome: keys (see `key_of`) of lines that belong to the page and not to a story.
        ends: those of them that end a story.

    Raises:
        InvalidRecord: `limit` where the page has over `MAX_LINES` lines.
    """
    require_few_lines(text)
    parts = list(_parts(text))
    names = frozenset(_stripped(text, start, stop)[1] for start, stop, _ in parts if stop - start <= 40)
    return [_line(text, part, names, chrome=chrome, ends=ends) for part in parts]


def require_few_lines(text: str) -> None:
    """Refuse a page of too many lines before anything is made of each of them: ten million lines are over a gigabyte.

    Raises:
        InvalidRecord: `limit` where the page has over `MAX_LINES` lines.
    """
    if text.count("\n") + text.count("\r") - text.count("\r\n") >= MAX_LINES:
        raise InvalidRecord(Reason.LIMIT, f"the page has over {MAX_LINES:,} lines")


def _parts(text: str) -> Iterator[tuple[int, int, int]]:
    start = 0
    for found in NEWLINE.finditer(text):
        yield start, found.start(), found.end()
        start = found.end()
    if start < len(text):
        yield start, len(text), len(text)


def _stripped(text: str, start: int, stop: int) -> tuple[int, str]:
    raw = text[start:stop]
    left = raw.lstrip(INVISIBLE)
    return stop - len(left), left.rstrip(INVISIBLE)


def _line(text: str, part: tuple[int, int, int], names: AbstractSet[str], *, chrome: AbstractSet[str], ends: AbstractSet[str]) -> Line:
    start, stop, end = part
    offset, content = _stripped(text, start, stop)
    if not content:
        return Line(start, end, offset, "", "", Kind.EMPTY)
    bullet = BULLET.match(content)
    if bullet:
        offset, content = offset + bullet.end(), content[bullet.end() :]
    stamp = stamp_of(content, names)
    key = key_of(content) if len(content) <= KEY_CHARACTERS else content[:KEY_CHARACTERS]
    words = word_count(content)
    kind = Kind.STAMP if stamp else _kind(content, key, words, chrome, ends)
    if kind is Kind.SHORT and words <= MAX_COUNTED_WORDS and (key[:1].isdigit() or key[-1:].isdigit()) and COUNT.sub("", key) in ends:
        kind = Kind.END  # "Comments (12)", "3 comentarios"
    return Line(start, end, offset, content, key, kind, words, stamp, bool(bullet))


def _kind(content: str, key: str, words: int, chrome: AbstractSet[str], ends: AbstractSet[str]) -> Kind:  # noqa: PLR0911  one for each kind
    if key in ends:
        return Kind.END
    if key in chrome:
        return Kind.CHROME
    if content[0] in "©(cC" and FOOTER.match(content):
        return Kind.END
    if words > LONG_PROSE_WORDS or len(content) > LONG_PROSE_CHARACTERS:
        return Kind.DEBRIS if words == 1 else Kind.PROSE
    if content[0] == "#" and HASHTAG.fullmatch(content):
        return Kind.HASHTAG
    if (words <= MAX_DEBRIS_WORDS and DEBRIS.fullmatch(content)) or RULE.fullmatch(content):
        return Kind.DEBRIS
    if words >= MIN_PROSE_WORDS and TERMINAL.search(content[-8:]) and (words >= ASKING_PROSE_WORDS or not ASKS.search(content[-4:])):
        return Kind.PROSE
    return Kind.PROSE if words >= ASKING_PROSE_WORDS and SENTENCE_INSIDE.search(content) else Kind.SHORT
