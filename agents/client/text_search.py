"""Search the JSON of an event for words before it is parsed, without case and accents."""

import re
from collections.abc import Sequence

from streams.deduplicate.normalize import plain_of

_FIRST_BYTE = b"\xc3"  # of a Latin letter with an accent in UTF-8; its second byte names the letter
_ASCII = bytes(range(128))
# What else can be an ASCII letter or digit once folded: other scripts and forms, raised letters and digits, and the sharp s.
_OTHER_FORMS = re.compile(rb"[\xc4-\xe1\xe3-\xff]|\xe2[^\x80]|\xc2[\xaa\xb2\xb3\xb9\xba\xbc-\xbe]|\xc3\x9f")


def _second_bytes() -> bytes:
    """Return the table that folds case, and the second byte of an accented letter to the letter."""
    table = bytearray(_ASCII.lower()) + bytearray(range(128, 256))
    for second in range(0x80, 0xC0):
        letter = plain_of(bytes((*_FIRST_BYTE, second)).decode())
        if len(letter) == 1 and letter.isascii():
            table[second] = ord(letter.lower())
    return bytes(table)


_FOLDED = _second_bytes()


def may_have(words: Sequence[str], value: bytes) -> bool:
    """Return False where UTF-8 text lacks one of these folded ASCII words: a tenth of the price of parsing it."""
    folded = value.translate(_FOLDED, _FIRST_BYTE)
    missing = [word for word in words if word.encode() not in folded]
    if not missing or not _OTHER_FORMS.search(value.translate(None, _ASCII)):
        return not missing
    plain = plain_of(value.decode(errors="replace"))
    text = plain.lower() if plain.isascii() else plain.casefold()
    return all(word in text for word in missing)
