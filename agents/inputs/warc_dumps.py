"""Read the pages of a web archive as dumps: responses, resources, and conversions (the texts of WET files)."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from io import BufferedReader

from agents.inputs.http_payload import decode_body, parse_response
from agents.inputs.input_items import (
    InputDump,
    InputItem,
    Origin,
    ReadOptions,
    RefusedInput,
    SkippedInput,
    fallback_headers,
    over_limit_message,
)
from agents.inputs.warc import BrokenSpan, WarcRecord, read_records
from streams.errors import InvalidRecord
from streams.messages.envelope import CONTENT_TYPE_HEADER, FETCHED_AT_HEADER, SOURCE_URL_HEADER
from streams.records import Incoming
from streams.times import format_time, parse_time

PAGE_TYPES = frozenset(
    {
        "text/html",
        "text/plain",
        "application/xhtml+xml",
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
    }
)
# Crawlers also store DNS look-ups ("dns:"), their logs ("metadata:") and derived data ("urn:") in records of these types.
PAGE_SCHEMES = ("", "http", "https", "ftp", "file")
# Counted by the first half of the media type: the subtype of an image does not matter.
MEDIA_TYPES = frozenset({"image", "video", "audio", "font"})
MAX_REASON_CHARACTERS = 60
MAX_TYPE_CHARACTERS = 256


def read_archive(stream: BufferedReader, origin: Origin, options: ReadOptions, gzipped: bool) -> Iterator[InputItem]:
    """Yield an item for each record and each unreadable span; `gzipped`: compressed with gzip, by the file name."""
    for number, record in enumerate(read_records(stream, gzipped, options.max_bytes, origin.unpack_limit), 1):
        name = f"{origin.name}:{number}"
        if isinstance(record, BrokenSpan):
            yield RefusedInput(name=name, reason=f"{record.reason}, at byte {record.offset:,}")
        else:
            yield _read_record(record, replace(origin, name=name), options)


def _read_record(record: WarcRecord, origin: Origin, options: ReadOptions) -> InputItem:
    record_type, scheme = record.fields["warc-type"].lower(), _target_url(record).partition(":")[0].lower()
    if record_type not in ("response", "resource", "conversion"):
        return SkippedInput(name=origin.name, reason=f"{record_type[:MAX_REASON_CHARACTERS]} record")
    if scheme not in PAGE_SCHEMES:
        return SkippedInput(name=origin.name, reason=f"{scheme[:MAX_REASON_CHARACTERS]}: record")
    if record_type == "response":
        return _read_response(record, origin, options)
    content_type = record.fields.get("content-type", "")
    if record_type == "conversion" and content_type.lower() == "text/plain":
        content_type = "text/plain; charset=utf-8"  # the encoding of WET files by their specification
    return _page(record, content_type, record.block, origin, options)


def _target_url(record: WarcRecord) -> str:
    # wget writes the brackets of the standard's grammar.
    return record.fields.get("warc-target-uri", "").removeprefix("<").removesuffix(">")


def _read_response(record: WarcRecord, origin: Origin, options: ReadOptions) -> InputItem:
    response = parse_response(record.block)
    if response is None:
        return SkippedInput(name=origin.name, reason="response that is not HTTP")
    if response.status != HTTPStatus.OK:
        return SkippedInput(name=origin.name, reason=f"HTTP status {response.status}")
    content_type = response.headers.get("content-type") or record.fields.get("warc-identified-payload-type", "")
    if _non_page_type(content_type):
        return _page(record, content_type, b"", origin, options)
    body = decode_body(response, options.max_bytes, origin.unpack_limit)
    if body is None:
        return RefusedInput(name=origin.name, reason=over_limit_message("a page", options) + ", or in an unknown content-encoding")
    return _page(record, content_type, body, origin, options)


def _page(record: WarcRecord, content_type: str, body: bytes, origin: Origin, options: ReadOptions) -> InputItem:
    if non_page_type := _non_page_type(content_type) or ("" if body else "empty page"):
        return SkippedInput(name=origin.name, reason=non_page_type)
    headers = dict(fallback_headers(origin, options))
    if address := _target_url(record):
        headers[SOURCE_URL_HEADER] = address.encode()
    if content_type:
        headers[CONTENT_TYPE_HEADER] = content_type[:MAX_TYPE_CHARACTERS].encode()
    with contextlib.suppress(InvalidRecord):  # WARC 1.1 allows dates without a time, which are less precise than the fallback
        headers[FETCHED_AT_HEADER] = format_time(parse_time(record.fields.get("warc-date", ""))).encode()
    incoming = Incoming(topic=options.topic, key=headers.get(SOURCE_URL_HEADER), value=body, headers=tuple(headers.items()))
    return InputDump(name=origin.name, incoming=incoming)


def _non_page_type(content_type: str) -> str | None:
    """Return the type to count a record by that is no page, or None for a page; a missing type may be a page."""
    media_type = content_type.partition(";")[0].strip().lower()
    first = media_type.partition("/")[0]
    return None if not media_type or media_type in PAGE_TYPES else first if first in MEDIA_TYPES else media_type[:MAX_REASON_CHARACTERS]
