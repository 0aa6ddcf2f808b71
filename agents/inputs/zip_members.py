"""Read the members of a zip file one at a time as streams, without writing to disk.

Refused: encrypted members, and members that overlap another one, as in zip bombs.
"""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BufferedReader
from itertools import pairwise
from typing import BinaryIO

from agents.inputs.input_items import InputItem, Origin, RefusedInput
from agents.inputs.unpack_limit import LimitedReader
from agents.inputs.zip_data import ZipData

ReadMember = Callable[[BufferedReader, Origin, int], Iterator[InputItem]]

ENCRYPTED = 0x1
LOCAL_HEADER_BYTES = 30
# The time of members without one: the earliest that the format can represent.
NO_TIME = (1980, 1, 1, 0, 0, 0)
# Raised by `zipfile` for damaged data, encryption and unsupported compression methods.
ERRORS = (zipfile.BadZipFile, RuntimeError, OSError, EOFError, ValueError, struct.error, zlib.error, lzma.LZMAError)


def read_zip(stream: BinaryIO, origin: Origin, read_member: ReadMember) -> Iterator[InputItem]:
    """Yield the items of each member in the order of the archive, without hidden members and those added by macOS.

    Args:
        stream: the archive; must be seekable.
        origin: the archive's name, and its modification time for members without one.
        read_member: called with a member's data, origin and uncompressed size; returns its items.
    """
    try:
        archive = zipfile.ZipFile(stream)
    except ERRORS as error:
        yield RefusedInput(name=origin.name, reason=f"not a readable zip file: {error}")
        return
    overlapping = _overlapping_offsets(archive.infolist())
    for member in archive.infolist():
        if member.filename.endswith("/") or _is_hidden(member.filename):
            continue
        name = f"{origin.name}/{member.filename}"
        if member.flag_bits & ENCRYPTED or member.header_offset in overlapping:
            yield RefusedInput(name=name, reason="encrypted" if member.flag_bits & ENCRYPTED else "overlaps another member")
            continue
        try:
            data: BufferedReader = BufferedReader(LimitedReader(ZipData(archive, member), origin.unpack_limit))
            yield from read_member(data, replace(origin, name=name, saved_at=_saved_at(member) or origin.saved_at), member.file_size)
        except ERRORS as error:
            yield RefusedInput(name=name, reason=f"can't be unpacked: {error or type(error).__name__}")
        if origin.unpack_limit.is_exceeded:
            return


def _overlapping_offsets(members: list[zipfile.ZipInfo]) -> set[int]:
    """Return the header offsets of members that reach into the next one."""
    ordered = sorted(members, key=lambda member: member.header_offset)
    return {
        one.header_offset
        for one, other in pairwise(ordered)
        if one.header_offset + LOCAL_HEADER_BYTES + one.compress_size > other.header_offset
    }


def _is_hidden(name: str) -> bool:
    parts = name.split("/")
    return "__MACOSX" in parts or any(part.startswith(".") and part not in (".", "..") for part in parts)


def _saved_at(member: zipfile.ZipInfo) -> int | None:
    """Return the member's modification time. The format has no time zone: UTC gives the same result on every machine."""
    try:
        return None if member.date_time == NO_TIME else int(datetime(*member.date_time, tzinfo=UTC).timestamp())
    except ValueError:
        return None
