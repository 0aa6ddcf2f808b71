"""Normalized text, by which texts are equal (the same words in the same order), and the content id made from it.

Outlets and their software change case, accents (a name typed without them), quotes, dashes, other punctuation, line breaks and
ligatures while the text stays the same, so normalization removes these. It keeps digits and letters of every script.
"""

import hashlib
import re
import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# Scripts written without spaces: each character is a word of its own, so that an edit costs a few runs of words and not a whole line.
UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")
_ACCENTS = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+")
# Typographic punctuation: without it nearly every Latin text is ASCII, and is split ten times as fast.
_PUNCTUATION = re.compile("[\u00a1-\u00bf\u00d7\u00f7\u2010-\u205e\u20ac]+")
# Decomposed piece by piece, since ordering the accents of one letter takes quadratic time in their number. Their order does not matter, as
# all accents are removed.
_PIECE_CHARACTERS = 1024
# A compatibility character can expand to a phrase of 18 characters. A piece of mostly such characters keeps them: comparing a million
# expanded ones took 1.2 GB.
_MAX_GROWTH = 1.5
_ASCII_WORDS = bytes(at if chr(at).isalnum() and at < 128 else 32 for at in range(256))
# Latin letters and typographic punctuation: texts of these alone are read from a table, ten times as fast.
_TABLED_CODES = (range(0x250), range(0x1E00, 0x2100))
_SOFT_HYPHEN = b"\xad"
_NOT_ASCII = 0x80
_SPACE = 0x20
MAX_OUTLET_CHARACTERS = 100  # of a name in the cache
_FEW_BYTES = 700  # from here on numpy is faster than to split and join: 5 against 16 microseconds for 2,500


def _decomposed(text: str) -> str:
    pieces = (text[at : at + _PIECE_CHARACTERS] for at in range(0, len(text), _PIECE_CHARACTERS))
    return "".join(map(_decomposed_piece, pieces))


def _decomposed_piece(piece: str) -> str:
    resolved = unicodedata.normalize("NFKD", piece)
    if len(piece) < _PIECE_CHARACTERS or len(resolved) <= _MAX_GROWTH * len(piece):
        return resolved
    plain = unicodedata.normalize("NFD", piece)
    return resolved if len(resolved) <= _MAX_GROWTH * len(plain) else plain


def normalize(text: str) -> str:
    """Return the words of `text`, lower case, without accents, joined by single spaces; texts with the same result are equal."""
    words = words_of(text)
    # Folding the case of a letter outside ASCII can give an accent again.
    return words.lower() if words.isascii() else words_of(words.casefold())


def normalize_name(name: str) -> str:
    """Return `normalize(name)`: of a short name from a cache, since the articles of an outlet repeat its name."""
    return _normalized_name(name) if len(name) <= MAX_OUTLET_CHARACTERS else normalize(name)


@lru_cache(maxsize=4096)
def _normalized_name(name: str) -> str:
    return normalize(name)


def content_id(title: str | None, body: str) -> str:
    """Return 32 hex digits that are equal exactly for equal texts: the first 128 bits of SHA-256 of the normalised text.

    The headline is included: under another headline a text is an edited one ("near"). A headline that the body begins with is included
    once, so that it makes no difference whether a page, or the splitter, takes the first line as headline or as text.
    """
    head, text = normalize(title or ""), normalize(body)
    if head and not (text + " ").startswith(head + " "):
        text = f"{head} {text}".rstrip()
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _plain_by_rule(text: str) -> str:
    text = _ACCENTS.sub("", _decomposed(text))
    return text if text.isascii() else _PUNCTUATION.sub(" ", text)


def _plain_table() -> NDArray[np.uint8]:
    """Return the plain ASCII character of each UTF-16 code up to a last one; `_NOT_ASCII` for none or several, and for all above."""
    table = np.full(_TABLED_CODES[-1].stop + 1, _NOT_ASCII, dtype=np.uint8)
    for codes in _TABLED_CODES:
        plain = [_plain_by_rule(chr(code)) for code in codes]
        table[codes.start : codes.stop] = [ord(one) if len(one) == 1 and one.isascii() else _NOT_ASCII for one in plain]
    table[ord("\u00ad")] = _SOFT_HYPHEN[0]
    table[ord("…")] = ord(".")  # ends a sentence as three full stops do
    return table


_PLAIN = _plain_table()


def plain_of(text: str) -> str:
    """Return `text` with its case, without accents, in ASCII where it has no letters of another kind; the words stay the same.

    Compatibility forms are resolved (ligatures, full-width digits); combining accents, soft hyphens and zero-width characters vanish.
    """
    if text.isascii():
        return text
    try:
        codes = np.frombuffer(text.encode("utf-16-le"), dtype="<u2")
    except UnicodeEncodeError:
        return _plain_by_rule(text)
    plain = _PLAIN.take(codes, mode="clip").tobytes().replace(_SOFT_HYPHEN, b"")
    return plain.decode() if plain.isascii() else _plain_by_rule(text)


def words_of(text: str) -> str:
    """Return the words of `text` in their case, without accents, joined by single spaces; linear in its length.

    Every character that is no letter or digit in `plain_of` separates words. A text of no word gives "".
    """
    text = plain_of(text)
    if text.isascii():
        return _single_spaced(text.encode().translate(_ASCII_WORDS)).decode()
    return " ".join(_WORD.findall(text))


def _single_spaced(words: bytes) -> bytes:
    """Return `words` with one space between them and none around."""
    if len(words) < _FEW_BYTES:
        return b" ".join(words.split())
    letters = np.frombuffer(words, np.uint8)
    is_space = letters == _SPACE
    is_kept = np.empty(len(letters), np.bool_)
    is_kept[0] = True
    np.logical_not(is_space[1:] & is_space[:-1], out=is_kept[1:])
    return letters[is_kept].tobytes().strip()
