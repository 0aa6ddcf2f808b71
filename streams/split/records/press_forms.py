"""Load the record forms of press databases from `data/press`: labels, and the lines that begin and end a record (docs/press.md)."""

import functools
import importlib.resources
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from ahocorasick_rs import BytesAhoCorasick, MatchKind

WINDOW_BYTES = 65_536  # searched at once, so that a page full of marks needs no list of them all
MAX_MARK_BYTES = 256
_NEVER = re.compile(r"[^\s\S]")


@dataclass(frozen=True, slots=True)
class PressForm:
    """How a database writes records.

    Attributes:
        marks: texts one of which is on each page of this form.
        start, end: match the paragraph that begins, that ends a record.
        start_labels: labels that begin a record, in a form without such paragraphs.
        is_wrapped: whether paragraphs of a text are wrapped into lines, with a blank line between them; else each line is one.
        labels: label -> field; `label` finds one at the start of a paragraph.
    """

    marks: tuple[str, ...]
    start: re.Pattern[str]
    end: re.Pattern[str]
    start_labels: frozenset[str]
    is_wrapped: bool
    labels: Mapping[str, str]
    label: re.Pattern[str]

    def field_of(self, text: str) -> tuple[str, str] | None:
        """Return the field that a paragraph begins with the label of, and the rest of the paragraph; None for one without a label."""
        found = self.label.match(text)
        return (self.labels[found["label"]], text[found.end() :]) if found else None


def has_mark(text: str) -> bool:
    """Return whether a mark of any form is in `text`: one search, by which most pages are told apart from exports."""
    data = text.encode("utf-8", "surrogatepass")
    find = _marks().find_matches_as_indexes
    return any(find(data[start : start + WINDOW_BYTES + MAX_MARK_BYTES]) for start in range(0, len(data), WINDOW_BYTES))


@functools.cache
def _marks() -> BytesAhoCorasick:
    marks = [mark.encode() for form in press_forms().values() for mark in form.marks]
    return BytesAhoCorasick(marks, matchkind=MatchKind.LeftmostFirst)  # in this mode it is seven times as fast as in the standard one


@functools.cache
def press_forms() -> Mapping[str, PressForm]:
    """Return the forms of the package by name, that of the file."""
    folder = importlib.resources.files("streams.split").joinpath("data/press")
    files = {entry.name.removesuffix(".toml"): entry for entry in folder.iterdir() if entry.name.endswith(".toml")}
    return {name: _form(entry.read_text("utf-8")) for name, entry in files.items()}


def _form(toml: str) -> PressForm:
    table = tomllib.loads(toml)
    labels = {label: field for field, words in table["labels"].items() for label in words}
    names = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
    return PressForm(
        marks=tuple(table["marks"]),
        start=_whole(table.get("start")),
        end=_whole(table.get("end")),
        start_labels=frozenset(table.get("start_labels", ())),
        is_wrapped=table.get("is_wrapped", False),
        labels=labels,
        label=re.compile(rf"{table.get('label_begin', '')}(?P<label>{names})(?:{table['label_end']})"),
    )


def _whole(pattern: str | None) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern})\Z") if pattern else _NEVER
