"""Infer which columns of records with unknown names are title, text, time and outlet, from the values of all records.

The text is the column with the most words, the title the first with the words of a headline that differs from record to record, the time
the first that is a time everywhere. An outlet is never guessed: a part of its column's name is in the table of field names.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median

from streams.split.cuts import MIN_BODY_WORDS
from streams.split.fields.addresses import web_address
from streams.split.records.json_fields import field_names, plain_name, text_of
from streams.split.records.times import parse_written_time
from streams.split.text.lines import word_count

MAX_COLUMNS = 100  # of a record, flattened
MAX_NESTING = 5
MIN_SHARE = 0.6  # of the records that have a value of the kind of its column
MIN_TITLE_SHARE = 0.8  # of the values of a title's column that are different
MIN_TITLE_WORDS, MAX_TITLE_WORDS = 3, 25
MAX_OUTLET_WORDS = 8
SAMPLE = 200  # records that are looked at
NAME_PARTS = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")
Row = Mapping[str, str]


def flat_row(members: Mapping[str, object]) -> dict[str, str]:
    """Return the texts of an object by their paths ("hdl.main"), a list of texts as one."""
    row: dict[str, str] = {}
    pending: list[tuple[str, object, int]] = [("", members, 0)]
    while pending and len(row) < MAX_COLUMNS:
        path, value, depth = pending.pop()
        if isinstance(value, dict):
            if depth < MAX_NESTING:
                inner = [(f"{path}.{name}" if path else name, member, depth + 1) for name, member in value.items()]
                pending += reversed(inner[:MAX_COLUMNS])
        elif text := text_of(value):
            row[path] = text
    return row


def infer_fields(rows: Sequence[Row], declared: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
    """Return field -> column, empty if the rows have no texts. `declared`: (column, field) where a name is in the table of field names."""
    rows = rows[:SAMPLE]
    fields: dict[str, str] = {}
    for column, field in declared:
        fields.setdefault(field, column)
    columns = {column: [row[column] for row in rows if row.get(column)] for column in dict.fromkeys(name for row in rows for name in row)}
    common = {column: values for column, values in columns.items() if len(values) >= MIN_SHARE * len(rows)}
    words = {column: median(map(word_count, values)) for column, values in common.items() if not _are(values, web_address)}
    if "body" not in fields:
        longest = max(words, key=lambda column: words[column], default=None)
        if longest is None or words[longest] < MIN_BODY_WORDS:
            return {}
        fields["body"] = longest
    titles = (column for column in words if column != fields["body"] and _is_title(common[column], words[column]))
    times = (column for column, values in common.items() if _are(values, parse_written_time))
    addresses = (column for column, values in common.items() if _are(values, web_address))
    outlets = (column for column in words if words[column] <= MAX_OUTLET_WORDS and _names_outlet(column, common[column]))
    for field, found in (("title", titles), ("published", times), ("url", addresses), ("outlet", outlets)):
        chosen = next((name for name in found if name not in fields.values()), None)
        if field not in fields and chosen:
            fields[field] = chosen
    return fields


def _are(values: Sequence[str], parse: Callable[[str], object]) -> bool:
    """Return whether `parse` finds something in most of the values."""
    return sum(parse(value) is not None for value in values) >= MIN_TITLE_SHARE * len(values)


def _is_title(values: Sequence[str], words: float) -> bool:
    is_headline = MIN_TITLE_WORDS <= words <= MAX_TITLE_WORDS
    return is_headline and len(set(values)) >= MIN_TITLE_SHARE * len(values) and not _are(values, parse_written_time)


def _names_outlet(column: str, values: Sequence[str]) -> bool:
    """Return whether a part of a column's name is that of an outlet, and its values are names: with capitals, without digits alone."""
    names = field_names().fields
    has_name = any(names.get(plain_name(part), ("", 0))[0] == "outlet" for part in NAME_PARTS.split(column))
    return has_name and sum(value[:1].isupper() for value in values) >= MIN_SHARE * len(values)
