"""A gzip file -> its data, member by member, going on at the next member after a broken one.

Archives have one member a record, so that one can be read without the others. Python's `gzip`, and the readers of web archives, stop at
the first member that is broken (docs/decisions.md has the figures).
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

# The first bytes of a member: gzip, and deflate, which is the only method that there is.
MAGIC = b"\x1f\x8b\x08"
GZIP_WINDOW = 31
# What zlib is given at once: with an error it keeps back what it made of these bytes.
STEP_BYTES = 16 * 1024
PIECE_BYTES = 64 * 1024
# A broken member is searched for the beginning of the next this far back from where the break was noticed. Broken deflate goes unnoticed
# until a code that ends the block comes by chance, some 10 KB later; 1 MiB is a hundred times that.
BACK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some data; `ends`: a member ends with it, undamaged; `broken`: why the data break off after it.

    `offset`: where in the file its member begins; None where the data are the file's own bytes.
    """

    data: bytes
    offset: int | None = None
    ends: bool = False
    broken: str | None = None


def gzip_pieces(stream: BinaryIO) -> Iterator[Piece]:
    """Yield the data of every member that can be found, at most `PIECE_BYTES` at once; never raises but for a stream that can't be read."""
    source = _Source(stream)
    while source.has_more():
        skipped_from = source.at
        if source.find_magic() and source.at == skipped_from:
            yield from _member(source)
        else:
            yield Piece(data=b"", offset=skipped_from, broken="bytes that are no gzip data")


def _member(source: "_Source") -> Iterator[Piece]:
    start, inflate = source.at, zlib.decompressobj(GZIP_WINDOW)
    given = b""
    while not inflate.eof:
        given = inflate.unconsumed_tail or source.read(STEP_BYTES)
        try:
            data = inflate.decompress(given, PIECE_BYTES)
        except zlib.error as error:
            yield Piece(data=b"", offset=start, broken=f"a damaged gzip member ({str(error).rpartition(': ')[2]})")
            source.go_back(start + 1)
            return
        if not given and not data:
            yield Piece(data=b"", offset=start, broken="the file ends within a gzip member")
            source.go_back(start + 1)
            return
        if inflate.eof:
            source.at -= len(inflate.unused_data)
        if data or inflate.eof:
            yield Piece(data=data, offset=start, ends=inflate.eof)


class _Source:
    """A stream with its last bytes kept to go back in: `at` is the place in the stream that is read next."""

    def __init__(self, stream: BinaryIO) -> None:
        self.at = 0
        self._stream = stream
        self._kept = bytearray()
        self._kept_from = 0
        self._again = 0

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes, none at the end."""
        if self.at == self._kept_from + len(self._kept):
            self._fetch()
        place = self.at - self._kept_from
        data = bytes(self._kept[place : place + size])
        self.at += len(data)
        return data

    def has_more(self) -> bool:
        return self.at < self._kept_from + len(self._kept) or self._fetch()

    def find_magic(self) -> bool:
        """Move to the next bytes that may begin a member, and return whether there are any."""
        while (place := self._kept.find(MAGIC, self.at - self._kept_from)) < 0:
            self.at = max(self.at, self._kept_from + len(self._kept) - len(MAGIC) + 1)
            if not self._fetch():
                self.at = self._kept_from + len(self._kept)
                return False
        self.at = self._kept_from + place
        return True

    def go_back(self, place: int) -> None:
        """Go back to a place, or as near as is kept; not at all where as much was read again as there is: the work stays linear."""
        place = max(place, self._kept_from, self.at - BACK_BYTES)
        if self._again + self.at - place <= self.at + BACK_BYTES:
            self._again += self.at - place
            self.at = place

    def _fetch(self) -> bool:
        data = self._stream.read(PIECE_BYTES)
        self._kept += data
        if len(self._kept) > 2 * BACK_BYTES:
            surplus = min(len(self._kept) - BACK_BYTES, self.at - self._kept_from)
            del self._kept[:surplus]
            self._kept_from += surplus
        return bool(data)
