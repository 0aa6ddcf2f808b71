"""A saved HTTP response -> its status and the page in it, out of chunks and compression.

Source: RFC 9112. Archives differ from it: many hold a body already decoded under headers that say otherwise, so what is not in the form
that the headers tell is taken as it is; and crawlers cut bodies off, so what can be decoded of one counts.
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import brotli

_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[^\r\n]{0,1000}\r?\n")
# More than two are an attack.
MAX_LAYERS = 4
_STEP_BYTES = 16 * 1024
_GZIP_OR_ZLIB = 47
_DEFLATE = -15


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response; header names in small letters; the body as it was sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def parse_response(block: bytes) -> Response | None:
    """Return the response that begins with the block, or None where it begins with none."""
    line = _STATUS_LINE.match(block)
    if not line:
        return None
    end = _HEADER_END.search(block)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    lines = (line.partition(":") for line in head.decode("latin-1").split("\n")[1:])
    headers = {name.strip().lower(): value.strip() for name, colon, value in lines if colon}
    return Response(status=int(line[1]), headers=headers, body=body)


def payload(response: Response, max_bytes: int) -> bytes | None:
    """Return the body out of its transfer and content encodings; None where one is unknown, or it has more than `max_bytes`."""
    codings = f"{response.headers.get('content-encoding', '')},{response.headers.get('transfer-encoding', '')}"
    layers = [coding for part in reversed(codings.lower().split(",")) if (coding := part.strip()) not in ("", "identity")]
    body: bytes | None = response.body if len(layers) <= MAX_LAYERS else None
    for coding in layers:
        if body is not None:
            body = _decoded(body, coding, max_bytes)
    return body if body is None or len(body) <= max_bytes else None


def _decoded(body: bytes, coding: str, max_bytes: int) -> bytes | None:
    match coding:
        case "chunked":
            return _joined(body)
        case "gzip" | "x-gzip":
            return _inflated(body, _GZIP_OR_ZLIB, max_bytes) or body
        case "deflate":  # zlib's form by the standard, the bare one by custom
            return _inflated(body, _GZIP_OR_ZLIB, max_bytes) or _inflated(body, _DEFLATE, max_bytes) or body
        case "br":
            return _unbrotlied(body, max_bytes) or body
        case _:
            return None


def _joined(body: bytes) -> bytes:
    """Return the chunks joined; the body as it is where it does not begin with one."""
    chunks, place = [], 0
    while (size := _CHUNK_SIZE.match(body, place)) and int(size[1], 16):
        chunks.append(body[size.end() : size.end() + int(size[1], 16)])
        place = size.end() + int(size[1], 16)
        place += 2 if body.startswith(b"\r\n", place) else 1
    return b"".join(chunks) if chunks or size else body


def _inflated(body: bytes, window: int, max_bytes: int) -> bytes:
    """Return what can be decompressed, and one byte more than `max_bytes` at most."""
    inflate, parts, left = zlib.decompressobj(window), [], max_bytes + 1
    for place in range(0, len(body), _STEP_BYTES):  # in steps: with an error zlib keeps back what it made of that step
        try:
            parts.append(inflate.decompress(body[place : place + _STEP_BYTES], left))
        except zlib.error:
            break
        left -= len(parts[-1])
        if not left or inflate.eof:
            break
    return b"".join(parts)


def _unbrotlied(body: bytes, max_bytes: int) -> bytes:
    """Return what can be decompressed, up to a little more than `max_bytes`."""
    expand, parts, left = brotli.Decompressor(), [], max_bytes + 1
    for place in range(0, len(body), _STEP_BYTES):
        try:
            parts.append(expand.process(body[place : place + _STEP_BYTES], output_buffer_limit=left))
        except brotli.error:
            break
        left -= len(parts[-1])
        if left <= 0:
            break
    return b"".join(parts)
