"""What a file, or a member of a zip file, is by its name, and how that is read."""

import gzip
import zlib
from collections.abc import Iterator
from io import BufferedIOBase, BufferedReader
from pathlib import PurePath

from agents.inputs.input_items import Item, Origin, PassedOver, Reading, Refused, over_limit
from agents.inputs.pages import read_envelopes, read_page
from agents.inputs.warc_dumps import read_archive
from agents.inputs.zip_members import read_zip

PAGE_TYPES = {".txt": "text/plain", ".html": "text/html", ".htm": "text/html"}
LINES = ".jsonl"
WEB_ARCHIVES = (".warc", ".wet")
ZIP = ".zip"
GZIP = ".gz"
KNOWN = (*PAGE_TYPES, LINES, *WEB_ARCHIVES, ZIP)


def read_kind(stream: BufferedReader, origin: Origin, reading: Reading) -> Iterator[Item]:
    """Yield what is in a file: the dumps of its kind, or why it is of none."""
    kind, packed = _kind_of(origin.name)
    if reading.raw:
        yield from read_page(stream, origin, reading)
    elif kind in WEB_ARCHIVES:
        yield from read_archive(stream, origin, reading, packed)
    elif kind == ZIP:
        yield from read_zip(stream, origin, lambda member, its_origin, size: _read_member(member, its_origin, size, reading))
    elif kind in KNOWN and packed:
        yield from _read_packed(stream, kind, origin, reading)
    elif kind in KNOWN:
        yield from _read_text(stream, kind, origin, reading)
    else:
        known = " ".join(KNOWN)
        yield Refused(
            name=origin.name, why=f"of no known kind ({known}; each but the last also with {GZIP}); --raw takes each file as one dump"
        )


def _kind_of(name: str) -> tuple[str, bool]:
    """Return the ending that says what it is, and whether it is compressed with gzip."""
    name = name.lower()
    packed = name.endswith(GZIP) and not name.endswith(ZIP + GZIP)
    return PurePath(name.removesuffix(GZIP) if packed else name).suffix, packed


def _read_text(stream: BufferedIOBase, kind: str, origin: Origin, reading: Reading) -> Iterator[Item]:
    return read_envelopes(stream, origin, reading) if kind == LINES else read_page(stream, origin, reading, PAGE_TYPES[kind])


def _read_packed(stream: BufferedReader, kind: str, origin: Origin, reading: Reading) -> Iterator[Item]:
    try:
        yield from _read_text(gzip.GzipFile(fileobj=stream), kind, origin, reading)
    except (OSError, EOFError, zlib.error) as error:
        yield Refused(name=origin.name, why=f"no gzip data from here on: {error}")


def _read_member(stream: BufferedReader, origin: Origin, size: int, reading: Reading) -> Iterator[Item]:
    """Yield what is in a member of a zip file. Pages saved by a browser bring their images along, so other kinds are no mistake there."""
    kind, packed = _kind_of(origin.name)
    if kind == ZIP:
        yield Refused(name=origin.name, why="a zip file in a zip file; unpack it")
    elif kind not in KNOWN:
        yield PassedOver(name=origin.name, why=f"{kind or 'nameless'} file")
    elif kind in PAGE_TYPES and not packed and size > reading.max_bytes:
        yield Refused(name=origin.name, why=over_limit("a page", reading))  # without unpacking any of it
    else:
        yield from read_kind(stream, origin, reading)
