"""Decompress the data of a zip member in bounded memory.

`zipfile` decompresses bzip2 and LZMA without a limit for each piece that it reads: 1,598 bytes became 4.1 GB. It is used here for the
packed bytes only.

Source: PKWARE, APPNOTE.TXT 6.3.10: 4.4.5 (methods), 5.8 (LZMA).
"""

import bz2
import copy
import lzma
import struct
import zipfile
import zlib
from typing import BinaryIO, Protocol, cast

STEP_BYTES = 16 * 1024
RAW_DEFLATE_WINDOW = -15
LZMA_HEADER = struct.Struct("<BBHBI")  # version (2), size of the properties, lc/lp/pb, size of the dictionary
LZMA_PROPERTY_BYTES = 5
MAX_DICTIONARY_BYTES = 64 * 1024 * 1024  # what the strongest levels of packers use; the decoder keeps as many bytes


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class ZipData:
    """The unpacked bytes of a member, read in pieces.

    Raises:
        zipfile.BadZipFile: the data are damaged, longer than the member's declared size, or need too large a dictionary.
        NotImplementedError: an unknown method of compression.
    """

    def __init__(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        self._member = member
        self._packed = archive.open(_as_stored(member))
        self._decompressor = _decompressor_of(member, cast(BinaryIO, self._packed))
        self._size = 0
        self._crc = 0

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""
        data = b""
        while not data and not self._decompressor.eof:
            needs_input = self._decompressor.needs_input
            packed = self._packed.read(STEP_BYTES) if needs_input else b""
            data = self._decompressor.decompress(packed, size)
            if needs_input and not packed and not data:
                break  # LZMA need not mark its end
        self._size += len(data)
        self._crc = zlib.crc32(data, self._crc)
        if self._size > self._member.file_size:
            raise zipfile.BadZipFile(f"it has more than the {self._member.file_size:,} bytes that its header declares")
        if not data and (self._size, self._crc) != (self._member.file_size, self._member.CRC):
            raise zipfile.BadZipFile("Bad CRC-32 or length: its data are damaged")
        return data


def _as_stored(member: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Return a member whose data are the packed bytes of `member`, without a checksum."""
    stored = copy.copy(member)
    stored.compress_type = zipfile.ZIP_STORED
    stored.file_size = member.compress_size
    del stored.CRC
    return stored


def _decompressor_of(member: zipfile.ZipInfo, packed: BinaryIO) -> _Decompressor:
    match member.compress_type:
        case zipfile.ZIP_STORED:
            return _Stored(member.file_size)
        case zipfile.ZIP_DEFLATED:
            return _Inflate()
        case zipfile.ZIP_BZIP2:
            return bz2.BZ2Decompressor()
        case zipfile.ZIP_LZMA:
            return _lzma_decompressor(packed)
        case method:
            raise NotImplementedError(f"compression method {method} is not supported")


def _lzma_decompressor(packed: BinaryIO) -> _Decompressor:
    header = packed.read(LZMA_HEADER.size)
    _, _, property_bytes, settings, dictionary_bytes = LZMA_HEADER.unpack(header)
    if property_bytes != LZMA_PROPERTY_BYTES or dictionary_bytes > MAX_DICTIONARY_BYTES:
        raise zipfile.BadZipFile(f"an LZMA dictionary of {dictionary_bytes:,} bytes; the limit is {MAX_DICTIONARY_BYTES:,}")
    bits = {"lc": settings % 9, "lp": settings // 9 % 5, "pb": settings // 45}
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": dictionary_bytes, **bits}])


class _Stored:
    """Bytes that are not compressed."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._kept = b""

    @property
    def eof(self) -> bool:
        return self._left <= 0

    @property
    def needs_input(self) -> bool:
        return not self._kept

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        kept = self._kept + data
        self._kept = kept[max_length:]
        self._left -= len(kept[:max_length])
        return kept[:max_length]


class _Inflate:
    """`zlib` with the interface of the other decompressors."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(RAW_DEFLATE_WINDOW)

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def needs_input(self) -> bool:
        return not self._inflate.unconsumed_tail

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return self._inflate.decompress(data or self._inflate.unconsumed_tail, max_length)
