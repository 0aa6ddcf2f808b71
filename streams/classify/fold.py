"""Fold a text for matching: without case, accents and mojibake, with a mapping back to the original offsets."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from streams.frozen import dataclass

_ASCII = bytes(range(0x80))
# ASCII in lower case, with spaces for line ends and hyphens: one pass, where str.lower and four replaces take twice as long.
_TO_PLAIN = bytes(ord(" ") if character in "\n-\t\r" else ord(character.lower()) for character in map(chr, range(0x80))) + bytes(
    range(0x80, 0x100)
)
_VANISHING = "\u0300-\u036f\u00ad\u200b\u200c\u200d\ufeff"
_VANISHING_LETTERS = frozenset([*map(chr, range(0x300, 0x370)), "\u00ad", "\u200b", "\u200c", "\u200d", "\ufeff"])
_VANISHING_CODES = np.array(sorted(map(ord, _VANISHING_LETTERS)), dtype="<u4")
_SPACES = "\u00a0\u2002\u2003\u2007\u2009\u202f\u2010\u2011\u2013\u2014"
# Latin letters and typographic punctuation: texts of these alone are read from tables, three times as fast.
_TABLED_CODES = (range(1, 0x250), range(0x1E00, 0x2100))
# An encoder that replaces takes longer than this number of replaces.
_MANY_LETTERS = 20
# str.translate takes longer than this number of replaces.
_MANY_ACCENTS = 60
_QUOTES = "\u2018\u2019\u02bc\u0060\u00b4"


def _base_letters() -> dict[str, str]:
    """Return each accented Latin letter -> its lower-case base letter, and each odd space, dash or quote -> its plain one."""
    table = {" ": " "}
    for code in (*range(0x80, 0x250), *range(0x1E00, 0x1F00), *range(0xFF21, 0xFF5B)):
        letter = chr(code)
        base = unicodedata.normalize("NFKD", letter)[0].lower()
        if letter.isalpha() and len(base) == 1:
            table[letter] = base
    table |= {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "ı": "i"}
    # Letters with two marks: the base of \u01ff is \u00f8, whose base is o.
    table = {letter: table.get(base, base) for letter, base in table.items()}
    return table | dict.fromkeys(_SPACES, " ") | dict.fromkeys(_QUOTES, "'")


def _mojibake() -> dict[str, str]:
    """Return mojibake (UTF-8 decoded as Windows-1252, "Ã¡") -> base letter, for Latin-1 Supplement only: es, pt, fr, de, it."""
    table: dict[str, str] = {}
    for code in range(0xC0, 0x100):
        broken = chr(code).encode()
        for charset in ("latin-1", "cp1252"):
            table[broken.decode(charset, "replace")] = _BASE.get(chr(code), chr(code))
    return {broken: base for broken, base in table.items() if "\ufffd" not in broken}


_BASE = _base_letters()
_MOJIBAKE = _mojibake()
_LENGTH_CHANGING_CHARS = _VANISHING_LETTERS | {"Ã"}
_LENGTH_CHANGING = re.compile(f"[{_VANISHING}]|Ã[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. `offsets[i]`: the offset of its i-th character in the original, with the original's length at the end.

    `offsets` is None where all offsets are equal, which is nearly always. `cased`: the original, then without accents and with question
    marks for other letters.
    """

    text: str
    offsets: list[int] | None
    cased: str

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open span in the original of `text[start:end]`; `end` > `start`."""
        return (start, end) if self.offsets is None else (self.offsets[start], self.offsets[end])


def fold(text: str) -> Folded:
    """Return `text` in lower case, without accents, with spaces for line ends and hyphens; linear in its length."""
    if text.isascii():
        return Folded(text.encode().translate(_TO_PLAIN).decode(), None, text)
    return _fold_tabled(text) or _fold_any(text)


def _fold_any(text: str) -> Folded:
    """Return `text` folded, by rules for all letters."""
    letters = _non_ascii(text)
    if not letters.isdisjoint(_LENGTH_CHANGING_CHARS):
        return _fold_with_offsets(text, letters)
    cased = _without_accents(text, letters)
    return Folded(_plain(cased, letters), None, _as_ascii(cased, letters))


def _non_ascii(text: str) -> set[str]:
    """Return the distinct non-ASCII characters of `text`; translating bytes takes half the time of a pattern."""
    return set(text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass"))


def _without_accents(text: str, letters: Iterable[str]) -> str:
    """Return `text` without accents, at the same length; `letters` are its non-ASCII characters."""
    bases = {letter: base for letter in letters if (base := _BASE.get(letter) or _BASE.get(_lower_letter(letter))) is not None}
    table = {letter: base.upper() if letter.isupper() and base.isascii() else base for letter, base in bases.items()}
    if len(table) > _MANY_ACCENTS:
        return text.translate({ord(letter): base for letter, base in table.items()})
    # One replace for each distinct letter, of which a news text has a dozen; str.translate would visit every character.
    for letter, base in table.items():
        text = text.replace(letter, base)
    return text


def _plain(cased: str, letters: Iterable[str]) -> str:
    """Return a text without accents in lower case, with plain spaces, at the same length; `letters` include its non-ASCII characters."""
    if cased.isascii():
        return cased.encode().translate(_TO_PLAIN).decode()
    if all(letter.lower() == letter or _BASE.get(letter, letter).isascii() for letter in letters):
        # Only ASCII letters have two cases.
        return cased.encode("utf-8", "surrogatepass").translate(_TO_PLAIN).decode("utf-8", "surrogatepass")
    plain = cased.lower()
    plain = plain if len(plain) == len(cased) else "".join(map(_lower_letter, cased))
    return plain.encode("utf-8", "surrogatepass").translate(_TO_PLAIN).decode("utf-8", "surrogatepass")


def _as_ascii(cased: str, letters: set[str]) -> str:
    """Return a text without accents with question marks for all letters but ASCII; `letters` include these."""
    if cased.isascii():
        return cased
    if len(letters) > _MANY_LETTERS:
        return cased.encode("ascii", "replace").decode()
    for letter in letters:
        cased = cased.replace(letter, "?")
    # "Æ" became "æ".
    return cased if cased.isascii() else cased.encode("ascii", "replace").decode()


def _lower_letter(letter: str) -> str:
    """Return a letter in lower case; of two characters ("\u0130"), the first."""
    return letter.lower()[:1]


def _fold_letters(text: str, letters: Iterable[str]) -> str:
    """Return `text` in lower case without accents, at the same length; `letters` are its non-ASCII characters."""
    return _plain(_without_accents(text, letters), letters)


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _fold_with_offsets(text: str, letters: Iterable[str]) -> Folded:
    """Fold a text in which some characters vanish or two become one, and record the offsets."""
    whole = _fold_letters(text, letters)
    if "Ã" not in text:
        is_kept = ~np.isin(_codes(text), _VANISHING_CODES)
        folded = _codes(whole)[is_kept].tobytes().decode("utf-32-le", "surrogatepass")
        return Folded(folded, [*np.flatnonzero(is_kept).tolist(), len(text)], text)
    pieces: list[str] = []
    offsets: list[int] = []
    piece_start = 0
    for odd in _LENGTH_CHANGING.finditer(text):
        pieces.append(whole[piece_start : odd.start()])
        offsets.extend(range(piece_start, odd.start()))
        if odd[0] in _MOJIBAKE or len(odd[0]) == 1:
            folded = _MOJIBAKE.get(odd[0], "")
            offsets.extend([odd.start()] * len(folded))
        else:
            folded = whole[odd.start() : odd.end()]
            offsets.extend(range(odd.start(), odd.end()))
        pieces.append(folded)
        piece_start = odd.end()
    pieces.append(whole[piece_start:])
    return Folded("".join(pieces), [*offsets, *range(piece_start, len(text) + 1)], text)


def _tables() -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
    """Return for each UTF-16 code up to a last one its folded code and its cased one; 0 for those that need the rules."""
    plain = np.zeros(_TABLED_CODES[-1].stop + 1, dtype="<u2")
    cased = np.zeros(len(plain), dtype=np.uint8)
    for code in chain(*_TABLED_CODES):
        folded = _fold_any(chr(code))
        if folded.offsets is None and chr(code) not in _LENGTH_CHANGING_CHARS:
            plain[code], cased[code] = ord(folded.text), ord(folded.cased)
    return plain, cased


_PLAIN, _CASED = _tables()


def _fold_tabled(text: str) -> Folded | None:
    """Return `text` folded, the same as `_fold_any`; None where a letter is outside the tables."""
    try:
        codes = np.frombuffer(text.encode("utf-16-le"), dtype="<u2")
    except UnicodeEncodeError:
        return None
    cased = _CASED.take(codes, mode="clip").tobytes()
    if 0 in cased:
        return None
    return Folded(_PLAIN.take(codes, mode="clip").tobytes().decode("utf-16-le"), None, cased.decode("ascii"))
