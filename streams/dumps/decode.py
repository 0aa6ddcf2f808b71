"""Decode the bytes of a dump into its text: by its charset, within limits. Binary data are refused by name."""

import codecs
import re
from collections.abc import Sequence
from encodings import normalize_encoding
from encodings.aliases import aliases

from streams.dumps.charsets import CLEARLY_BETTER, MIN_LIKENESS, decode_utf_8, detect_single_byte, likeness_in
from streams.dumps.docx import docx_text
from streams.dumps.formats import Format, format_of
from streams.dumps.rtf import rtf_text
from streams.errors import InvalidRecord, Reason
from streams.frozen import dataclass

MAX_BODY_BYTES = 10 * 1024 * 1024
HEAD_BYTES = 64 * 1024

# The codecs that pages are published in (WHATWG Encoding). Any other name that a header gives is ignored: Python also knows codecs that are
# no charset (base64, zlib) or that take quadratic time (punycode).
CODECS = (
    "utf-8 utf-16-le utf-16-be utf-16 utf-32 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp874 "
    "iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10 iso8859-13 iso8859-14 iso8859-15 iso8859-16 "
    "koi8-r koi8-u mac-roman gb18030 big5hkscs euc_jp cp932 cp949 iso2022_jp"
)
PAGE_CODECS = frozenset(CODECS.split())
# Browsers read the first as the second, which has more characters, and pages are written for browsers.
READ_AS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "windows-31j": "cp932",
    "euc_kr": "cp949",
}
# Python remembers each name of a codec that it is asked for, known or not, for ever: so only these are looked up.
CODEC_NAMES = {normalize_encoding(name) for name in (*aliases, *aliases.values(), *PAGE_CODECS, *READ_AS, *READ_AS.values())}
# Bytes of these say nothing when they happen to be valid UTF-8.
NOT_LIKE_UTF_8 = frozenset({"utf-16-le", "utf-16-be", "utf-16", "utf-32", "iso2022_jp"})

ESCAPE = b"\x1b"  # iso2022_jp changes its character sets by it

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Formats whose first bytes are printable or that hold long runs of text: the count of control bytes alone may miss them.
BINARY_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x7fELF", "a program"),
)
CONTROL_BYTES = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\v\x1b\x00") + b"\x7f"
MAX_CONTROL_SHARE = 0.02
MAX_NUL_SHARE = 0.05
MAX_BROKEN_SHARE = 0.005
MAX_LEGACY_SHARE = 0.3

