"""Decompress a gzip file member by member, continuing at the next member after a damaged one.

Web archives have one member per record, so that each can be read without the others. Python's `gzip` and the libraries for web archives
stop at the first damaged member (docs/measurements.md, Web archives).
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

# The first bytes of a member: the magic number, and the only compression method, deflate.
MAGIC = b"\x1f\x8b\x08"
GZIP_WINDOW = 31
# Input per call of zlib: on an error zlib discards the output of the whole call.
STEP_BYTES = 16 * 1024
CHUNK_BYTES = 64 * 1024
# After an error, search this far back for the next member. Damaged deflate data goes undetected until a random end-of-block code, some
# 10 KB later; 1 MiB is a hundred times that.
BACK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class DataChunk:
    """Decompressed data. `ends_member`: an undamaged member ends with it. `error`: why the data is interrupted after it.

    `offset`: the file offset of its member; None where the data is the file's own bytes.
    """

    data: bytes
    offset: int | None = None
    ends_member: bool = False
    error: str | None = None


def gzip_chunks(stream: BinaryIO) -> Iterator[DataChunk]:
    """Yield the data of every member found, in chunks of at most `CHUNK_BYTES`; raise only where the stream can't be read."""
    source = _Source(stream)
    while source.has_more():
        start = source.position
        if source.find_magic() and source.position == start:
            yield from _member_chunks(source)
        else:
            yield DataChunk(data=b"", offset=start, error="bytes that are not gzip data")


def _member_chunks(source: "_Source") -> Iterator[DataChunk]:
    start, inflate = source.position, zlib.decompressobj(GZIP_WINDOW)
    compressed = b""
    while not inflate.eof:
        compressed = inflate.unconsumed_tail or source.read(STEP_BYTES)
        try:
            data = inflate.decompress(compressed, CHUNK_BYTES)
        except zlib.error as error:
            yield DataChunk(data=b"", offset=start, error=f"a damaged gzip member ({str(error).rpartition(': ')[2]})")
            source.go_back(start + 1)
            return
        if not compressed and not data:
            yield DataChunk(data=b"", offset=start, error="the file ends within a gzip member")
            source.go_back(start + 1)
            return
        if inflate.eof:
            source.position -= len(inflate.unused_data)
        if data or inflate.eof:
            yield DataChunk(data=data, offset=start, ends_member=inflate.eof)


class _Source:
    """A stream that buffers its last bytes so that it can seek back. `position`: the stream offset of the next read."""

    def __init__(self, stream: BinaryIO) -> None:
        self.position = 0
        self._stream = stream
        self._buffer = bytearray()
        self._buffer_start = 0
        self._reread_bytes = 0

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes, none at the end of the stream."""
        if self.position == self._buffer_start + len(self._buffer):
            self._fill()
        start = self.position - self._buffer_start
        data = bytes(self._buffer[start : start + size])
        self.position += len(data)
        return data

    def has_more(self) -> bool:
        return self.position < self._buffer_start + len(self._buffer) or self._fill()

    def find_magic(self) -> bool:
        """Move to the next possible beginning of a member; return False where the stream has none."""
        while (found := self._buffer.find(MAGIC, self.position - self._buffer_start)) < 0:
            self.position = max(self.position, self._buffer_start + len(self._buffer) - len(MAGIC) + 1)
            if not self._fill():
                self.position = self._buffer_start + len(self._buffer)
                return False
        self.position = self._buffer_start + found
        return True

    def go_back(self, target: int) -> None:
        """Seek back to `target` or the oldest buffered byte. Do nothing once the bytes read again exceed those read: work stays linear."""
        target = max(target, self._buffer_start, self.position - BACK_BYTES)
        if self._reread_bytes + self.position - target <= self.position + BACK_BYTES:
            self._reread_bytes += self.position - target
            self.position = target

    def _fill(self) -> bool:
        data = self._stream.read(CHUNK_BYTES)
        self._buffer += data
        if len(self._buffer) > 2 * BACK_BYTES:
            surplus = min(len(self._buffer) - BACK_BYTES, self.position - self._buffer_start)
            del self._buffer[:surplus]
            self._buffer_start += surplus
        return bool(data)
