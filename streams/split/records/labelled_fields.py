"""Group the labelled fields of a text file into records, by the order in which its labels repeat."""

import functools
import importlib.resources
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from streams.split.cuts import MIN_BODY_WORDS
from streams.split.fields.ages import publication_time
from streams.split.fields.credits import split_headline
from streams.split.html.declared_times import DeclaredTime, parse_declared_time
from streams.split.records.labelled import COPYRIGHT
from streams.split.records.record import Record
from streams.split.text.bodies import CONTINUES
from streams.split.text.lines import MIN_HEADLINE_WORDS, key_of, word_count
from streams.split.text.stamps import stamp_of

MIN_ROLES_OF_ONE = 3  # in a file with a single record
MIN_CYCLE_SHARE = 0.75  # of the records that must have a label which begins them
ANCHORS = ("title", "body", "outlet")  # the last where a title is the first line below the labels
MAX_TITLE_WORDS = 25  # of such a line
MIN_WRAPPED_CHARACTERS = 50  # of a line that goes on in the next one
REFERENCE = re.compile(r"\s?\[\d{1,3}\]")  # to a list of links below the text


@dataclass(frozen=True, slots=True)
class LabelledField:
    """A label, the rest of its line (`value`), and the lines `below` it without a label. `role`: a key of `record_labels.toml`, or ""."""

    label: str
    role: str
    value: str
    below: str
    start: int
    end: int


@functools.cache
def role_of() -> Mapping[str, str]:
    """Return label -> role."""
    table = tomllib.loads(importlib.resources.files("streams.split").joinpath("data/record_labels.toml").read_text("utf-8"))
    return {label: role for role, labels in table.items() for label in labels}


def records_of(fields: Sequence[LabelledField], fetched_at: int | None) -> list[Record] | None:
    """Return the records with a text that `fields`, in order, make up, or None where they are no records."""
    groups = list(_groups(fields))
    roles = {field.role for field in fields} - {"", "aside"}
    if len(groups) < 2 and len(roles) < MIN_ROLES_OF_ONE:
        return None
    return [record for group in groups if (record := _record(group, fetched_at))]


def _groups(fields: Sequence[LabelledField]) -> Iterator[Sequence[LabelledField]]:
    """Yield the fields of each record. A record begins with the first label that recurs as often as the titles, or the texts, do."""
    roles = Counter(field.role for field in fields if field.value or field.below)
    anchor = max(ANCHORS, key=lambda role: roles[role])
    first = next((position for position, field in enumerate(fields) if field.role == anchor and (field.value or field.below)), None)
    if first is None:
        return
    labels = Counter(field.label for field in fields)
    often = MIN_CYCLE_SHARE * roles[anchor]
    begins = next((field.label for field in fields[:first] if labels[field.label] >= often), fields[first].label)
    starts = [position for position, field in enumerate(fields) if field.label == begins]
    for start, stop in pairwise([*starts, len(fields)]):
        yield fields[start:stop]


def _record(group: Sequence[LabelledField], fetched_at: int | None) -> Record | None:
    values: dict[str, str] = {}
    for field in group:
        if field.value.strip() and field.role not in ("body", "summary"):
            values.setdefault(field.role, field.value.strip())
    title, text = values.get("title"), _text(group)
    if text is None or (title and key_of(title).startswith(key_of(text))):
        return None  # a list of headlines, with the beginning of each again
    if title is None:
        title, text = split_headline(text)
    if title is None:
        title, text = _split_first_line(text)
    return Record(
        title=title,
        text=text,
        outlet=values.get("outlet"),
        author=values.get("author"),
        url=values.get("url"),
        published=_time(values.get("date"), fetched_at),
        start=group[0].start,
        end=max(field.end for field in group),
    )


def _text(group: Sequence[LabelledField]) -> str | None:
    """Return the labelled text of a record, else the lines without a label, else its summary; None where none is a sentence."""
    has_links = any(field.role == "tail" for field in group)
    labelled = [f"{field.value}\n{field.below}" for field in group if field.role == "body"]
    below = ["\n".join(field.below for field in group if field.role not in ("body", "tail"))]
    summary = [field.value for field in group if field.role == "summary"]
    found = next((text.strip() for text in (*labelled, *below, *summary) if word_count(text) >= MIN_BODY_WORDS), None)
    if found is None:
        return None
    lines = (REFERENCE.sub("", found) if has_links else found).split("\n")
    return _unwrapped(lines[:-1] if len(lines) > 1 and COPYRIGHT.match(lines[-1]) else lines)


def _unwrapped(lines: Sequence[str]) -> str:
    """Return the lines, those that are continued in lower case joined with the next."""
    pieces = [lines[0]]
    for before, line in pairwise(lines):
        pieces += [" " if len(before) >= MIN_WRAPPED_CHARACTERS and CONTINUES.match(line) else "\n", line]
    return "".join(pieces)


def _split_first_line(text: str) -> tuple[str | None, str]:
    """Return the headline that is the first line of a text, and the rest; None where it is a sentence or the only line."""
    first, _, rest = text.partition("\n")
    is_headline = MIN_HEADLINE_WORDS <= word_count(first) <= MAX_TITLE_WORDS and not first.rstrip().endswith((".", "…"))
    return (first.strip(), rest) if is_headline and word_count(rest) >= MIN_BODY_WORDS else (None, text)


def _time(text: str | None, fetched_at: int | None) -> DeclaredTime | None:
    if text is None or (declared := parse_declared_time(text)):
        return declared if text else None
    stamp = stamp_of(" ".join(text.split()))
    return parse_declared_time(publication_time(stamp.age, fetched_at)[0]) if stamp else None
