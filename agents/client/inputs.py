"""Paths and standard input -> dumps, one at a time, as the messages that they are on `news.dumps`.

What a file is, its name says: `.txt .html .htm` one page, `.jsonl` one envelope a line. Nothing is held but the dump at hand.
"""

import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson

from agents.errors import UserError
from streams.envelope import ENVELOPE_TYPE
from streams.records import Headers, Incoming
from streams.times import format_time

STANDARD_INPUT = "-"
PAGE_TYPES = {".txt": "text/plain", ".html": "text/html", ".htm": "text/html"}
COMING_LATER = (".warc", ".warc.gz", ".wet", ".wet.gz", ".zip")
# No dump within its limit of 10 MiB needs more, even with each byte written as \u0000; and memory has to end somewhere.
MAX_INPUT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A dump: where it was found ("page.txt", "dumps.jsonl:12"), its message, and how many bytes of the input it took."""

    name: str
    incoming: Incoming
    read_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What can't be taken as a dump, and why; `why` is for a person."""

    name: str
    why: str
    read_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How to read: `raw` takes each file, and standard input, as one dump; `url` and `fetched_at` stand in where a dump has none."""

    topic: str
    raw: bool = False
    url: str | None = None
    fetched_at: int | None = None


def read_inputs(paths: Sequence[str], reading: Reading, stdin: BinaryIO | None = None) -> Iterator[Found | Refused]:
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


def _read_all(paths: Sequence[str], reading: Reading, stdin: BinaryIO | None) -> Iterator[Found | Refused]:
    for path in paths:
        if path == STANDARD_INPUT:
            yield from _read_stream(stdin or _standard_input(), reading)
            continue
        for file in _files_of(Path(path)):
            try:
                yield from _read_file(file, reading)
            except OSError as error:
                yield Refused(name=str(file), why=error.strerror or str(error))


def _standard_input() -> BinaryIO:
    """A reader of its own: Python aborts where it ends while a thread waits in that of `sys.stdin`, as after Ctrl-C at a pipe."""
    try:
        return open(sys.stdin.fileno(), "rb", closefd=False)
    except io.UnsupportedOperation:  # replaced by one without a file, as in tests
        return sys.stdin.buffer


def _files_of(path: Path) -> Iterator[Path]:
    """Yield the file itself, or the files of a folder and its folders; links to folders are not followed, since they may go in rings."""
    if not path.is_dir():
        yield path
        return
    for entry in sorted(path.iterdir()):
        if not entry.name.startswith(".") and not (entry.is_symlink() and entry.is_dir()):
            yield from _files_of(entry)


def _read_file(path: Path, reading: Reading) -> Iterator[Found | Refused]:
    name = path.name.lower()
    if not reading.raw and name.endswith(COMING_LATER):
        yield Refused(name=str(path), why="web archives and zip files can't be read yet; unpack it")
    elif not reading.raw and path.suffix.lower() not in (*PAGE_TYPES, ".jsonl"):
        known = " ".join((*PAGE_TYPES, ".jsonl"))
        yield Refused(name=str(path), why=f"of no known kind ({known}); with --raw each file is taken as one dump")
    else:
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            saved_at = int(status.st_mtime) if stat.S_ISREG(status.st_mode) else None
            headers = _fallback_headers(reading, saved_at)
            if reading.raw or path.suffix.lower() != ".jsonl":
                yield _raw_dump(stream, str(path), reading, headers, PAGE_TYPES.get(path.suffix.lower()))
            else:
                yield from _envelopes(stream, str(path), reading, headers)


def _read_stream(stream: BinaryIO, reading: Reading) -> Iterator[Found | Refused]:
    headers = _fallback_headers(reading, None)
    if reading.raw:
        yield _raw_dump(stream, "standard input", reading, headers, None)
    else:
        yield from _envelopes(stream, "standard input", reading, headers)


def _fallback_headers(reading: Reading, saved_at: int | None) -> Headers:
    """The headers that count where an envelope does not say it itself: --fetched-at, else the time the file was saved."""
    fetched_at = saved_at if reading.fetched_at is None else reading.fetched_at
    url: Headers = () if reading.url is None else (("source-url", reading.url.encode()),)
    return url if fetched_at is None else (*url, ("fetched-at", format_time(fetched_at).encode()))


def _raw_dump(stream: BinaryIO, name: str, reading: Reading, headers: Headers, content_type: str | None) -> Found | Refused:
    body = stream.read(MAX_INPUT_BYTES + 1)
    if len(body) > MAX_INPUT_BYTES:
        return Refused(name=name, why=f"over {MAX_INPUT_BYTES >> 20} MiB; a dump may have 10 MiB", read_bytes=len(body))
    if content_type is not None:
        headers = (("content-type", content_type.encode()), *headers)
    key = None if reading.url is None else reading.url.encode()
    return Found(name=name, incoming=Incoming(topic=reading.topic, key=key, value=body, headers=headers), read_bytes=len(body))


def _envelopes(stream: BinaryIO, name: str, reading: Reading, headers: Headers) -> Iterator[Found | Refused]:
    """Yield a dump for each line that is not empty, JSON or not: what is none ends as a dead letter by itself."""
    headers = (("content-type", ENVELOPE_TYPE.encode()), *headers)
    for number, line in enumerate(_lines(stream), 1):
        if len(line) > MAX_INPUT_BYTES:
            why = f"a line of over {MAX_INPUT_BYTES >> 20} MiB; a dump may have 10 MiB"
            yield Refused(name=f"{name}:{number}", why=why, read_bytes=len(line))
        elif value := line.removeprefix(b"\xef\xbb\xbf" if number == 1 else b"").strip():
            url = _url_of(value) or reading.url
            incoming = Incoming(topic=reading.topic, key=None if url is None else url.encode(), value=value, headers=headers)
            yield Found(name=f"{name}:{number}", incoming=incoming, read_bytes=len(line))


def _lines(stream: BinaryIO) -> Iterable[bytes]:
    r"""Yield the lines, parted by \n only (U+2028 may stand in a text); of one that is too long its beginning."""
    while line := stream.readline(MAX_INPUT_BYTES + 1):
        rest = line
        while len(rest) > MAX_INPUT_BYTES and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_INPUT_BYTES + 1)
        yield line


def _url_of(value: bytes) -> str | None:
    try:
        fields = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    url = fields.get("url") if isinstance(fields, dict) else None
    return url if isinstance(url, str) and url else None
