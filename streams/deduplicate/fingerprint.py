"""The fingerprint of a text: a hash of each run of three words. A small sample of them estimates how much two texts share.

Three words: on labelled copies the share of common runs in the smaller text was 0.48 and more with every fifth word edited, and
0.19 at most between different reports (four words: 0.35 and 0.15; two: 0.63 and 0.26).

All arithmetic is in numpy over the bytes of many texts at once: a numpy call costs as much as its work on one text, and hashing word by
word in Python more than the whole verdict.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from streams.deduplicate.normalize import plain_of, words_of
from streams.frozen import dataclass

Hashes = NDArray[np.uint32]

RUN_WORDS = 3
SAMPLE_SIZE = 96
OPENING_CHARACTERS = 400
UTF8_BYTES = 4  # of one character, at most
_PRIME = np.uint64(0x9E3779B97F4A7C15)  # odd, so it has an inverse modulo 2**64
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 2**64))
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT = np.uint64(29)
_TOP = np.uint64(32)
_ONE = np.uint64(1)
_MARK = np.uint32(1)
_KEPT_BITS = np.uint64(0xFFFFFFFE << 32)
_MIN_HASH = np.uint64(2 << 32)
_TABLED_BYTES = 1 << 15
# Cheapest of 2 to 32 KB: the arrays of a group stay in a core's cache.
_GROUP_BYTES = 12_000
_SPACE, _ZERO, _NINE = b" 09"
_SENTENCE_ENDS = (". ", "\n", "? ", "! ", ": ")
# Flags of a byte of ASCII text: a figure, a capital letter, a stop (which before a blank ends a sentence), the end of a line.
_FIGURE, _CAPITAL, _STOP, _BLANK, _LINE_END = 1, 2, 4, 8, 16
_NO_CAPITAL = ~np.uint8(_CAPITAL)


def _sign(byte: str) -> int:
    special = {".": _STOP, "?": _STOP, "!": _STOP, ":": _STOP, " ": _BLANK, "\n": _LINE_END}
    return special.get(byte) or (_FIGURE if byte.isdigit() else _CAPITAL if byte.isupper() else 0)


_FOLDED = bytes(ord(chr(at).lower()) if chr(at).isalnum() and at < 128 else _SPACE for at in range(256))
_SIGNS = bytes(_sign(chr(at)) if at < 128 else 0 for at in range(256))
_FIGURES = bytes(_FIGURE if _ZERO <= at <= _NINE else 0 for at in range(256))


def _powers(base: np.uint64, count: int) -> NDArray[np.uint64]:
    """Return base**0 .. base**(count-1) modulo 2**64."""
    powers = np.full(count, base, dtype=np.uint64)
    powers[0] = 1
    powers = np.multiply.accumulate(powers)
    powers.flags.writeable = False
    return powers


def _byte_values() -> NDArray[np.uint64]:
    """Return a fixed scattered value for each byte, so that near bytes do not give near hashes."""
    values = (np.arange(1, 257, dtype=np.uint64) * _MIX) ^ ((np.arange(1, 257, dtype=np.uint64) * _PRIME) >> _SHIFT)
    values = values * _MIX
    values.flags.writeable = False
    return values


_VALUES = _byte_values()
_PRIME_POWERS = _powers(_PRIME, _TABLED_BYTES)
_INVERSE_POWERS = _powers(_INVERSE, _TABLED_BYTES)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The different runs of a text, sorted by hash.

    Attributes:
        runs: their hashes, never 0, the lowest bit clear.
        positions: the number of the word at which each occurs first.
        marked: whether it has a figure or a capital letter there that no sentence asks for: these differ between two texts from one form.
        opening: the words of the first `OPENING_CHARACTERS` characters in lower case, without accents, between spaces; UTF-8.
    """

    runs: Hashes
    positions: NDArray[np.uint32]
    marked: NDArray[np.bool_]
    opening: bytes

    @property
    def sample(self) -> Hashes:
        """The lowest runs, at most `SAMPLE_SIZE`, with the mark as lowest bit: a fair sample, in which equal runs meet."""
        return self.runs[:SAMPLE_SIZE] | self.marked[:SAMPLE_SIZE]


@dataclass(frozen=True, slots=True)
class _Letters:
    """A text as bytes: `folded` has its words in lower case between spaces; `signs` has the flags of each byte."""

    folded: bytes
    signs: bytes

    @property
    def opening(self) -> bytes:
        """The words of the first `OPENING_CHARACTERS` characters."""
        opening = self.folded[: OPENING_CHARACTERS * UTF8_BYTES]
        return opening[:OPENING_CHARACTERS] if opening.isascii() else opening.decode(errors="ignore")[:OPENING_CHARACTERS].encode()


def fingerprint(text: str) -> Fingerprint:
    """Return the fingerprint of a text as written; a text of fewer than three words has no runs."""
    return fingerprints((text,))[0]


def fingerprints(texts: Iterable[str]) -> list[Fingerprint]:
    """Return the fingerprint of each text, the same as one by one at half the cost."""
    return [found for group in _groups(map(_letters, texts)) for found in _fingerprints(group)]


