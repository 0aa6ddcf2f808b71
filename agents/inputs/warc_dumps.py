"""A web archive -> the pages in it as dumps: responses, resources, and conversions (the texts of WET files)."""

import contextlib
from collections.abc import Iterator
from io import BufferedReader

from agents.inputs.http_payload import parse_response, payload
from agents.inputs.input_items import Found, Item, Origin, PassedOver, Reading, Refused, fallback_headers, over_limit
from agents.inputs.warc import Broken, Record, read_records
from streams.errors import InvalidRecord
from streams.records import Incoming
from streams.times import format_time, parse_time

PAGE_TYPES = frozenset({"text/html", "text/plain", "application/xhtml+xml"})
# Crawlers also note look-ups ("dns:"), their own logs ("metadata:") and derived things ("urn:") as if they were pages.
PAGE_SCHEMES = ("", "http", "https", "ftp", "file")
# Types that are told by their first half: nobody wants to know how many images were PNG.
MEDIA = frozenset({"image", "video", "audio", "font"})
MAX_WORD_CHARACTERS = 60
MAX_TYPE_CHARACTERS = 256


def read_archive(stream: BufferedReader, origin: Origin, reading: Reading, packed: bool) -> Iterator[Item]:
    """Yield an item for each record, and for each stretch that can't be read; `packed`: compressed with gzip, by its name."""
    for number, record in enumerate(read_records(stream, packed, reading.max_bytes), 1):
        name = f"{origin.name}:{number}"
        if isinstance(record, Broken):
            yield Refused(name=name, why=f"{record.why}, at byte {record.offset:,}")
        else:
            yield _read_record(record, Origin(name=name, saved_at=origin.saved_at), reading)


def _read_record(record: Record, origin: Origin, reading: Reading) -> Item:
    kind, scheme = record.fields["warc-type"].lower(), _address(record).partition(":")[0].lower()
    if kind not in ("response", "resource", "conversion"):
        return PassedOver(name=origin.name, why=f"{kind[:MAX_WORD_CHARACTERS]} record")
    if scheme not in PAGE_SCHEMES:
        return PassedOver(name=origin.name, why=f"{scheme[:MAX_WORD_CHARACTERS]}: record")
    if kind == "response":
        return _read_response(record, origin, reading)
    content_type = record.fields.get("content-type", "")
    if kind == "conversion" and content_type.lower() == "text/plain":
        content_type = "text/plain; charset=utf-8"  # that of WET files, by their description
    return _page(record, content_type, record.block, origin, reading)


def _address(record: Record) -> str:
    return (
        record.fields.get("warc-target-uri", "").removeprefix("<").removesuffix(">")
    )  # wget writes the brackets of the standard's grammar


def _read_response(record: Record, origin: Origin, reading: Reading) -> Item:
    response = parse_response(record.block)
    if response is None:
        return PassedOver(name=origin.name, why="response that is not HTTP")
    if response.status != 200:
        return PassedOver(name=origin.name, why=f"HTTP status {response.status}")
    content_type = response.headers.get("content-type") or record.fields.get("warc-identified-payload-type", "")
    if _other_type(content_type):
        return _page(record, content_type, b"", origin, reading)
    body = payload(response, reading.max_bytes)
    if body is None:
        return Refused(name=origin.name, why=over_limit("a page", reading) + ", or in an unknown content-encoding")
    return _page(record, content_type, body, origin, reading)


def _page(record: Record, content_type: str, body: bytes, origin: Origin, reading: Reading) -> Item:
    if other := _other_type(content_type) or ("" if body else "empty page"):
        return PassedOver(name=origin.name, why=other)
    headers = dict(fallback_headers(origin, reading))
    if address := _address(record):
        headers["source-url"] = address.encode()
    if content_type:
        headers["content-type"] = content_type[:MAX_TYPE_CHARACTERS].encode()
    with contextlib.suppress(InvalidRecord):  # WARC 1.1 allows dates of days and years, which say less than the fallback
        headers["fetched-at"] = format_time(parse_time(record.fields.get("warc-date", ""))).encode()
    incoming = Incoming(topic=reading.topic, key=headers.get("source-url"), value=body, headers=tuple(headers.items()))
    return Found(name=origin.name, incoming=incoming)


def _other_type(content_type: str) -> str | None:
    """Return what to count it by where it is no type of a page; one that is not told may be one."""
    media_type = content_type.partition(";")[0].strip().lower()
    first = media_type.partition("/")[0]
    return None if not media_type or media_type in PAGE_TYPES else first if first in MEDIA else media_type[:MAX_WORD_CHARACTERS]
