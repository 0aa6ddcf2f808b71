"""Recognise the format of a file or zip member by its name, and read it."""

import gzip
import zlib
from collections.abc import Iterator
from io import BufferedIOBase, BufferedReader
from pathlib import PurePath

from agents.inputs.input_items import InputItem, Origin, ReadOptions, RefusedInput, SkippedInput, over_limit_message
from agents.inputs.pages import read_envelopes, read_page
from agents.inputs.unpack_limit import LimitedReader, UnpackLimitError
from agents.inputs.warc_dumps import read_archive
from agents.inputs.zip_members import read_zip

PAGE_TYPES = {
    ".txt": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".md": "text/markdown",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".sgml": "text/plain",
    ".enex": "application/xml",
    ".ris": "text/plain",
    ".ndjson": "application/json",
    ".eml": "message/rfc822",
    ".mbox": "application/mbox",
    ".mht": "multipart/related",
    ".mhtml": "multipart/related",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".rtf": "application/rtf",
    ".json": "application/json",
    ".xml": "application/xml",
    ".rss": "application/rss+xml",
    ".rdf": "application/rdf+xml",
    ".atom": "application/atom+xml",
}
ENVELOPE_LINES = ".jsonl"
WEB_ARCHIVES = (".warc", ".wet")
ZIP = ".zip"
GZIP = ".gz"
KNOWN_SUFFIXES = (*PAGE_TYPES, ENVELOPE_LINES, *WEB_ARCHIVES, ZIP)


def read_by_format(stream: BufferedReader, origin: Origin, options: ReadOptions) -> Iterator[InputItem]:
    """Yield the items of a file by its format; a refusal where the format is unknown, and where the file unpacks to more than its limit."""
    try:
        yield from _read_by_format(stream, origin, options)
    except UnpackLimitError as error:
        yield RefusedInput(name=origin.name, reason=str(error))


def _read_by_format(stream: BufferedReader, origin: Origin, options: ReadOptions) -> Iterator[InputItem]:
    suffix, is_gzipped = _format_of(origin.name)
    if options.raw:
        yield from read_page(stream, origin, options)
    elif suffix in WEB_ARCHIVES:
        yield from read_archive(stream, origin, options, is_gzipped)
    elif suffix == ZIP:
        yield from read_zip(stream, origin, lambda member, member_origin, size: _read_member(member, member_origin, size, options))
    elif suffix in KNOWN_SUFFIXES and is_gzipped:
        yield from _read_gzipped(stream, suffix, origin, options)
    elif suffix in KNOWN_SUFFIXES:
        yield from _read_text(stream, suffix, origin, options)
    else:
        known = " ".join(KNOWN_SUFFIXES)
        yield RefusedInput(
            name=origin.name,
            reason=f"unknown file format (known: {known}; each but the last also with {GZIP}); --raw reads each file as one dump",
        )


def _format_of(name: str) -> tuple[str, bool]:
    """Return the suffix that names the format, and whether the file is compressed with gzip."""
    name = name.lower()
    is_gzipped = name.endswith(GZIP) and not name.endswith(ZIP + GZIP)
    return PurePath(name.removesuffix(GZIP) if is_gzipped else name).suffix, is_gzipped


def _read_text(stream: BufferedIOBase, suffix: str, origin: Origin, options: ReadOptions) -> Iterator[InputItem]:
    return read_envelopes(stream, origin, options) if suffix == ENVELOPE_LINES else read_page(stream, origin, options, PAGE_TYPES[suffix])


def _read_gzipped(stream: BufferedReader, suffix: str, origin: Origin, options: ReadOptions) -> Iterator[InputItem]:
    try:
        unpacked: BufferedReader = BufferedReader(LimitedReader(gzip.GzipFile(fileobj=stream), origin.unpack_limit))
        yield from _read_text(unpacked, suffix, origin, options)
    except (OSError, EOFError, zlib.error) as error:
        yield RefusedInput(name=origin.name, reason=f"invalid gzip data: {error}")


def _read_member(stream: BufferedReader, origin: Origin, size: int, options: ReadOptions) -> Iterator[InputItem]:
    """Yield the items of a zip member. Unknown formats are skipped, not refused: browsers save a page's images beside it."""
    suffix, is_gzipped = _format_of(origin.name)
    if suffix == ZIP:
        yield RefusedInput(name=origin.name, reason="a zip file in a zip file; unpack it")
    elif suffix not in KNOWN_SUFFIXES:
        yield SkippedInput(name=origin.name, reason=f"{suffix or 'nameless'} file")
    elif suffix in PAGE_TYPES and not is_gzipped and size > options.max_bytes:
        yield RefusedInput(name=origin.name, reason=over_limit_message("a page", options))  # without unpacking any of it
    else:
        yield from read_by_format(stream, origin, options)
