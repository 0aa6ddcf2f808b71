"""Decompress the records of a batch: at once where they are small, else as a stream of chunks in bounded memory."""

import importlib
import struct
import sys
import zlib
from collections.abc import Callable, Generator, Iterator
from typing import Any

import cramjam

from agents.kafka.decode.errors import SkipReason, UnreadableBatch

# In the standard library from Python 3.14 on.
zstd: Any = importlib.import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")

CODEC_MASK = 7
UNCOMPRESSED, GZIP, SNAPPY, LZ4, ZSTD = range(5)
# Output and input of one step of a stream. The rest of the input behind a gzip member or zstd frame is copied, so the input is small.
CHUNK_BYTES = 256 * 1024
INPUT_BYTES = 4 * 1024
# A decompressor that needs more memory than this waits for its turn: a zstd window may have 128 MiB, a snappy block 340.
MAX_STATE_BYTES = 8 * 1024 * 1024
SMALL_WINDOW_LOG, LARGE_WINDOW_LOG = 23, 27
GZIP_WINDOW = 31

LZ4_MAGIC, LZ4_SKIPPABLE = 0x184D2204, 0x184D2A50
LZ4_VERSION, LZ4_INDEPENDENT, LZ4_BLOCK_CHECKSUM, LZ4_CONTENT_SIZE, LZ4_CONTENT_CHECKSUM, LZ4_DICTIONARY = 0x40, 0x20, 0x10, 8, 4, 1
LZ4_BLOCK_BYTES = {4: 64 * 1024, 5: 256 * 1024, 6: 1024 * 1024, 7: 4 * 1024 * 1024}
LZ4_STORED = 1 << 31
XERIAL_MAGIC = b"\x82SNAPPY\0"
XERIAL_HEADER_BYTES = 16
# No element of snappy expands further: 3 bytes to 64.
MAX_SNAPPY_RATIO = 22

# Returns whether a decompressor that needs much memory may start now.
Turn = Callable[[], bool]
Chunks = Iterator[bytes | memoryview]


def decompress_small(codec: int, payload: memoryview, buffer: bytearray) -> memoryview | None:
    """Return the decompressed records as a view of `buffer`; None if they are larger than it or cannot be decompressed."""
    if codec not in _AT_ONCE:
        return None
    try:
        return memoryview(buffer)[: _AT_ONCE[codec](payload, buffer)]
    except (cramjam.DecompressionError, struct.error, OSError, ValueError):
        return None


def decompress_stream(codec: int, payload: memoryview, turn: Turn) -> Chunks:
    """Yield the decompressed records in chunks; an empty chunk where a step gave nothing, so that the caller can pause.

    Raises:
        UnreadableBatch: an unknown codec, or a payload that is damaged or incomplete.
    """
    if codec not in _STREAMS:
        raise UnreadableBatch(SkipReason.COMPRESSION, f"unknown compression {codec}")
    try:
        yield from _STREAMS[codec](payload, turn)
    except (cramjam.DecompressionError, zlib.error, struct.error, OSError, ValueError) as error:
        raise UnreadableBatch(SkipReason.COMPRESSION, str(error)) from error


class _Input:
    """The compressed bytes, in small pieces."""

    def __init__(self, payload: memoryview) -> None:
        self._payload = payload
        self._position = 0
        self.rest = b""

    def next(self) -> bytes:
        """Return the rest of the piece before, or the next piece; empty at the end."""
        piece, self.rest = self.rest, b""
        if not piece:
            piece = self._payload[self._position : self._position + INPUT_BYTES].tobytes()
            self._position += len(piece)
        return piece

    def next_or_fail(self) -> bytes:
        """Return the next piece; raise ValueError at the end."""
        piece = self.next()
        if not piece:
            raise ValueError("the compressed data end too early")
        return piece


def _stored(payload: memoryview, _: Turn) -> Chunks:
    yield payload


def _gzip(payload: memoryview, _: Turn) -> Chunks:
    source = _Input(payload)
    while piece := source.next().lstrip(b"\0"):  # zero bytes may follow a member
        member = zlib.decompressobj(GZIP_WINDOW)
        yield member.decompress(piece, CHUNK_BYTES)
        while not member.eof:
            yield member.decompress(member.unconsumed_tail or source.next_or_fail(), CHUNK_BYTES)
        source.rest = member.unused_data


def _zstd(payload: memoryview, turn: Turn) -> Chunks:
    source = _Input(payload)
    try:
        while piece := source.next():
            yield from _zstd_frame(source, piece, turn)
    except zstd.ZstdError as error:
        raise ValueError(str(error)) from error


