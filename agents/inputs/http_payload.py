"""Parse a saved HTTP response and decode its body from chunks and compression.

Source: RFC 9112. Archives differ from it: many store a decoded body under headers that name an encoding, so a body that is not in the
named encoding is returned unchanged; and crawlers truncate bodies, so the part that can be decoded is returned.
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import brotli

from agents.inputs.unpack_limit import UnpackLimit

_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[^\r\n]{0,1000}\r?\n")
# Servers use at most two; more are an attack.
MAX_LAYERS = 4
# Servers send chunks of kilobytes. Parsing one takes 0.4 microseconds, so that a body of one-byte chunks would take seconds.
MAX_CHUNKS = 500_000
MAX_HEADER_BYTES = 256 * 1024  # browsers and servers take less
_STEP_BYTES = 16 * 1024
_GZIP_OR_ZLIB_WINDOW = 47
_RAW_DEFLATE_WINDOW = -15


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response: header names in lower case, the body as sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def parse_response(block: bytes) -> Response | None:
    """Return the HTTP response in `block`, or None where the block does not begin with a status line and headers."""
    line = _STATUS_LINE.match(block)
    if not line:
        return None
    end = _HEADER_END.search(block, 0, MAX_HEADER_BYTES)
    if end is None and len(block) > MAX_HEADER_BYTES:
        return None
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    lines = (line.partition(":") for line in head.decode("latin-1").split("\n")[1:])
    headers = {name.strip().lower(): value.strip() for name, colon, value in lines if colon}
    return Response(status=int(line[1]), headers=headers, body=body)


def decode_body(response: Response, max_bytes: int, unpack_limit: UnpackLimit | None = None) -> bytes | None:
    """Return the body without its transfer and content encodings; None for an unknown encoding, too many chunks or over `max_bytes`."""
    codings = f"{response.headers.get('content-encoding', '')},{response.headers.get('transfer-encoding', '')}"
    layers = [coding for part in reversed(codings.lower().split(",")) if (coding := part.strip()) not in ("", "identity")]
    body: bytes | None = response.body if len(layers) <= MAX_LAYERS else None
    for coding in layers:
        if body is not None:
            body = _decode(body, coding, max_bytes)
            if unpack_limit:
                unpack_limit.add(len(body or b""))
    return body if body is None or len(body) <= max_bytes else None


def _decode(body: bytes, coding: str, max_bytes: int) -> bytes | None:
    match coding:
        case "chunked":
            return _join_chunks(body)
        case "gzip" | "x-gzip":
            return _inflate(body, _GZIP_OR_ZLIB_WINDOW, max_bytes) or body
        case "deflate":  # the standard means zlib's format, many servers send raw deflate
            return _inflate(body, _GZIP_OR_ZLIB_WINDOW, max_bytes) or _inflate(body, _RAW_DEFLATE_WINDOW, max_bytes) or body
        case "br":
            return _decompress_brotli(body, max_bytes) or body
        case _:
            return None


def _join_chunks(body: bytes) -> bytes | None:
    """Return the chunks joined, None for over `MAX_CHUNKS`; the body unchanged where it does not begin with a chunk."""
    joined, offset, view = bytearray(), 0, memoryview(body)
    for _ in range(MAX_CHUNKS):
        size = _CHUNK_SIZE.match(body, offset)
        if not size or not int(size[1], 16):
            return bytes(joined) if joined or size else body
        start, offset = size.end(), size.end() + int(size[1], 16)
        joined += view[start:offset]
        offset += 2 if body.startswith(b"\r\n", offset) else 1
    return None


def _inflate(body: bytes, window: int, max_bytes: int) -> bytes:
    """Return the data that can be decompressed, at most `max_bytes` + 1 bytes."""
    inflate, parts, left = zlib.decompressobj(window), [], max_bytes + 1
    for offset in range(0, len(body), _STEP_BYTES):  # in steps: on an error zlib discards the output of the whole call
        try:
            parts.append(inflate.decompress(body[offset : offset + _STEP_BYTES], left))
        except zlib.error:
            break
        left -= len(parts[-1])
        if not left or inflate.eof:
            break
    return b"".join(parts)


def _decompress_brotli(body: bytes, max_bytes: int) -> bytes:
    """Return the data that can be decompressed, up to a little more than `max_bytes`."""
    expand, parts, left = brotli.Decompressor(), [], max_bytes + 1
    for offset in range(0, len(body), _STEP_BYTES):
        try:
            parts.append(expand.process(body[offset : offset + _STEP_BYTES], output_buffer_limit=left))
        except brotli.error:
            break
        left -= len(parts[-1])
        if left <= 0:
            break
    return b"".join(parts)
