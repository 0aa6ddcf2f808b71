"""Read one record of a press database into its fields, by the labels of its form."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from streams.split.records.paragraphs import Paragraph
from streams.split.records.press_forms import PressForm

COPYRIGHT = re.compile(
    r"\(?copyright\b|©|\(c\) |all rights reserved|tous droits|alle rechte|todos los derechos|todos os direitos|tutti i diritti",
    re.IGNORECASE,
)
# Fields that each paragraph up to the next label belongs to, and fields that databases print below the text.
LONG_FIELDS = frozenset({"body", "summary"})
ANCHOR = "anchor"  # a label that is a line of its own, with no field below it
BELOW_TEXT = frozenset({"tail", "title", "body", "author", "outlet", "publication", "date", "identity"})


@dataclass(slots=True)
class LabelledRecord:
    """The paragraphs of a record: `values` by field, `above` its first label, and `below` it without a label, up to the end of the text.

    `has_anchor`: whether its only label is a line without a field, below which a copyright ends the header and not the text.
    `open_field`: the field of paragraphs without a label. `is_closed`: whether the text has ended.
    """

    above: list[Paragraph] = field(default_factory=list)
    below: list[Paragraph] = field(default_factory=list)
    values: dict[str, list[Paragraph]] = field(default_factory=dict)
    is_labelled: bool = False
    has_anchor: bool = False
    is_closed: bool = False
    open_field: str = ""

    def add(self, name: str, *paragraphs: Paragraph) -> None:
        """Add paragraphs to a field."""
        if paragraphs:
            self.values.setdefault(name, []).extend(paragraphs)

    def has_text(self) -> bool:
        """Return whether the text has begun."""
        return bool(self.below) or "body" in self.values


def records_of(form: PressForm, paragraphs: Iterable[Paragraph]) -> Iterator[LabelledRecord]:
    """Yield the records of an export."""
    return (_read(form, chunk) for chunk in _chunks(form, paragraphs))


def _chunks(form: PressForm, paragraphs: Iterable[Paragraph]) -> Iterator[list[Paragraph]]:
    """Yield the paragraphs of each record: those below a start, those above an end, or those from a label that begins a record."""
    chunk: list[Paragraph] = []
    has_other_label = False
    for paragraph in paragraphs:
        found = form.label.match(paragraph.text)
        is_first_label = bool(found) and found["label"] in form.start_labels if found else False
        is_start, is_end = bool(form.start.match(paragraph.text)), bool(form.end.match(paragraph.text))
        if is_start or is_end or (has_other_label and is_first_label):
            yield chunk
            chunk, has_other_label = [], False
        if not (is_start or is_end):
            chunk.append(paragraph)
            has_other_label = has_other_label or (found is not None and not is_first_label)
    yield chunk


def _read(form: PressForm, chunk: Sequence[Paragraph]) -> LabelledRecord:
    record = LabelledRecord()
    for paragraph in chunk:
        labelled = form.field_of(paragraph.text)
        if labelled and labelled[0] == "cover":
            record = LabelledRecord()
        elif not (labelled and _read_label(record, paragraph, *labelled)):
            _read_unlabelled(record, paragraph)
    return record


def _read_label(record: LabelledRecord, paragraph: Paragraph, name: str, rest: str) -> bool:
    """Read a paragraph that begins with a label; return whether it is one: within the text only the fields below it can be."""
    if record.has_text() and not record.is_closed and name not in BELOW_TEXT:
        return False
    record.is_labelled = True
    record.has_anchor = name == ANCHOR
    record.is_closed = record.is_closed or name == "tail"
    record.open_field = name if name in LONG_FIELDS or not (rest or name == ANCHOR) else ""
    if rest:
        record.add(name, paragraph._replace(text=rest))
    return True


def _read_unlabelled(record: LabelledRecord, paragraph: Paragraph) -> None:
    is_copyright = not record.has_anchor and bool(COPYRIGHT.match(paragraph.text))
    if not record.is_labelled:
        record.above.append(paragraph)
    elif is_copyright and record.has_text():
        record.is_closed = True
        record.open_field = ""
    elif record.open_field:
        record.add(record.open_field, paragraph)
    elif not record.is_closed and not is_copyright:
        record.below.append(paragraph)
