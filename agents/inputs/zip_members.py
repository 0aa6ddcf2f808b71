"""A zip file -> its members, one at a time, each as a stream; nothing of it is written to disk.

Not read: encrypted members, and those that share bytes with another one, as in archives that are made to grow without end.
"""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BufferedReader
from itertools import pairwise
from typing import BinaryIO, cast

from agents.inputs.input_items import Item, Origin, Refused

ReadMember = Callable[[BufferedReader, Origin, int], Iterator[Item]]

ENCRYPTED = 0x1
LOCAL_HEADER_BYTES = 30
# A member without a time has this one, the first that the format can write.
NO_TIME = (1980, 1, 1, 0, 0, 0)
# What `zipfile` raises for broken bytes, encryption and methods that this Python has not.
ERRORS = (zipfile.BadZipFile, RuntimeError, OSError, EOFError, ValueError, struct.error, zlib.error, lzma.LZMAError)


def read_zip(stream: BinaryIO, origin: Origin, read_member: ReadMember) -> Iterator[Item]:
    """Yield the items of each member, in the order of the archive; hidden ones and those that a Mac adds are left out.

    Args:
        stream: the archive; it has to be one that can be read from any place.
        origin: the archive's name, and when it was saved, for members that have no time.
        read_member: called with a member's data, name and size; the items of what it is.
    """
    try:
        archive = zipfile.ZipFile(stream)
    except ERRORS as error:
        yield Refused(name=origin.name, why=f"no zip file that can be read: {error}")
        return
    shared = _shared(archive.infolist())
    for member in archive.infolist():
        if member.filename.endswith("/") or _is_hidden(member.filename):
            continue
        name = f"{origin.name}/{member.filename}"
        if member.flag_bits & ENCRYPTED or member.header_offset in shared:
            yield Refused(name=name, why="encrypted" if member.flag_bits & ENCRYPTED else "shares its bytes with another member")
            continue
        try:
            with archive.open(member) as data:
                opened = cast(BufferedReader, data)  # which it is no kind of, but like
                yield from read_member(opened, Origin(name=name, saved_at=_saved_at(member) or origin.saved_at), member.file_size)
        except ERRORS as error:
            yield Refused(name=name, why=f"can't be unpacked: {error or type(error).__name__}")


def _shared(members: list[zipfile.ZipInfo]) -> set[int]:
    """Return where members begin that reach into the next one."""
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
    """Return the member's time, which is told without a zone: taken as UTC, as that is the same on every machine."""
    try:
        return None if member.date_time == NO_TIME else int(datetime(*member.date_time, tzinfo=UTC).timestamp())
    except ValueError:
        return None
