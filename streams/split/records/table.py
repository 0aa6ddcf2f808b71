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
from streams.split.text.outlet_headings import MIN_NAMED_SHARE, has_outlet_word
from streams.split.text.stamps import is_outlet_name

DELIMITERS = "\t,;|"
MAX_HEADER_CHARACTERS = 2_000
MAX_NAME_CHARACTERS = 40
HEADLESS_DELIMITERS = "\t|"  # the others are in sentences, too
MIN_COLUMNS = 3
MIN_HEADLESS_ROWS = 2
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


def headless_delimiter_of(text: str) -> str | None:
    """Return the delimiter of a table of articles without names of columns, as copied from a spreadsheet; None for another text.

    All of its first rows have as many cells, and by their values there are a title, a text, and a time or an address.
    """
    start = len(text) - len(text.lstrip("\r\n"))
    head = text[start : start + MAX_HEADER_CHARACTERS].partition("\n")[0]
    delimiter = max(HEADLESS_DELIMITERS, key=head.count)
    cells = head.count(delimiter) + 1
    if cells < MIN_COLUMNS:
        return None
    rows = [*islice(_rows(text[:SAMPLE_CHARACTERS], delimiter), SAMPLE_ROWS)]
    complete = rows if len(text) <= SAMPLE_CHARACTERS or len(rows) == SAMPLE_ROWS else rows[:-1]
    if len(complete) < MIN_HEADLESS_ROWS or any(len(row) != cells for row in complete):
        return None
    fields = _headless_fields([dict(_numbered(row)) for row in complete])
    return delimiter if fields.keys() >= {"title", "body"} and fields.keys() & {"published", "url"} else None


def _numbered(row: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the cells of a row with their numbers for names."""
    return ((str(number), cell.strip()) for number, cell in enumerate(row))


def _headless_fields(table: Sequence[dict[str, str]]) -> dict[str, str]:
    """Return field -> column by the values. The outlets are looked for before the titles, which may be like names."""
    outlet = next((column for column in table[0] if _are_outlets([row[column] for row in table if row.get(column)])), None)
    fields = infer_fields([{column: value for column, value in row.items() if column != outlet} for row in table])
    return fields | ({"outlet": outlet} if outlet else {})


def _are_outlets(values: Sequence[str]) -> bool:
    return bool(values) and all(map(is_outlet_name, values)) and sum(map(has_outlet_word, values)) >= MIN_NAMED_SHARE * len(values)


def headless_records(text: str, delimiter: str) -> Iterator[Record]:
    """Yield the articles of a table without names of columns, in order. Errors: see `table_records`."""
    table = [dict(_numbered(row)) for row in islice(_rows(text, delimiter), MAX_ARTICLES + 1)]
    fields = _headless_fields(table)
    for row in table:
        yield record_of({field: [row[column]] for field, column in fields.items() if row.get(column)})


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
