"""A text without case, accents and broken encoding, with the way back to its own code points."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_ASCII = bytes(range(0x80))
_VANISHING = "\u0300-\u036f\u00ad\u200b\u200c\u200d\ufeff"
_SPACES = "\u00a0\u2002\u2003\u2007\u2009\u202f\u2010\u2011\u2013\u2014"
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
    return table | dict.fromkeys(_SPACES, " ") | dict.fromkeys(_QUOTES, "'")


def _mojibake() -> dict[str, str]:
    """Return what UTF-8 read as Windows-1252 makes of a letter ("Ã¡") -> its base letter. Latin-1 Supplement only: es, pt, fr, de, it."""
    table: dict[str, str] = {}
    for code in range(0xC0, 0x100):
        broken = chr(code).encode()
        for charset in ("latin-1", "cp1252"):
            table[broken.decode(charset, "replace")] = _BASE.get(chr(code), chr(code))
    return {broken: base for broken, base in table.items() if "\ufffd" not in broken}


_BASE = _base_letters()
_MOJIBAKE = _mojibake()
_PERHAPS_ODD = frozenset([*map(chr, range(0x300, 0x370)), "\u00ad", "\u200b", "\u200c", "\u200d", "\ufeff", "Ã"])
_ODD = re.compile(f"[{_VANISHING}]|Ã[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` for matching; `offsets[i]` is the place of its i-th character in the original, with the original's length at the end.

    `offsets` is None where both have the same places, which is nearly always.
    """

    text: str
    offsets: list[int] | None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open code points of the original that `text[start:end]` stands for; `end` > `start`."""
        return (start, end) if self.offsets is None else (self.offsets[start], self.offsets[end])


def fold(text: str) -> Folded:
    """Return `text` in lower case, without accents, with plain spaces for line ends and hyphens; linear in its length."""
    if text.isascii():
        return Folded(_spaced(text.lower()), None)
    letters = _not_ascii(text)
    if not letters.isdisjoint(_PERHAPS_ODD):
        return _fold_slowly(text, letters)
    return Folded(_spaced(_plain_letters(text, letters)), None)


def _not_ascii(text: str) -> set[str]:
    """Return the distinct letters of `text` beyond ASCII; by bytes, half as dear as by a pattern."""
    return set(text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass"))


def _plain_letters(text: str, letters: Iterable[str]) -> str:
    """Return `text`, which has these letters beyond ASCII, in lower case without accents, at the same length.

    Letters that would grow stay as they are.
    """
    plain = text.lower()
    if len(plain) != len(text):
        plain = "".join(letter.lower()[:1] for letter in text)
    # A replacement for each distinct letter: a news text has a dozen, str.translate would look at every character.
    for letter in {letter.lower()[:1] for letter in letters}:
        base = _BASE.get(letter)
        if base is not None:
            plain = plain.replace(letter, base)
    return plain


def _spaced(plain: str) -> str:
    return plain.replace("\n", " ").replace("-", " ").replace("\t", " ").replace("\r", " ")


def _fold_slowly(text: str, letters: Iterable[str]) -> Folded:
    """Return the fold of a text where some characters vanish or two stand for one, stretch by stretch between those."""
    pieces: list[str] = []
    offsets: list[int] = []
    place = 0
    for odd in _ODD.finditer(text):
        pieces.append(_plain_letters(text[place : odd.start()], letters))
        offsets.extend(range(place, odd.start()))
        if odd[0] in _MOJIBAKE or len(odd[0]) == 1:
            folded = _MOJIBAKE.get(odd[0], "")
            offsets.extend([odd.start()] * len(folded))
        else:
            folded = _plain_letters(odd[0], letters)
            offsets.extend(range(odd.start(), odd.end()))
        pieces.append(folded)
        place = odd.end()
    pieces.append(_plain_letters(text[place:], letters))
    return Folded(_spaced("".join(pieces)), [*offsets, *range(place, len(text) + 1)])
