"""Paths and standard input -> dumps, one at a time, as the messages that they are on `news.dumps`.

Nothing is held but the dump at hand.
"""

import io
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BufferedIOBase, BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, cast

from agents.errors import UserError
from agents.inputs.file_formats import read_kind
from agents.inputs.input_items import Item, Origin, PassedOver, Reading, Refused
from agents.inputs.pages import read_envelopes, read_page

if TYPE_CHECKING:
    from typing_extensions import Buffer

STANDARD_INPUT = "-"
BUFFER_BYTES = 64 * 1024


def read_inputs(paths: Sequence[str], reading: Reading, stdin: BufferedIOBase | None = None) -> Iterator[Item]:
    """Yield every dump of the paths in the order given; folders with all below them in order of name, hidden files left out.

    Args:
        paths: files, folders, or "-" for standard input: one envelope a line, or with `reading.raw` one dump.
        reading: how to read.
        stdin: standard input, where it is not this process's own.

    Raises:
        UserError: at once, where a path does not exist.
    """
    for path in paths:
        if path != STANDARD_INPUT and not os.path.lexists(path):
            raise UserError(f"{path}: no such file or folder")
    return _read_all(paths, reading, stdin)


def input_bytes(paths: Sequence[str]) -> int | None:
    """Return how many bytes there are to read, for a progress bar; None where standard input or a pipe is among them."""
    total = 0
    for path in paths:
        for file in [] if path == STANDARD_INPUT else _files_of(Path(path)):
            if not file.is_file():
                return None
            total += file.stat().st_size
    return None if STANDARD_INPUT in paths else total


def _read_all(paths: Sequence[str], reading: Reading, stdin: BufferedIOBase | None) -> Iterator[Item]:
    for path in paths:
        if path == STANDARD_INPUT:
            yield from _read_stream(stdin or _standard_input(), reading)
            continue
        for file in _files_of(Path(path)):
            yield from _read_file(file, reading)


def _standard_input() -> BufferedIOBase:
    """A reader of its own: Python aborts where it ends while a thread waits in that of `sys.stdin`, as after Ctrl-C at a pipe."""
    try:
        return open(sys.stdin.fileno(), "rb", closefd=False)
    except io.UnsupportedOperation:  # replaced by one without a file, as in tests
        return cast(BufferedIOBase, sys.stdin.buffer)


def _files_of(path: Path) -> Iterator[Path]:
    """Yield the file itself, or the files of a folder and its folders; links to folders are not followed, since they may go in rings."""
    if not path.is_dir():
        yield path
        return
    for entry in sorted(path.iterdir()):
        if not entry.name.startswith(".") and not (entry.is_symlink() and entry.is_dir()):
            yield from _files_of(entry)


def _read_file(path: Path, reading: Reading) -> Iterator[Item]:
    try:
        file = path.open("rb")
    except OSError as error:
        yield Refused(name=str(path), why=error.strerror or str(error))
        return
    with file:
        status = os.fstat(file.fileno())
        regular = stat.S_ISREG(status.st_mode)
        origin = Origin(name=str(path), saved_at=int(status.st_mtime) if regular else None)
        source = _Counted(file)
        items = _read_readable(BufferedReader(source, BUFFER_BYTES), origin, reading)
        yield from _with_all_bytes(items, source, origin, status.st_size) if regular else _with_bytes(items, source)


def _read_readable(stream: BufferedReader, origin: Origin, reading: Reading) -> Iterator[Item]:
    try:
        yield from read_kind(stream, origin, reading)
    except OSError as error:
        yield Refused(name=origin.name, why=error.strerror or str(error))


def _read_stream(stream: BufferedIOBase, reading: Reading) -> Iterator[Item]:
    source, origin = _Counted(stream), Origin(name="standard input")
    read = read_page if reading.raw else read_envelopes
    return _with_bytes(read(BufferedReader(source, BUFFER_BYTES), origin, reading), source)


class _Counted(io.RawIOBase):
    """A stream that counts the bytes read; those that are gone over again, as of a zip file, twice."""

    def __init__(self, stream: BufferedIOBase) -> None:
        self.count = 0
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._stream.seekable()

    def readinto(self, buffer: "Buffer") -> int:
        count = self._stream.readinto1(buffer)
        self.count += count
        return count

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        return self._stream.seek(place, whence)

    def tell(self) -> int:
        return self._stream.tell()


def _with_bytes(items: Iterator[Item], source: _Counted) -> Iterator[Item]:
    """Yield each item with the number of bytes read since the one before it."""
    given = 0
    for item in items:
        yield replace(item, read_bytes=source.count - given)
        given = source.count


def _with_all_bytes(items: Iterator[Item], source: _Counted, origin: Origin, size: int) -> Iterator[Item]:
    """The same for a file of `size` bytes, and the last item gets what is left, so that they add up: a bar of progress gets to its end."""
    given, last = 0, None
    for item in items:
        if last:
            yield last
        done = min(source.count, size)
        last, given = replace(item, read_bytes=done - given), done
    last = last or PassedOver(name=origin.name, why="file with nothing in it")
    yield replace(last, read_bytes=last.read_bytes + size - given)
