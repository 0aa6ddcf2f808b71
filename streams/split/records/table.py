"""Read articles from delimited text (CSV, TSV): columns by the table of field names, else by their values."""

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from streams.errors import InvalidRecord, Reason
from streams.split.cuts import MAX_ARTICLES, MIN_BODY_WORDS
from streams.split.records.inferred_fields import infer_fields
from streams.split.records.json_document import record_of
from streams.split.records.json_fields import field_names, plain_name
from streams.split.records.record import Record
from streams.split.text.lines import word_count

DELIMITERS = "\t,;|"
MAX_HEADER_CHARACTERS = 2_000
MAX_NAME_CHARACTERS = 40
MIN_COLUMNS = 3
SAMPLE_CHARACTERS = 64 * 1024  # in which the first rows are
SAMPLE_ROWS = 20
MIN_EVEN_SHARE = 0.9  # of the first rows that have as many cells as the header
MAX_NAMES_SHOWN = 6
LINE_END = re.compile(r"\r\n?|\n")


def delimiter_of(text: str) -> str | None:
    """Return the delimiter of a table of articles; None for another text.

    Its first line has short names, at least one of them in the table of field names, and the rows have as many cells as it.
    """
    start = len(text) - len(text.lstrip("\r\n"))
    found = LINE_END.search(text, start, start + MAX_HEADER_CHARACTERS)
    header = text[start : found.start()] if found else ""
    delimiter = max(DELIMITERS, key=header.count)
    names = header.split(delimiter)
    if len(names) < MIN_COLUMNS or any(len(name) > MAX_NAME_CHARACTERS for name in names) or not _declared(names):
        return None
    sample = islice(_rows(text[:SAMPLE_CHARACTERS], delimiter), 1, SAMPLE_ROWS)
    sizes = [len(row) for row in sample]
    even = sum(size == len(names) for size in sizes)
    return delimiter if even and even >= MIN_EVEN_SHARE * len(sizes) - (len(text) > SAMPLE_CHARACTERS) else None


def table_records(text: str, delimiter: str) -> Iterator[Record]:
    """Yield the articles of a table, in order.

    Raises:
        InvalidRecord: `not-decodable` for a table without texts of articles, `too-long` for a cell above the limit of the parser.
    """
    rows = _rows(text, delimiter)
    names = [name.strip() for name in next(rows)]
    table = [dict(zip(names, map(str.strip, row), strict=False)) for row in islice(rows, MAX_ARTICLES + 1)]
    fields = infer_fields(table, [(column, field) for column, field in _declared(names) if any(row.get(column) for row in table)])
    if not fields or not any(word_count(row.get(fields["body"], "")) >= MIN_BODY_WORDS for row in table):
        shown = ", ".join(repr(name[:30]) for name in names[:MAX_NAMES_SHOWN])
        raise InvalidRecord(Reason.NOT_DECODABLE, f"the dump is a table with the columns {shown}, and no article was found in it")
    for row in table:
        yield record_of({field: [row[column]] for field, column in fields.items() if row.get(column)})


def _declared(names: Sequence[str]) -> list[tuple[str, str]]:
    """Return (column, field) of the columns with known names, by the rank of the name."""
    fields = field_names().fields
    plain = ((name.strip().strip('"'), plain_name(name.strip().strip('"'))) for name in names)
    known = sorted((*fields[key], name) for name, key in plain if key in fields)
    return [(name, field) for field, _, name in known]


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    lines = (f"{line}\n" for line in LINE_END.split(text.lstrip("\r\n")))
    try:
        yield from (row for row in csv.reader(lines, delimiter=delimiter) if any(row))
    except csv.Error as error:
        raise InvalidRecord(Reason.TOO_LONG, f"the table cannot be read: {error}") from error
