"""Extract the text of a Word document (.docx), within limits: a line for each paragraph.

A .docx is a ZIP archive; only its text member is unpacked, up to a limit. No XML parser: the text is between tags of a few names, and the
file's other XML is not read.
"""

import re
import struct
import zlib
from html import unescape

from streams.errors import InvalidRecord, Reason

ZIP_MAGIC = b"PK\x03\x04"
TEXT_MEMBER = b"word/document.xml"
MAX_XML_BYTES = 32 * 1024 * 1024  # unpacked; 500 news articles with all their formatting have about 20 MiB
MAX_TOKENS = 1_000_000  # runs of text, breaks and paragraphs, and as many entities; an article of an export has some hundred
END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
DIRECTORY_ENTRY = struct.Struct("<4s6H3L5H2L")
LOCAL_HEADER = struct.Struct("<4s5H3L2H")
MAX_COMMENT_BYTES = 65_535  # behind the end of the directory
STORED, DEFLATED = 0, 8
TOKEN = re.compile(rb"<w:t(?:\s[^<>]*+)?>([^<]*+)|<w:(tab|br|cr)\b[^<>]*+>|</w:(p)>|<(/?)mc:Fallback\b[^<>]*+>")
TOKENS = (b"<w:t", b"<w:br", b"<w:cr", b"</w:p>", b"mc:Fallback")  # each of which `TOKEN` may match


def docx_text(body: bytes) -> str | None:
    """Return the text of a Word document, or None where `body` is anything else.

    Raises:
        InvalidRecord: `too-large` where the text member unpacks to over `MAX_XML_BYTES`, `not-decodable` where it is damaged, `limit` where
            it has over `MAX_TOKENS` tokens or entities.
    """
    xml = _unpack_member(body) if body.startswith(ZIP_MAGIC) else None
    if xml is None:
        return None
    if xml.count(b"&") > MAX_TOKENS or sum(map(xml.count, TOKENS)) > MAX_TOKENS:
        raise InvalidRecord(Reason.LIMIT, f"the Word document has over {MAX_TOKENS:,} paragraphs and runs of text, or entities")
    parts: list[bytes] = []
    is_fallback = False  # the same text box a second time, for older programs
    for token in TOKEN.finditer(xml):
        if token[4] is not None:
            is_fallback = not token[4]
        elif not is_fallback:
            parts.append(token[1] if token[1] is not None else b"\t" if token[2] == b"tab" else b"\n")
    return unescape(b"".join(parts).decode("utf-8", "replace"))


def _unpack_member(body: bytes) -> bytes | None:
    data = _find_member(body)
    if data is None:
        return None
    method, packed = data
    try:
        xml = packed if method == STORED else zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, MAX_XML_BYTES + 1)
    except zlib.error as error:
        raise InvalidRecord(Reason.NOT_DECODABLE, f"the dump is a damaged Word document: {error}") from error
    if len(xml) > MAX_XML_BYTES:
        raise InvalidRecord(Reason.TOO_LARGE, f"the text of the Word document has over {MAX_XML_BYTES:,} bytes of XML")
    return xml


def _find_member(body: bytes) -> tuple[int, bytes] | None:
    """Return the compression method and packed data of the text member, by the directory of the archive; None without one."""
    end = body.rfind(b"PK\x05\x06", max(0, len(body) - MAX_COMMENT_BYTES - END_OF_DIRECTORY.size))
    if end < 0 or end + END_OF_DIRECTORY.size > len(body):
        return None
    at = END_OF_DIRECTORY.unpack_from(body, end)[6]
    while at + DIRECTORY_ENTRY.size <= len(body) and body.startswith(b"PK\x01\x02", at):
        entry = DIRECTORY_ENTRY.unpack_from(body, at)
        name_at = at + DIRECTORY_ENTRY.size
        method, packed_bytes, name_bytes, header_at = entry[4], entry[8], entry[10], entry[16]
        if body[name_at : name_at + name_bytes] == TEXT_MEMBER and method in (STORED, DEFLATED):
            return _packed(body, header_at, packed_bytes, method)
        at = name_at + name_bytes + entry[11] + entry[12]
    return None


def _packed(body: bytes, header_at: int, packed_bytes: int, method: int) -> tuple[int, bytes] | None:
    if header_at + LOCAL_HEADER.size > len(body) or not body.startswith(ZIP_MAGIC, header_at):
        return None
    header = LOCAL_HEADER.unpack_from(body, header_at)
    start = header_at + LOCAL_HEADER.size + header[9] + header[10]
    return method, body[start : start + packed_bytes]
