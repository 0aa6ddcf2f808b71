"""Read a stream as one page, or as envelopes, one per line."""

from collections.abc import Iterable, Iterator
from io import BufferedIOBase

import orjson

from agents.inputs.input_items import InputDump, InputItem, Origin, ReadOptions, RefusedInput, fallback_headers, over_limit_message
from streams.messages.envelope import CONTENT_TYPE_HEADER, ENVELOPE_TYPE
from streams.records import Incoming


def read_page(stream: BufferedIOBase, origin: Origin, options: ReadOptions, content_type: str | None = None) -> Iterator[InputItem]:
    """Yield the whole stream as one dump, or a refusal where it is too large."""
    body = stream.read(options.max_bytes + 1)
    if len(body) > options.max_bytes:
        yield RefusedInput(name=origin.name, reason=over_limit_message("a page", options))
        return
    headers = fallback_headers(origin, options)
    if content_type is not None:
        headers = ((CONTENT_TYPE_HEADER, content_type.encode()), *headers)
    key = None if options.url is None else options.url.encode()
    yield InputDump(name=origin.name, incoming=Incoming(topic=options.topic, key=key, value=body, headers=headers))


def read_envelopes(stream: BufferedIOBase, origin: Origin, options: ReadOptions) -> Iterator[InputItem]:
    """Yield a dump for each line that is not empty. Invalid JSON passes too: the split stage makes a dead letter of it."""
    headers = ((CONTENT_TYPE_HEADER, ENVELOPE_TYPE.encode()), *fallback_headers(origin, options))
    for line_no, line in enumerate(_lines(stream, options.max_bytes), 1):
        name = f"{origin.name}:{line_no}"
        if len(line) > options.max_bytes:
            yield RefusedInput(name=name, reason=over_limit_message("a line", options))
        elif value := line.removeprefix(b"\xef\xbb\xbf" if line_no == 1 else b"").strip():
            url = _url_of(value) or options.url
            incoming = Incoming(topic=options.topic, key=None if url is None else url.encode(), value=value, headers=headers)
            yield InputDump(name=name, incoming=incoming)


def _lines(stream: BufferedIOBase, max_bytes: int) -> Iterable[bytes]:
    r"""Yield the lines, separated by \n only (a text may contain U+2028); of a line that is too long its beginning."""
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