META_CHARSET = re.compile(
    rb"<(?:meta[^>]{0,300}?charset|\?xml[^>]{0,100}?encoding)\s*+=\s*+(?:[\"']\s*+)?([a-zA-Z0-9_:.\-]{2,40})", re.IGNORECASE
)
HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([a-zA-Z0-9_:.\-]{2,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """A decoded dump: `text` with its newlines as they were and without a byte order mark; `format` says how to split it."""

    text: str
    format: Format


def decode_dump(body: bytes, content_type: str | None) -> Page:
    """Return the page that `body` holds, by evidence in the bytes first and by `content_type` second (headers are often wrong).

    Args:
        body: the dump as saved, out of its envelope.
        content_type: the media type as the producer gave it, with or without a charset, or None.

    Raises:
        InvalidRecord: `empty`, `too-large` (over `MAX_BODY_BYTES`), or `not-decodable` (binary, or in no charset that makes text of it).
    """
    if len(body) > MAX_BODY_BYTES:
        raise InvalidRecord(Reason.TOO_LARGE, f"the dump has {len(body):,} bytes; the limit is {MAX_BODY_BYTES:,}")
    text = docx_text(body)
    if text is None:
        text = rtf_text(body)
    if text is None:
        text = _decoded(body, content_type or "")
    elif len(text) > MAX_BODY_BYTES:
        raise InvalidRecord(Reason.TOO_LARGE, f"the document has {len(text):,} characters; the limit is {MAX_BODY_BYTES:,}")
    if not text.strip("\x00 \t\r\n\f\v\u200b\ufeff\xa0"):
        raise InvalidRecord(Reason.EMPTY, f"the dump has {len(body):,} bytes and no visible character")
    return Page(text, format_of(text, content_type))


def _decoded(body: bytes, content_type: str) -> str:
    for mark, codec in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return _decoded_leniently(body[len(mark) :], codec, "its byte order mark")
    declared = _declared_codecs(body, content_type)
    for codec in declared:
        if codec in NOT_LIKE_UTF_8:
            return _decoded_leniently(body, codec, "its declaration")
    guessed = _utf_16_by_zeros(body)
    if guessed:
        return _decoded_leniently(body, guessed, "its zero bytes")
    _refuse_binary(body)
    try:
        return decode_utf_8(body)  # legacy text is hardly ever valid UTF-8 by chance, whatever a header says
    except UnicodeDecodeError:
        return _legacy(body, declared)


def _declared_codecs(body: bytes, content_type: str) -> list[str]:
    """Return the codecs that the header and the page itself name, in this order."""
    named = HEADER_CHARSET.search(content_type)
    meta = META_CHARSET.search(body[:HEAD_BYTES])
    by_header = _page_codec(named[1]) if named else None
    by_page = _page_codec(meta[1].decode("ascii")) if meta else None
    if by_page == "iso2022_jp" and ESCAPE not in body:
        by_page = None
    elif by_page in NOT_LIKE_UTF_8 and by_page != "iso2022_jp":
        by_page = None  # a tag that is read as ASCII is not UTF-16
    return [codec for codec in (by_header, by_page) if codec]


def _page_codec(name: str) -> str | None:
    for label in (name.lower(), name.lower().removeprefix("x-")):
        known = normalize_encoding(READ_AS.get(label, label))
        if known not in CODEC_NAMES:
            continue
        try:
            codec = codecs.lookup(known).name
        except LookupError:  # one of another system
            continue
        codec = READ_AS.get(codec, codec)
        return codec if codec in PAGE_CODECS else None
    return None


def _utf_16_by_zeros(body: bytes) -> str | None:
    """Return the UTF-16 codec whose high bytes are mostly zero, as in Latin text without a mark."""
    head = body[: HEAD_BYTES & ~1]
    if len(head) < 4 or b"\x00" not in head:
        return None
    half = len(head) // 2
    even, odd = head[0::2].count(0) / half, head[1::2].count(0) / half
    if odd > 0.7 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 and odd < 0.05 else None


def _refuse_binary(body: bytes) -> None:
    for magic, what in BINARY_MAGIC:
        if body.startswith(magic):
            raise InvalidRecord(Reason.NOT_DECODABLE, f"the dump is {what}, not a page")
    head = body[:HEAD_BYTES] or b" "
    nuls = head.count(0) / len(head)
    control = (len(head) - len(head.translate(None, CONTROL_BYTES))) / len(head)
    if nuls > MAX_NUL_SHARE or control > MAX_CONTROL_SHARE:
        raise InvalidRecord(Reason.NOT_DECODABLE, f"the dump looks binary: {nuls:.0%} NUL and {control:.0%} control bytes at its start")


def _legacy(body: bytes, declared: Sequence[str]) -> str:
    """Decode bytes that are no valid UTF-8: as UTF-8 with a few broken bytes, as declared, or in the charset that makes words of them."""
    broken = body.decode("utf-8", "replace")
    replaced = broken.count("\ufffd")
    if replaced <= max(3, MAX_BROKEN_SHARE * len(broken)) and replaced * 2 <= sum(char > "\x7f" for char in broken):
        return broken
    best = _best_declared(body, declared)
    detected = detect_single_byte(body) if best is None or likeness_in(best, body) < MIN_LIKENESS else None
    if detected and (best is None or detected[1] > likeness_in(best, body) + CLEARLY_BETTER):
        best = detected[0]
    high = len(body) - len(body.translate(None, bytes(range(128, 256))))
    if best is None and high > MAX_LEGACY_SHARE * len(body):
        raise InvalidRecord(Reason.NOT_DECODABLE, f"{high:,} of {len(body):,} bytes are in no known charset; declare one in content-type")
    return body.decode(best or "cp1252", "replace")


def _best_declared(body: bytes, declared: Sequence[str]) -> str | None:
    """Return the declared codec that leaves fewest characters broken, or None where they all leave many."""
    broken = {codec: body.decode(codec, "replace") for codec in declared if codec != "utf-8"}
    best = min(broken, key=lambda codec: broken[codec].count("\ufffd"), default=None)
    return None if best is None or _is_broken(broken[best]) else best


def _decoded_leniently(body: bytes, codec: str, evidence: str) -> str:
    text = body.decode(codec, "replace")
    if _is_broken(text):
        broken = text.count("\ufffd")
        raise InvalidRecord(Reason.NOT_DECODABLE, f"the dump is {codec} by {evidence}, but {broken:,} characters can't be decoded")
    return text


def _is_broken(text: str) -> bool:
    broken = text.count("\ufffd")
    return broken > 3 and broken > 0.02 * len(text)
