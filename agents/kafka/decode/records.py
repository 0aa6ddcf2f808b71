"""Parse the records of a batch (message format 2) from chunks, one by one; a record above the limit is hashed and truncated.

Generators here yield None where a caller with other work may pause.
"""

import hashlib
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field

from agents.kafka.decode.errors import SkipReason, UnreadableBatch
from streams.errors import Reason
from streams.messages.dead_letters import KEPT_BYTES
from streams.messages.dead_letters import MAX_HEADERS as KEPT_HEADERS
from streams.records import Defect
from streams.topics import MAX_MESSAGE_BYTES

# An event of newsmill has a dozen headers; each costs some hundred bytes of memory, and a byte or two in a hostile record.
MAX_HEADERS = 10_000
MAX_VARINT_BYTES, MAX_VARINT_BITS = 10, 64
NAME_REPLACED = "the name of header {number} is not UTF-8: {name!r}"

RecordHeaders = list[tuple[str, bytes | None]]
Pauses = Generator[None, None, None]


@dataclass(slots=True)
class ParsedRecord:
    """The fields of a record as far as they can be read; `defect` says why not all can. `offset_delta` is None if unknown."""

    timestamp_delta: int = 0
    offset_delta: int | None = None
    key: bytes | None = None
    value: bytes | None = None
    headers: RecordHeaders = field(default_factory=list)
    defect: Defect | None = None


def parse_records(
    count: int, chunks: Iterable[bytes | memoryview], *, first_delta: int = 0, limit: int = MAX_MESSAGE_BYTES
) -> Iterator[ParsedRecord | None]:
    """Yield the records of a batch.

    Args:
        count: of the records, as the batch says.
        chunks: the decompressed records.
        first_delta: the offset in the batch from which on records are wanted; those before it are not hashed.
        limit: bytes of a record that is read whole.

    Raises:
        UnreadableBatch: the chunks end within a record, a record has no length, or bytes follow the last record.
    """
    stream = _Stream(chunks)
    for _ in range(count):
        yield from stream.fill(MAX_VARINT_BYTES)
        try:
            length = stream.varint()
        except _Malformed as error:
            raise UnreadableBatch(SkipReason.RECORD, f"a record has no length: {error}") from error
        if length < 0:
            raise UnreadableBatch(SkipReason.RECORD, f"a record has a length of {length}")
        if length > limit:
            yield (yield from _parse_truncated(stream, length, first_delta, limit))
            continue
        yield from stream.fill(length)
        with stream.view(length) as data:
            record = _parse(data)
        stream.advance(length)
        yield record
    yield from stream.fill(1)
    if stream.available:
        raise UnreadableBatch(SkipReason.RECORD, "bytes follow the last record")


class _Malformed(Exception):
    pass


class _Stream:
    """Chunks as one run of bytes, of which only those asked for are held."""

    def __init__(self, chunks: Iterable[bytes | memoryview]) -> None:
        self._chunks = iter(chunks)
        self._data: bytes | bytearray | memoryview = b""
        self._position = 0
        self.taken = 0

    @property
    def available(self) -> int:
        return len(self._data) - self._position

    def fill(self, size: int) -> Pauses:
        """Hold at least `size` bytes, or all that are left."""
        while self.available < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                return
            if not self.available:
                self._data = chunk  # not copied: it may be an uncompressed batch
            else:
                if not isinstance(self._data, bytearray):
                    self._data = bytearray(memoryview(self._data)[self._position :])
                else:
                    del self._data[: self._position]
                self._data += chunk
            self._position = 0
            yield

    def view(self, size: int) -> memoryview:
        """Return the next bytes, which are held; release the view before the next `fill`."""
        if size > self.available:
            raise UnreadableBatch(SkipReason.RECORD, "the batch ends within a record")
        return memoryview(self._data)[self._position : self._position + size]

    def advance(self, size: int) -> None:
        """Pass over bytes that are held."""
        self._position += size
        self.taken += size

    def varint(self) -> int:
        """Return the next number, which is held."""
        number, size = _varint(self._data[self._position : self._position + MAX_VARINT_BYTES], 0)
        self.advance(size)
        return number

    def skip(self, size: int, keep: int = 0, digest: "hashlib._Hash | None" = None) -> Generator[None, None, bytes]:
        """Pass over the next bytes, held or not; return the first `keep` of them, and add all to `digest`."""
        kept = bytearray()
        while size:
            yield from self.fill(1)
            with self.view(min(size, max(1, self.available))) as part:
                if digest is not None:
                    digest.update(part)
                kept += part[: keep - len(kept)]
                size -= len(part)
                self.advance(len(part))
        return bytes(kept)


