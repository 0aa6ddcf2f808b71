"""Extract the text of an RTF document, within limits: a line for each paragraph, row or line break.

One pass over the control words, whose meaning for text is small: breaks, characters by number, and the groups that hold no text of the
document (fonts, styles, pictures, fields' instructions). Control words that are not read are skipped, as the format asks for.
"""

import codecs
import functools
import re
from itertools import islice

from streams.errors import InvalidRecord, Reason

RTF_MAGIC = b"{\\rtf"
MAX_GROUP_DEPTH = 1_000
MAX_GROUPS = 500_000  # an article of an export has a hundred
MAX_NUMBERED_CHARACTERS = 1_000_000  # as many as a body may have; 1,500,000 took 3.3 s of CPU
MAX_TOKENS = 1_500_000  # texts, signs, braces and words that are read, 0.8 us each; a document of 10 MiB has some 300,000
BREAKS = {b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n", b"page": "\n", b"cell": "\t", b"tab": "\t"}
SIGNS = {
    b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•",
    b"emspace": " ", b"enspace": " ",
}  # fmt: skip
ESCAPED = {b"~": "\u00a0", b"_": "-", b"\n": "\n", b"\r": "\n", b"\\": "\\", b"{": "{", b"}": "}"}
# Groups without text of the document. A group that begins with "\*" is one that older programs do not know.
NO_TEXT = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer headerl headerr headerf footerl footerr footerf footnote "
    b"fldinst listtable listoverridetable revtbl rsidtbl generator themedata datastore xmlnstbl filetbl".split()
)
READ_WORDS = b"|".join([*BREAKS, *SIGNS, *NO_TEXT, b"ansicpg", b"uc?"])
# A run of control words that are not read is one token: they are most words of most documents.
TOKEN = re.compile(
    rb"(?:\\(?!(?:%b)(?![a-z]))[a-z]{1,32}+(?:-?\d{1,10})?+ ?+)++" % READ_WORDS
    + rb"|\\(?:([a-z]{1,32})(-?\d{1,10})? ?|((?:'[0-9a-fA-F]{2}(?:\\(?='[0-9a-fA-F]{2}))?)++)|([^a-z]))|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
DEFAULT_CODEC = "cp1252"
# Python remembers each name of a codec that it is asked for, known or not, for ever: so only these are looked up.
CODE_PAGES = frozenset({437, 708, 720, 737, 775, 819, *range(850, 870), 874, 932, 936, 949, 950, 1125, *range(1250, 1259), 1361, 65001})
MAX_CODE_POINT = 0x10FFFF
SIGNED_WORD = 1 << 16  # characters above 32767 are written as negative numbers


def rtf_text(body: bytes) -> str | None:
    """Return the text of an RTF document, or None where `body` is anything else. The work is linear in its bytes.

    Raises:
        InvalidRecord: `limit` for over `MAX_GROUPS` groups, `MAX_GROUP_DEPTH` in one another, `MAX_TOKENS` or `MAX_NUMBERED_CHARACTERS`.
    """
    if not body.startswith(RTF_MAGIC):
        return None
    if body.count(b"{") > MAX_GROUPS:
        raise InvalidRecord(Reason.LIMIT, f"the RTF document has over {MAX_GROUPS:,} groups")
    if body.count(b"\\u") > MAX_NUMBERED_CHARACTERS:
        raise InvalidRecord(Reason.LIMIT, f"the RTF document has over {MAX_NUMBERED_CHARACTERS:,} characters by number")
    return _Reader().read(body)


class _Reader:
    """The state of a pass: the text so far, bytes of the document's charset not decoded yet, and the stack of groups."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.bytes = bytearray()
        self.codec = DEFAULT_CODEC
        self.fallback_characters = 1  # behind a character by number, for programs without Unicode (\ucN)
        self.to_skip = 0  # of these
        self.is_skipped = False  # whether the group has no text
        self.groups: list[tuple[bool, int]] = []

    def read(self, body: bytes) -> str:
        token = None
        for token in islice(TOKEN.finditer(body), MAX_TOKENS):
            word, number, code, sign, brace, text = token.groups()
            if brace:
                self._group(is_open=brace == b"{")
            elif word:
                self._word(word, None if number is None else int(number))
            elif sign == b"*":
                self.is_skipped = True
            elif self.is_skipped:
                continue
            elif code:
                self._bytes(bytes.fromhex(code.translate(None, b"\\'").decode()))
            elif sign:
                self._text(ESCAPED.get(sign, ""))
            elif text:
                self._bytes(text)
        if token and token.end() < len(body) and TOKEN.search(body, token.end()):
            raise InvalidRecord(Reason.LIMIT, f"the RTF document has over {MAX_TOKENS:,} texts, signs and control words")
        self._flush()
        return "".join(self.parts)

    def _group(self, *, is_open: bool) -> None:
        self.to_skip = 0
        if not is_open:
            if self.groups:
                self.is_skipped, self.fallback_characters = self.groups.pop()
        elif len(self.groups) >= MAX_GROUP_DEPTH:
            raise InvalidRecord(Reason.LIMIT, f"the RTF document has over {MAX_GROUP_DEPTH:,} groups in one another")
        else:
            self.groups.append((self.is_skipped, self.fallback_characters))

    def _word(self, word: bytes, number: int | None) -> None:
        if word in NO_TEXT:
            self.is_skipped = True
        elif word == b"ansicpg" and number is not None:
            self._flush()
            self.codec = _codec(number) if number in CODE_PAGES else DEFAULT_CODEC
        elif word == b"uc" and number is not None:
            self.fallback_characters = max(0, number)
        elif self.is_skipped:
            return
        elif word == b"u" and number is not None:
            point = number + SIGNED_WORD if number < 0 else number
            self._text(chr(point) if 0 <= point <= MAX_CODE_POINT else "")
            self.to_skip = self.fallback_characters
        elif word in BREAKS or word in SIGNS:
            self._text(BREAKS.get(word) or SIGNS[word])

    def _bytes(self, data: bytes) -> None:
        if self.to_skip:
            skipped = min(self.to_skip, len(data))
            self.to_skip -= skipped
            data = data[skipped:]
        self.bytes += data

    def _text(self, text: str) -> None:
        self._flush()
        self.to_skip = 0
        self.parts.append(text)

    def _flush(self) -> None:
        if self.bytes:
            self.parts.append(self.bytes.decode(self.codec, "replace"))
            self.bytes.clear()


@functools.lru_cache(maxsize=len(CODE_PAGES))
def _codec(number: int) -> str:
    try:
        return codecs.lookup(f"cp{number}").name
    except LookupError:
        return DEFAULT_CODEC
