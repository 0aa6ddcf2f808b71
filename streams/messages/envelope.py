"""Open a message of `news.dumps`: a raw dump with headers, or a JSON envelope."""

import binascii
import hashlib
import re
from base64 import b64decode

import orjson

from streams.errors import InvalidRecord, Reason
from streams.messages.event_types import Envelope
from streams.records import Dump, Headers, Incoming
from streams.times import is_time, parse_time

ENVELOPE_TYPE = "application/vnd.newsmill.dump+json"
CONTENT_TYPE_HEADER, SOURCE_URL_HEADER, FETCHED_AT_HEADER = "content-type", "source-url", "fetched-at"
TRACEPARENT_HEADER, REPLAY_HEADER = "traceparent", "newsmill-replay"
_LETTER_ID = re.compile(r"[0-9]{1,9}-[0-9]{1,18}")
# Each article of a dump carries its address: a dump of 630 KB with one of 8,192 control characters made 2.3 GB. Search engines and
# sitemaps take 2,048.
MAX_ADDRESS_CHARACTERS = 2048
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
# W3C Trace Context: version, trace id, parent id, flags. Neither id is all zeros, and version ff is invalid.
_TRACEPARENT = re.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def open_envelope(incoming: Incoming, *, backfill: bool = False) -> Dump:
    """Return the dump in a message. Address and time are those of the envelope, else of the headers; the last resort is the message's time.

    Raises:
        InvalidRecord: "bad-envelope" (also for control characters in the address), "bad-time", or "limit" for an address above
            `MAX_ADDRESS_CHARACTERS`.
    """
    headers = text_headers(incoming.headers)
    content_type = headers.get(CONTENT_TYPE_HEADER)
    url, fetched_at, body = headers.get(SOURCE_URL_HEADER), headers.get(FETCHED_AT_HEADER), incoming.value
    if content_type is not None and content_type.split(";")[0].strip().lower() == ENVELOPE_TYPE:
        fields = _fields(incoming.value)
        url, fetched_at = fields.get("url") or url, fields.get("fetched_at") or fetched_at
        content_type, body = fields.get("content_type"), _body(fields)
    _check_address(url or "")
    return Dump(
        body=body,
        dump_id=id_of((url or "").encode(errors="surrogatepass"), body),
        content_type=content_type,
        url=url or None,
        fetched_at=parse_time(fetched_at) if fetched_at else _sent_at(incoming),
        backfill=backfill,
        traceparent=_valid_traceparent(headers.get(TRACEPARENT_HEADER, "")),
    )


def _check_address(url: str) -> None:
    if len(url) > MAX_ADDRESS_CHARACTERS:
        raise InvalidRecord(Reason.LIMIT, f"the address has {len(url):,} characters; the limit is {MAX_ADDRESS_CHARACTERS:,}")
    if found := _CONTROL.search(url):
        raise InvalidRecord(Reason.BAD_ENVELOPE, f"the address has the control character {found[0]!r} at character {found.start():,}")


def _valid_traceparent(text: str) -> str | None:
    """Return a trace context in the form of the W3C, or None: a page must not die of its tracing."""
    return text if is_traceparent(text) else None


def is_traceparent(text: str) -> bool:
    """Return whether this is a trace context in the form of the W3C."""
    return _TRACEPARENT.fullmatch(text) is not None


def is_address(url: str) -> bool:
    """Return whether this is an address that a dump may have."""
    return 0 < len(url) <= MAX_ADDRESS_CHARACTERS and not _CONTROL.search(url)


def _sent_at(incoming: Incoming) -> int | None:
    """Return the timestamp of the message, or None for one outside the years 1 to 9999, which a producer may set."""
    return incoming.timestamp if is_time(incoming.timestamp) else None


def id_of(*parts: bytes) -> str:
    """Return 32 hex digits: the first 128 bits of SHA-256 of the parts with a NUL byte between them."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]


def text_headers(headers: Headers) -> dict[str, str]:
    """Return the last header of each name as text; bytes that are not UTF-8 are replaced."""
    return {name: value.decode(errors="replace") for name, value in headers if value is not None}


def replay_id(headers: Headers) -> str | None:
    """Return the id of the dead letter that a message on an internal topic is replayed from; None if it has none, or no such id.

    Not for dumps: anyone may send them, with any header, and a dump that died at split has published nothing.
    """
    id = text_headers(headers).get(REPLAY_HEADER, "")
    return id if is_letter_id(id) else None


def is_letter_id(id: str) -> bool:
    """Return whether this is the id of a dead letter: its partition and offset."""
    return _LETTER_ID.fullmatch(id) is not None


def _fields(value: bytes) -> dict[str, str]:
    try:
        fields = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise InvalidRecord(Reason.BAD_ENVELOPE, f"no JSON: {error}") from error
    if not isinstance(fields, dict):
        raise InvalidRecord(Reason.BAD_ENVELOPE, f"an object is expected, not {type(fields).__name__}")
    strings = {name: fields[name] for name in Envelope.__annotations__ if fields.get(name) is not None}
    for name, field in strings.items():
        if not isinstance(field, str):
            raise InvalidRecord(Reason.BAD_ENVELOPE, f"{name!r} must be a string, not {type(field).__name__}")
    return strings


def _body(fields: dict[str, str]) -> bytes:
    if ("body" in fields) == ("body_base64" in fields):
        raise InvalidRecord(Reason.BAD_ENVELOPE, "exactly one of 'body' and 'body_base64' is expected")
    try:
        return fields["body"].encode() if "body" in fields else b64decode(fields["body_base64"], validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError) as error:
        raise InvalidRecord(Reason.BAD_ENVELOPE, f"the body can't be decoded: {error}") from error