def _parse(data: memoryview) -> ParsedRecord:
    record = ParsedRecord()
    try:
        _parse_into(record, data)
    except _Malformed as error:
        record.defect = Defect(reason=Reason.BAD_ENVELOPE, detail=str(error))
    return record


def _parse_into(record: ParsedRecord, data: memoryview) -> None:
    record.timestamp_delta, position = _varint(data, 1)  # attributes are in front, and mean nothing
    record.offset_delta, position = _varint(data, position)
    record.key, position = _bytes(data, position, "key")
    record.value, position = _bytes(data, position, "value")
    count, position = _varint(data, position)
    if not 0 <= count <= MAX_HEADERS:
        raise _Malformed(f"the record has {count:,} headers; {MAX_HEADERS:,} is the most")
    wrong_name = ""
    for number in range(count):
        name, position = _bytes(data, position, "header name")
        value, position = _bytes(data, position, "header value")
        if name is None:
            raise _Malformed(f"header {number} has no name")
        record.headers.append((name.decode(errors="replace"), value))
        if not wrong_name and not _is_utf_8(name):
            wrong_name = NAME_REPLACED.format(number=number, name=name[:80])
    if position != len(data):
        raise _Malformed(f"{len(data) - position:,} bytes follow the last header")
    if wrong_name:
        raise _Malformed(wrong_name)


def _parse_truncated(stream: _Stream, length: int, first_delta: int, limit: int) -> Generator[None, None, ParsedRecord]:
    """Return a record above the limit with the first bytes of each field, and the length and hash of its value."""
    record = ParsedRecord()
    end = stream.taken + length
    size, digest = 0, hashlib.sha256()
    try:
        yield from stream.fill(1 + 3 * MAX_VARINT_BYTES)
        stream.advance(1)
        record.timestamp_delta, record.offset_delta = stream.varint(), stream.varint()
        record.key = yield from _truncated(stream, stream.varint(), end)
        yield from stream.fill(MAX_VARINT_BYTES)
        size = stream.varint()
        record.value = yield from _truncated(stream, size, end, digest if record.offset_delta >= first_delta else None)
        yield from _first_headers(stream, end, record.headers)
    except _Malformed:
        pass  # that it is too large is reason enough
    yield from stream.skip(max(0, end - stream.taken))
    detail = f"the record has {length:,} bytes; the limit is {limit:,}"
    record.defect = Defect(reason=Reason.TOO_LARGE, detail=detail, value_bytes=max(0, size), value_sha256=digest.hexdigest())
    return record


def _truncated(stream: _Stream, size: int, end: int, digest: "hashlib._Hash | None" = None) -> Generator[None, None, bytes | None]:
    if size < 0:
        return None
    if size > end - stream.taken:
        raise _Malformed("a field ends after its record")
    return (yield from stream.skip(size, KEPT_BYTES, digest))


def _first_headers(stream: _Stream, end: int, headers: RecordHeaders) -> Pauses:
    yield from stream.fill(MAX_VARINT_BYTES)
    for _ in range(min(stream.varint(), KEPT_HEADERS)):
        yield from stream.fill(MAX_VARINT_BYTES)
        name = yield from _truncated(stream, stream.varint(), end)
        yield from stream.fill(MAX_VARINT_BYTES)
        value = yield from _truncated(stream, stream.varint(), end)
        headers.append(((name or b"").decode(errors="replace"), value))


def _bytes(data: memoryview, position: int, name: str) -> tuple[bytes | None, int]:
    size, position = _varint(data, position)
    if size < 0:
        return None, position
    if size > len(data) - position:
        raise _Malformed(f"a {name} of {size:,} bytes ends after its record")
    return bytes(data[position : position + size]), position + size


def _varint(data: memoryview | bytearray | bytes, position: int) -> tuple[int, int]:
    number = shift = 0
    while shift < MAX_VARINT_BITS:
        if position >= len(data):
            raise _Malformed("it ends within a number")
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number >> 1 ^ -(number & 1), position
        shift += 7
    raise _Malformed("a number has more than 64 bits")


def _is_utf_8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True
