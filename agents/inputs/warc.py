"""Read the records of a web archive (WARC, or WET, which uses the same format), continuing after a damaged record.

Source: ISO 28500, "WARC/1.1": a line "WARC/1.x", named fields, an empty line, Content-Length bytes, two line ends. No library is used
since none continues after a damaged gzip member; figures: docs/measurements.md, Web archives.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader
from typing import BinaryIO

from agents.inputs.gzip_members import CHUNK_BYTES, MAGIC, DataChunk, gzip_chunks
from agents.inputs.unpack_limit import UnpackLimit

MAX_HEADER_BYTES = 64 * 1024
VERSION = b"WARC/1."
# A header also ends where another record begins: otherwise an unterminated one is searched again for each record within it.
_HEADER_END = re.compile(rb"\r?\n(?:\r?\n|(?=WARC/1\.))")
_LINE_ENDS = re.compile(rb"[\r\n]*")
_FIRST_LINE = re.compile(rb"WARC/1\.\d{1,3}\r?\n")
_DIGITS = re.compile(r"\d{1,18}", re.ASCII)
_TRAILER = b"\r\n\r\n"
# A first line has at most 14 bytes. A block is followed by two line ends, by more of some writers, and by the next record.
_LOOKAHEAD_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcRecord:
    """A record: its fields by lower-case name, and its block of Content-Length bytes."""

    fields: Mapping[str, str]
    block: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenSpan:
    """Unreadable bytes between two records: their file offset, and why they can't be read."""

    offset: int
    reason: str


def read_records(
    stream: BufferedReader, gzipped: bool, max_bytes: int, unpack_limit: UnpackLimit | None = None
) -> Iterator[WarcRecord | BrokenSpan]:
    """Yield every undamaged record, and each damaged span between records; never raise because of the content.

    Args:
        stream: the archive, uncompressed or compressed with gzip, per record or as a whole.
        gzipped: whether its name says that it is compressed. Ignored where the beginning shows only the other format, as after a browser
            decompressed the file.
        max_bytes: the size limit of a block; a record above it is a broken span.
        unpack_limit: counts what is decompressed.
    """
    head = stream.peek(CHUNK_BYTES)
    form, other = (MAGIC, VERSION) if gzipped else (VERSION, MAGIC)
    as_named = form in head or not head.startswith(other)
    buffer = _Buffer(_limited_chunks(stream, unpack_limit) if gzipped is as_named else _plain_chunks(stream))
    broken: BrokenSpan | None = None
    while buffer.skip_line_ends():
        offset = buffer.offset
        record = _take_record(buffer, max_bytes)
        if isinstance(record, str):
            broken = broken or BrokenSpan(offset=offset, reason=record)
            buffer.skip_to_next_record()
            continue
        if broken:
            yield broken
            broken = None
        yield record
    if broken:
        yield broken


def _limited_chunks(stream: BinaryIO, unpack_limit: UnpackLimit | None) -> Iterator[DataChunk]:
    for chunk in gzip_chunks(stream):
        if unpack_limit:
            unpack_limit.add(len(chunk.data))
        yield chunk


def _plain_chunks(stream: BinaryIO) -> Iterator[DataChunk]:
    while data := stream.read(CHUNK_BYTES):
        yield DataChunk(data=data)


class _Buffer:
    """Data read and not yet consumed, up to an interruption, which `error` then describes.

    `is_complete`: an undamaged member, or the file, ends where `data` ends.
    """

    def __init__(self, chunks: Iterator[DataChunk]) -> None:
        self.data = bytearray()
        self.is_complete = False
        self.error: str | None = None
        self._chunks = chunks
        self._member: int | None = None
        self._taken = 0

    @property
    def offset(self) -> int:
        """The file offset of `data`, or of the gzip member read last."""
        return self._taken if self._member is None else self._member

    def read_more(self) -> bool:
        """Append a chunk of data; return False at an interruption or the end."""
        chunk = None if self.error else next(self._chunks, None)
        if chunk is None:
            self.is_complete = self.is_complete or not self.error
            return False
        self.data += chunk.data
        self.is_complete = chunk.ends_member or (self.is_complete and not chunk.data)
        self.error = chunk.error
        self._member = chunk.offset
        return True

    def drop(self, size: int) -> None:
        """Remove the first `size` bytes."""
        del self.data[:size]
        self._taken += size

    def skip_line_ends(self) -> bool:
        """Remove leading line ends; return whether data or an interruption follows."""
        while True:
            if line_ends := _LINE_ENDS.match(self.data):
                self.drop(line_ends.end())
            if self.data or self.error or not self.read_more():
                return bool(self.data or self.error)

    def skip_to_next_record(self) -> None:
        """Remove at least one byte, up to the next possible record or past the next interruption."""
        self.drop(1)
        while (found := self.data.find(VERSION)) < 0:
            self.drop(max(0, len(self.data) - len(VERSION) + 1))
            if not self.read_more():
                self.drop(len(self.data))
                self.error = None
                return
        self.drop(found)


def _take_record(buffer: _Buffer, max_bytes: int) -> WarcRecord | str:
    """Remove and return the record at the beginning of the buffer, or return why there is none."""
    header = _read_header(buffer)
    if isinstance(header, str):
        return header
    fields, start = header
    stop = start + int(fields["content-length"])
    if stop - start > max_bytes:
        return f"a record of over {max_bytes >> 20} MiB"
    while len(buffer.data) < stop:
        if not buffer.read_more():
            return buffer.error or "the file ends within a record"
    if reason := _length_error(buffer, start, stop):
        return reason
    record = WarcRecord(fields=fields, block=bytes(buffer.data[start:stop]))
    buffer.drop(stop)
    return record


def _read_header(buffer: _Buffer) -> tuple[dict[str, str], int] | str:
    """Return the fields of the record at the beginning of the buffer and the offset of its block, or why there is no record."""
    while len(buffer.data) < _LOOKAHEAD_BYTES and buffer.read_more():
        pass
    if not _FIRST_LINE.match(buffer.data):
        return buffer.error or "not a record of a web archive"
    while not (end := _HEADER_END.search(buffer.data, 0, MAX_HEADER_BYTES)):
        if len(buffer.data) >= MAX_HEADER_BYTES or not buffer.read_more():
            return buffer.error or "a record whose header does not end"
    lines = (line.partition(":") for line in buffer.data[: end.start()].decode(errors="replace").split("\n")[1:])
    fields = {name.strip().lower(): value.strip() for name, colon, value in lines if colon}
    if "warc-type" not in fields or not _DIGITS.fullmatch(fields.get("content-length", "")):
        return "a record without WARC-Type or Content-Length"
    return fields, end.end()


def _length_error(buffer: _Buffer, start: int, stop: int) -> str | None:
    """Return an error where no record ends at `stop`: a wrong Content-Length would swallow the following records."""
    while len(buffer.data) < stop + _LOOKAHEAD_BYTES and not buffer.is_complete and buffer.read_more():
        pass
    following = buffer.data[stop : stop + _LOOKAHEAD_BYTES]
    next_record = following.lstrip(b"\r\n")
    if not next_record:
        return None if len(following) == _LOOKAHEAD_BYTES or buffer.is_complete else buffer.error
    if next_record.startswith(VERSION) or (following.startswith(_TRAILER) and not _FIRST_LINE.search(buffer.data, start, stop)):
        return None
    return "a record whose Content-Length is wrong"
