"""A web archive (WARC, and WET, which is one) -> its records, going on at the next record after a broken one.

Source: ISO 28500, "WARC/1.1": a line "WARC/1.x", named fields, an empty line, Content-Length bytes, two line ends. Written without a
library since none goes on after a broken gzip member; the figures are in docs/decisions.md.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader
from typing import BinaryIO

from agents.inputs.gzip_members import MAGIC, PIECE_BYTES, Piece, gzip_pieces

MAX_HEADER_BYTES = 64 * 1024
VERSION = b"WARC/1."
# A header also ends where another begins, so that one without an end is not gone over again for each that begins within.
_HEADER_END = re.compile(rb"\r?\n(?:\r?\n|(?=WARC/1\.))")
_LINE_ENDS = re.compile(rb"[\r\n]*")
_FIRST_LINE = re.compile(rb"WARC/1\.\d{1,3}\r?\n")
_DIGITS = re.compile(r"\d{1,18}", re.ASCII)
_TRAILER = b"\r\n\r\n"
# A first line has at most 14. Behind a block are its two line ends, a few more that some writers add, and the beginning of the next record.
_AHEAD_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record: its fields by name in small letters, and its block of Content-Length bytes."""

    fields: Mapping[str, str]
    block: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A stretch between two records that can't be read: where in the file it begins, and why."""

    offset: int
    why: str


def read_records(stream: BufferedReader, packed: bool, max_bytes: int) -> Iterator[Record | Broken]:
    """Yield every record whose own bytes are whole, and each stretch between them that is not; never raises for what the bytes are.

    Args:
        stream: the archive, each record or all of it compressed with gzip, or not.
        packed: what its name says of that. It is believed but where the beginning shows the other form and no trace of this one, as where
            a browser unpacked it.
        max_bytes: what the block of a record may have; a larger one is a broken stretch.
    """
    head = stream.peek(PIECE_BYTES)
    form, other = (MAGIC, VERSION) if packed else (VERSION, MAGIC)
    as_named = form in head or not head.startswith(other)
    buffer = _Buffer(gzip_pieces(stream) if packed is as_named else _plain_pieces(stream))
    lost: Broken | None = None
    while buffer.at_something():
        offset = buffer.offset
        record = _take_record(buffer, max_bytes)
        if isinstance(record, str):
            lost = lost or Broken(offset=offset, why=record)
            buffer.to_next_record()
            continue
        if lost:
            yield lost
            lost = None
        yield record
    if lost:
        yield lost


def _plain_pieces(stream: BinaryIO) -> Iterator[Piece]:
    while data := stream.read(PIECE_BYTES):
        yield Piece(data=data)


class _Buffer:
    """What was read and not yet taken, up to where the data break off: then `broken` says why.

    `whole`: an undamaged member, or the file, ends where `held` ends.
    """

    def __init__(self, pieces: Iterator[Piece]) -> None:
        self.held = bytearray()
        self.whole = False
        self.broken: str | None = None
        self._pieces = pieces
        self._member: int | None = None
        self._taken = 0

    @property
    def offset(self) -> int:
        """Where in the file `held` begins, or the member of gzip read last."""
        return self._taken if self._member is None else self._member

    def more(self) -> bool:
        """Add some data; False where they break off or end."""
        piece = None if self.broken else next(self._pieces, None)
        if piece is None:
            self.whole = self.whole or not self.broken
            return False
        self.held += piece.data
        self.whole = piece.ends or (self.whole and not piece.data)
        self.broken = piece.broken
        self._member = piece.offset
        return True

    def drop(self, size: int) -> None:
        """Take off the first bytes."""
        del self.held[:size]
        self._taken += size

    def at_something(self) -> bool:
        """Drop the line ends at the beginning, and return whether there is anything behind them, be it a break."""
        while True:
            if line_ends := _LINE_ENDS.match(self.held):
                self.drop(line_ends.end())
            if self.held or self.broken or not self.more():
                return bool(self.held or self.broken)

    def to_next_record(self) -> None:
        """Drop all up to the next bytes that may begin a record, at least one, or up to where the data break off, and that too."""
        self.drop(1)
        while (place := self.held.find(VERSION)) < 0:
            self.drop(max(0, len(self.held) - len(VERSION) + 1))
            if not self.more():
                self.drop(len(self.held))
                self.broken = None
                return
        self.drop(place)


def _take_record(buffer: _Buffer, max_bytes: int) -> Record | str:
    """Return the record at the beginning of the buffer and take it off, or why there is none."""
    header = _header_of(buffer)
    if isinstance(header, str):
        return header
    fields, start = header
    stop = start + int(fields["content-length"])
    if stop - start > max_bytes:
        return f"a record of over {max_bytes >> 20} MiB"
    while len(buffer.held) < stop:
        if not buffer.more():
            return buffer.broken or "the file ends within a record"
    if why := _wrong_end(buffer, start, stop):
        return why
    record = Record(fields=fields, block=bytes(buffer.held[start:stop]))
    buffer.drop(stop)
    return record


def _header_of(buffer: _Buffer) -> tuple[dict[str, str], int] | str:
    """Return the fields of the record at the beginning of the buffer and where its block begins, or why there is none."""
    while len(buffer.held) < _AHEAD_BYTES and buffer.more():
        pass
    if not _FIRST_LINE.match(buffer.held):
        return buffer.broken or "no record of a web archive"
    while not (end := _HEADER_END.search(buffer.held, 0, MAX_HEADER_BYTES)):
        if len(buffer.held) >= MAX_HEADER_BYTES or not buffer.more():
            return buffer.broken or "a record without an end of its header"
    lines = (line.partition(":") for line in buffer.held[: end.start()].decode(errors="replace").split("\n")[1:])
    fields = {name.strip().lower(): value.strip() for name, colon, value in lines if colon}
    if "warc-type" not in fields or not _DIGITS.fullmatch(fields.get("content-length", "")):
        return "a record without its type or length"
    return fields, end.end()


def _wrong_end(buffer: _Buffer, start: int, stop: int) -> str | None:
    """Return what is wrong where a block ends, which is what shows that its length is: a wrong one would swallow the records behind it."""
    while len(buffer.held) < stop + _AHEAD_BYTES and not buffer.whole and buffer.more():
        pass
    behind = buffer.held[stop : stop + _AHEAD_BYTES]
    next_one = behind.lstrip(b"\r\n")
    if not next_one:
        return None if len(behind) == _AHEAD_BYTES or buffer.whole else buffer.broken
    if next_one.startswith(VERSION) or (behind.startswith(_TRAILER) and not _FIRST_LINE.search(buffer.held, start, stop)):
        return None
    return "a record whose Content-Length is wrong"
