"""What makes two texts equal: the same words in the same order, and the identity that follows from it.

Outlets and their software change case, accents (a name typed without them), quotes, dashes, other punctuation, line breaks and
ligatures while the text stays the same, so none of these counts. Digits and letters of every script count.
"""

import hashlib
import re
import unicodedata

# Scripts written without spaces: each character is a word of its own, so that an edit costs a few runs of words and not a whole line.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_ACCENTS = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+")
# Typographic punctuation: with it gone nearly every Latin text is ASCII, and is split ten times as fast.
_PUNCTUATION = re.compile("[\u00a1-\u00bf\u2010-\u205e\u20ac]+")
# Decomposed piece by piece, since putting the accents of one letter in order takes quadratic time in their number. Which order they are in
# does not matter here, as none of them is kept.
_PIECE_CHARACTERS = 1024
# A sign can stand for a word, or a phrase of up to 18 characters. A piece of little else keeps its signs: a million took 1.2 GB to compare.
_MAX_GROWTH = 1.5
_ASCII_WORDS = bytes(at if chr(at).isalnum() and at < 128 else 32 for at in range(256))


def words_of(text: str) -> str:
    """Return the words of `text` in their case, without accents, joined by single spaces; linear in its length.

    Compatibility forms are resolved (ligatures, full-width digits); combining accents, soft hyphens and zero-width characters
    vanish; every other character that is no letter or digit separates words. A text of no word gives "".
    """
    if not text.isascii():
        text = _ACCENTS.sub("", _decomposed(text))
        text = text if text.isascii() else _PUNCTUATION.sub(" ", text)
    if text.isascii():
        return b" ".join(text.encode().translate(_ASCII_WORDS).split()).decode()
    return " ".join(_WORD.findall(text))


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


def content_id(title: str | None, body: str) -> str:
    """Return 32 hex digits that are equal exactly for equal texts: the first 128 bits of SHA-256 of the normalised text.

    The headline counts: under another headline a text is an edited one ("near"). Where the body begins with its own headline
    it counts once, so it makes no difference whether a page, or the splitter, took the first line as headline or as text.
    """
    head, text = normalize(title or ""), normalize(body)
    if head and not (text + " ").startswith(head + " "):
        text = f"{head} {text}".rstrip()
    return hashlib.sha256(text.encode()).hexdigest()[:32]
