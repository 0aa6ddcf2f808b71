"""A stream that is one page, or that has one envelope a line -> dumps."""

from collections.abc import Iterable, Iterator
from io import BufferedIOBase

import orjson

from agents.inputs.input_items import Found, Item, Origin, Reading, Refused, fallback_headers, over_limit
from streams.messages.envelope import ENVELOPE_TYPE
from streams.records import Incoming


def read_page(stream: BufferedIOBase, origin: Origin, reading: Reading, content_type: str | None = None) -> Iterator[Item]:
    """Yield all of the stream as one dump, or why it is none."""
    body = stream.read(reading.max_bytes + 1)
    if len(body) > reading.max_bytes:
        yield Refused(name=origin.name, why=over_limit("a page", reading))
        return
    headers = fallback_headers(origin, reading)
    if content_type is not None:
        headers = (("content-type", content_type.encode()), *headers)
    key = None if reading.url is None else reading.url.encode()
    yield Found(name=origin.name, incoming=Incoming(topic=reading.topic, key=key, value=body, headers=headers))


def read_envelopes(stream: BufferedIOBase, origin: Origin, reading: Reading) -> Iterator[Item]:
    """Yield a dump for each line that is not empty, JSON or not: what is none ends as a dead letter by itself."""
    headers = (("content-type", ENVELOPE_TYPE.encode()), *fallback_headers(origin, reading))
    for number, line in enumerate(_lines(stream, reading.max_bytes), 1):
        name = f"{origin.name}:{number}"
        if len(line) > reading.max_bytes:
            yield Refused(name=name, why=over_limit("a line", reading))
        elif value := line.removeprefix(b"\xef\xbb\xbf" if number == 1 else b"").strip():
            url = _url_of(value) or reading.url
            incoming = Incoming(topic=reading.topic, key=None if url is None else url.encode(), value=value, headers=headers)
            yield Found(name=name, incoming=incoming)


def _lines(stream: BufferedIOBase, max_bytes: int) -> Iterable[bytes]:
    r"""Yield the lines, parted by \n only (U+2028 may stand in a text); of one that is too long its beginning."""
    while line := stream.readline(max_bytes + 1):
        rest = line
        while len(rest) > max_bytes and not rest.endswith(b"\n"):
            rest = stream.readline(max_bytes + 1)
        yield line


def _url_of(value: bytes) -> str | None:
    try:
        fields = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    url = fields.get("url") if isinstance(fields, dict) else None
    return url if isinstance(url, str) and url else None
