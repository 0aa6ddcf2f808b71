"""Bound the bytes that an input unpacks to: of all members, lines and pages in it, and of each layer of compression.

A few kilobytes may unpack to gigabytes, more so with one archive in another. Compressed news pages have a ratio of 5 to 20.
"""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from typing_extensions import Buffer

# An input may unpack to this many bytes whatever its size, ...
FREE_UNPACKED_BYTES = 256 * 1024 * 1024
# ... and to this many for each byte that is read of it, ...
MAX_RATIO = 100
# ... up to this many: an hour of unpacking.
MAX_UNPACKED_BYTES = 1024**4

CHUNK_BYTES = 64 * 1024  # in memory at once


class UnpackLimitError(Exception):
    """An input unpacks to more than its limit; the message is for the user."""


class UnpackLimit:
    """Count what an input unpacks to.

    Args:
        packed_bytes: returns the number of bytes that have been read of the input.
        free_bytes: bytes that it may unpack to whatever its size.
    """

    def __init__(self, packed_bytes: Callable[[], int], free_bytes: int = FREE_UNPACKED_BYTES) -> None:
        self.is_exceeded = False
        self._packed_bytes = packed_bytes
        self._free_bytes = free_bytes
        self._unpacked = 0

    def add(self, size: int) -> None:
        """Count unpacked bytes.

        Raises:
            UnpackLimitError: these and those before exceed the limit.
        """
        self._unpacked += size
        packed = self._packed_bytes()
        limit = min(self._free_bytes + MAX_RATIO * packed, MAX_UNPACKED_BYTES)
        if self._unpacked > limit:
            self.is_exceeded = True
            raise UnpackLimitError(
                f"unpacks to over {limit:,} bytes from {packed:,}; the limit is {MAX_RATIO} times the packed bytes and "
                f"{self._free_bytes >> 20} MiB; the rest is not read"
            )


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


class LimitedReader(io.RawIOBase):
    """A stream of unpacked bytes that counts against a limit. `stream.read(size)` returns at most `size` bytes, none at the end."""

    def __init__(self, stream: _Stream, limit: UnpackLimit) -> None:
        self._stream = stream
        self._limit = limit

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: "Buffer") -> int:
        """Read unpacked bytes; raise `UnpackLimitError` above the limit."""
        view = memoryview(buffer)
        data = self._stream.read(min(len(view), CHUNK_BYTES))
        self._limit.add(len(data))
        view[: len(data)] = data
        return len(data)