def _groups(texts: Iterable[_Letters]) -> Iterator[list[_Letters]]:
    """Yield the texts in groups of at most `_GROUP_BYTES`; a longer text is a group of its own."""
    group, size = list[_Letters](), 0
    for text in texts:
        if group and size + len(text.folded) > _GROUP_BYTES:
            yield group
            group, size = [], 0
        group.append(text)
        size += len(text.folded) + 1
    if group:
        yield group


def _letters(text: str) -> _Letters:
    plain = plain_of(text)
    if plain.isascii():
        written = plain.encode()
        return _Letters(written.translate(_FOLDED), written.translate(_SIGNS))
    words = words_of(_without_opening_capitals(plain))
    folded, written = words.casefold().encode(), words.encode()
    if len(folded) != len(written):  # a letter changed its length with its case (a few in Greek, Turkish): figures alone
        return _Letters(folded, folded.translate(_FIGURES))
    changed = np.frombuffer(folded, dtype=np.uint8) != np.frombuffer(written, dtype=np.uint8)
    return _Letters(folded, (np.frombuffer(folded.translate(_FIGURES), dtype=np.uint8) | changed * np.uint8(_CAPITAL)).tobytes())


def _without_opening_capitals(text: str) -> str:
    """Return `text` with the first letter of each sentence small, also behind a quotation mark."""
    for end in _SENTENCE_ENDS:
        text = end.join([sentence[:2].lower() + sentence[2:] for sentence in text.split(end)])
    return text


def _fingerprints(texts: Sequence[_Letters]) -> list[Fingerprint]:
    """Return the fingerprints of texts, which are concatenated like the lines of one text."""
    folded = np.frombuffer(b" " + b" ".join([text.folded for text in texts]) + b" .", dtype=np.uint8)
    gaps = folded == _SPACE
    first_bytes = (gaps[:-1] > gaps[1:]).nonzero()[0][:-1] + 1
    if len(first_bytes) < RUN_WORDS:
        return [_distinct(np.empty(0, np.uint64), 0, text) for text in texts]
    packed = _hashes_of_runs(folded[:-1][~(gaps[:-1] & gaps[1:])]) | _marks_of_runs(texts, first_bytes)
    packed |= np.arange(len(packed), dtype=np.uint64) << _ONE
    behind = np.searchsorted(first_bytes, np.cumsum([len(text.folded) + 1 for text in texts])).tolist()
    spans = zip([0, *behind[:-1]], behind, texts, strict=True)
    return [_distinct(packed[first : max(first, last + 1 - RUN_WORDS)], first, text) for first, last, text in spans]


def _distinct(packed: NDArray[np.uint64], first_word: int, text: _Letters) -> Fingerprint:
    """Return the fingerprint of a text from its runs: hash (32 bits), word (31), mark (1). Sorts `packed`."""
    packed.sort()
    runs = (packed >> _TOP).astype(np.uint32)
    new = np.ones(len(runs), dtype=np.bool_)
    np.not_equal(runs[1:], runs[:-1], out=new[1:])
    rest = packed[new].astype(np.uint32)
    positions, marked = (rest >> _MARK) - np.uint32(first_word), (rest & _MARK).astype(np.bool_)
    return Fingerprint(runs=runs[new], positions=positions, marked=marked, opening=text.opening)


def _marks_of_runs(texts: Sequence[_Letters], first_bytes: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return 1 for each run with a figure or capital in one of its words, else 0."""
    line_end = bytes((_LINE_END,))
    signs = np.frombuffer(bytearray(line_end.join([b"", *(text.signs for text in texts), b"\0\0\0"])), dtype=np.uint8)
    # The fixed sentences of a form begin with capitals too. The first letter of a sentence follows the end of a line, or a stop and a
    # blank, and perhaps a quotation mark.
    is_end = signs == _LINE_END
    is_end[1:] |= (signs[1:] == _BLANK) & (signs[:-1] == _STOP)
    openings = np.flatnonzero(is_end) + 1
    signs[openings] &= _NO_CAPITAL
    signs[openings + 1] &= _NO_CAPITAL
    words = np.bitwise_or.reduceat(signs, first_bytes) & (_FIGURE | _CAPITAL)
    marks: NDArray[np.uint64] = ((words[:-2] | words[1:-1] | words[2:]) != 0).astype(np.uint64)
    return marks


def _hashes_of_runs(text: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return a hash of each run of words, independent of its position: 31 bits, then 33 zero bits; never 0.

    `text` has one space before and behind each word.
    """
    tabled = len(text) <= _TABLED_BYTES
    primes = _PRIME_POWERS if tabled else _powers(_PRIME, len(text))
    inverses = _INVERSE_POWERS if tabled else _powers(_INVERSE, len(text))
    spaces = (text == _SPACE).nonzero()[0]
    before, behind = spaces[:-RUN_WORDS], spaces[RUN_WORDS:]
    # A difference of prefix sums, shifted to position 0 by the inverse.
    sums = _VALUES.take(text)
    sums *= primes[: len(text)]
    np.cumsum(sums, out=sums)
    hashes = (sums.take(behind - 1) - sums.take(before)) * inverses.take(before + 1)
    hashes = (hashes ^ (hashes >> _SHIFT)) * _MIX
    result: NDArray[np.uint64] = np.maximum(hashes & _KEPT_BITS, _MIN_HASH)
    return result