def _zstd_frame(source: _Input, piece: bytes, turn: Turn) -> Chunks:
    def frame(window_log: int) -> Any:
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: window_log})

    while len(piece) < INPUT_BYTES and (more := source.next()):  # so that the first step sees the whole frame header
        piece += more
    decompressor = frame(SMALL_WINDOW_LOG)
    try:
        chunk = decompressor.decompress(piece, CHUNK_BYTES)
    except zstd.ZstdError:
        while not turn():
            yield b""
        decompressor = frame(LARGE_WINDOW_LOG)
        chunk = decompressor.decompress(piece, CHUNK_BYTES)
    yield chunk
    while not decompressor.eof:
        yield decompressor.decompress(source.next_or_fail() if decompressor.needs_input else b"", CHUNK_BYTES)
    source.rest = decompressor.unused_data


def _lz4(payload: memoryview, _: Turn) -> Chunks:
    position = 0
    while position < len(payload):
        (magic,) = struct.unpack_from("<I", payload, position)
        if magic & ~0xF == LZ4_SKIPPABLE:
            (size,) = struct.unpack_from("<I", payload, position + 4)
            position += 8 + size
            yield b""
        elif magic == LZ4_MAGIC:
            position = yield from _lz4_frame(payload, position + 4)
        else:
            raise ValueError("the lz4 data have no frame header")


def _lz4_frame(payload: memoryview, position: int) -> Generator[bytes | memoryview, None, int]:
    """Yield the blocks of the frame whose descriptor is at `position`; return the position behind the frame."""
    flags, block_descriptor = struct.unpack_from("BB", payload, position)
    buffer = bytearray(LZ4_BLOCK_BYTES.get(block_descriptor >> 4 & 7, 0))
    # Kafka refuses linked blocks, too.
    if flags & 0xC0 != LZ4_VERSION or not flags & LZ4_INDEPENDENT or flags & LZ4_DICTIONARY or not buffer:
        raise ValueError("the lz4 frame has an unknown version, linked blocks or a dictionary")
    position += 3 + (8 if flags & LZ4_CONTENT_SIZE else 0)
    while size := struct.unpack_from("<I", payload, position)[0]:
        position += 4
        block = payload[position : position + (size & ~LZ4_STORED)]
        if len(block) < size & ~LZ4_STORED:
            raise ValueError("an lz4 block ends after the data")
        yield block if size & LZ4_STORED else bytes(memoryview(buffer)[: cramjam.lz4.decompress_block_into(block, buffer)])
        position += len(block) + (4 if flags & LZ4_BLOCK_CHECKSUM else 0)
    return position + 4 + (4 if flags & LZ4_CONTENT_CHECKSUM else 0)


def _snappy(payload: memoryview, turn: Turn) -> Chunks:
    for block in _snappy_blocks(payload):
        size = cramjam.snappy.decompress_raw_len(block)
        if size > MAX_SNAPPY_RATIO * len(block):
            raise ValueError(f"{len(block)} bytes of snappy data cannot hold {size}")
        while size > MAX_STATE_BYTES and not turn():
            yield b""
        yield bytes(memoryview(cramjam.snappy.decompress_raw(block)))


def _snappy_into(payload: memoryview, buffer: bytearray) -> int:
    size = 0
    for block in _snappy_blocks(payload):
        size += cramjam.snappy.decompress_raw_into(block, memoryview(buffer)[size:])
    return size


def _snappy_blocks(payload: memoryview) -> Iterator[memoryview]:
    """Yield the one block of plain snappy data, or the blocks of Java's format (xerial)."""
    if payload[: len(XERIAL_MAGIC)] != XERIAL_MAGIC:
        yield payload
        return
    position = XERIAL_HEADER_BYTES
    while position < len(payload):
        (size,) = struct.unpack_from(">i", payload, position)
        position += 4
        if not 0 <= size <= len(payload) - position:
            raise ValueError("a snappy block ends after the data")
        yield payload[position : position + size]
        position += size


_AT_ONCE: dict[int, Callable[[memoryview, bytearray], int]] = {
    GZIP: cramjam.gzip.decompress_into,
    SNAPPY: _snappy_into,
    LZ4: cramjam.lz4.decompress_into,
    ZSTD: cramjam.zstd.decompress_into,
}
_STREAMS: dict[int, Callable[[memoryview, Turn], Chunks]] = {
    UNCOMPRESSED: _stored,
    GZIP: _gzip,
    SNAPPY: _snappy,
    LZ4: _lz4,
    ZSTD: _zstd,
}
