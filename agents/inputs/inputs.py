"""Read dumps from paths and standard input as messages for the topic `dumps`, one at a time.

Only the current dump is in memory.
"""

import io
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BufferedIOBase, BufferedReader
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, cast

from agents.errors import UserError
from agents.inputs.file_formats import read_by_format
from agents.inputs.input_items import InputItem, Origin, ReadOptions, RefusedInput, SkippedInput
from agents.inputs.pages import read_envelopes, read_page
from agents.inputs.unpack_limit import UnpackLimit

if TYPE_CHECKING:
    from typing_extensions import Buffer

STANDARD_INPUT = "-"
BUFFER_BYTES = 64 * 1024


def read_inputs(paths: Sequence[str], options: ReadOptions, stdin: BufferedIOBase | None = None) -> Iterator[InputItem]:
    """Yield every dump of the paths in the given order; folders recursively in order of name, without hidden files.

    Only regular files are read. A path may be a link; links inside a folder are skipped, so that a folder holds what is read of it.

    Args:
        paths: files, folders, or "-" for standard input: one envelope per line, or with `options.raw` one dump.
        options: how to read.
        stdin: replaces the standard input of this process.

    Raises:
        UserError: no path exists, or one is an address; raised before anything is read. One missing path among others is refused.
    """
    missing = [path for path in paths if path != STANDARD_INPUT and not os.path.lexists(path)]
    for path in missing:
        if path.lower().startswith(("http://", "https://")):
            advice = f"curl -sL {path} | newsmill produce --raw --url {path} -"
            raise UserError(f"{path}: newsmill does not fetch pages; fetch it yourself, such as by: {advice}")
    if missing and len(missing) == len(paths):
        raise UserError("\n".join(f"{path}: no such file or folder" for path in missing))
    return _read_all(paths, options, stdin)


def input_bytes(paths: Sequence[str]) -> int | None:
    """Return the number of bytes to read, for a progress bar; None if standard input is among the paths."""
    if STANDARD_INPUT in paths:
        return None
    files = (file for top in map(Path, paths) for file in _files_of(top) if file == top or not file.is_symlink())
    return sum(file.stat().st_size for file in files if file.is_file())


def _read_all(paths: Sequence[str], options: ReadOptions, stdin: BufferedIOBase | None) -> Iterator[InputItem]:
    for path in paths:
        if path == STANDARD_INPUT:
            yield from _read_stream(stdin or _standard_input(), options)
            continue
        top = Path(path)
        files = _files_of(top)
        first = next(files, None)
        if first is None:
            yield SkippedInput(name=path, reason=f"empty folder {path}")
            continue
        for file in chain((first,), files):
            if file != top and file.is_symlink():
                yield SkippedInput(name=str(file), reason="symbolic link in a folder")
            else:
                yield from _read_file(file, options)


def _standard_input() -> BufferedIOBase:
    """Open a separate reader: Python aborts if it exits while a thread blocks in `sys.stdin`, as after Ctrl-C at a pipe."""
    try:
        return open(sys.stdin.fileno(), "rb", closefd=False)
    except io.UnsupportedOperation:  # replaced by a stream without a file, as in tests
        return cast(BufferedIOBase, sys.stdin.buffer)


def _files_of(path: Path) -> Iterator[Path]:
    """Yield the file itself, or the files and links of a folder, recursively; links in it are not followed."""
    if not path.is_dir():
        yield path
        return
    for entry in sorted(path.iterdir()):
        if not entry.name.startswith("."):
            yield from [entry] if entry.is_symlink() else _files_of(entry)


def _read_file(path: Path, options: ReadOptions) -> Iterator[InputItem]:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):  # opening a named pipe would wait for a writer
            yield RefusedInput(name=str(path), reason=f"{_kind_of(mode)}, not a regular file; standard input is read as -")
            return
        file = path.open("rb")
    except OSError as error:
        yield RefusedInput(name=str(path), reason=error.strerror or str(error))
        return
    with file:
        status = os.fstat(file.fileno())
        source = _CountingReader(file)
        limit = UnpackLimit(lambda: source.count, options.free_unpacked_bytes)
        origin = Origin(name=str(path), saved_at=int(status.st_mtime), unpack_limit=limit)
        items = _read_opened(BufferedReader(source, BUFFER_BYTES), origin, options)
        yield from _with_all_bytes(items, source, origin, status.st_size)


def _kind_of(mode: int) -> str:
    kinds = {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}
    return kinds.get(stat.S_IFMT(mode), "a special file")


def _read_opened(stream: BufferedReader, origin: Origin, options: ReadOptions) -> Iterator[InputItem]:
    try:
        yield from read_by_format(stream, origin, options)
    except OSError as error:
        yield RefusedInput(name=origin.name, reason=error.strerror or str(error))


def _read_stream(stream: BufferedIOBase, options: ReadOptions) -> Iterator[InputItem]:
    source, origin = _CountingReader(stream), Origin(name="standard input")
    read = read_page if options.raw else read_envelopes
    return _with_bytes(read(BufferedReader(source, BUFFER_BYTES), origin, options), source)


class _CountingReader(io.RawIOBase):
    """A stream that counts the bytes read; bytes read again, as in a zip file, count again."""

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

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


def _with_bytes(items: Iterator[InputItem], source: _CountingReader) -> Iterator[InputItem]:
    """Yield each item with the number of bytes read since the previous one."""
    counted = 0
    for item in items:
        yield replace(item, read_bytes=source.count - counted)
        counted = source.count


def _with_all_bytes(items: Iterator[InputItem], source: _CountingReader, origin: Origin, size: int) -> Iterator[InputItem]:
    """Yield each item as `_with_bytes` does; the last one gets the rest of `size`, so that a progress bar reaches its end."""
    counted, last = 0, None
    for item in items:
        if last:
            yield last
        done = min(source.count, size)
        last, counted = replace(item, read_bytes=done - counted), done
    last = last or SkippedInput(name=origin.name, reason="empty file")
    yield replace(last, read_bytes=last.read_bytes + size - counted)
