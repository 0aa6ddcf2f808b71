"""Read records whose fields are lines with a label: "Title: ...", "Media Name - ...". Labels: `data/record_labels.toml`."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from streams.split.records.labelled_fields import LabelledField, records_of, role_of
from streams.split.records.record import Record
from streams.split.text.lines import require_few_lines

HEAD_CHARACTERS = 4 * 1024  # in which a file of records has its first
MIN_ROLES = 3
MIN_UNTITLED = 2  # records without a label of a title
NO_FIELDS = frozenset({"aside", "tail"})
MIN_RECURRING = 3  # times that a label without a role is there; fewer may be words of the text
LABEL_MARKS = " \t>*_#-\r"
MAX_LABEL_CHARACTERS = 40
MARKS = r"[ \t>*_#-]{0,6}"
SIGN = r"[*_]{0,2}[ \t]{0,3}(?::|=|[ ]-(?=[ ]))[*_]{0,2}"
LABEL = re.compile(rf"{MARKS}(?P<label>[^\W\d_][\w ./-]{{0,28}}?){SIGN}[ \t]*(?P<value>.*)")
LINE = re.compile(r"[^\r\n]+")
RULE = re.compile(r"\W{3,}")


def is_labelled(text: str) -> bool:
    """Return whether a text begins with lines that label a title or a text, and other fields of a record.

    Records whose title is the first line below the labels are several, each with an outlet and a date.
    """
    roles = Counter(role_of().get(_label_of(line), "aside") for line in text[:HEAD_CHARACTERS].split("\n"))
    if len(roles.keys() - NO_FIELDS) < MIN_ROLES:
        return False
    return bool(roles["title"] or roles["body"]) or min(roles["outlet"], roles["date"], roles["author"]) >= MIN_UNTITLED


def _label_of(line: str) -> str:
    """Return what is before the first sign of a line, in lower case. No pattern: most pages are no files of records."""
    head = line[:MAX_LABEL_CHARACTERS]
    for sign in (":", "=", " - "):
        if sign in head:
            return head.partition(sign)[0].strip(LABEL_MARKS).lower()
    return ""


def labelled_records(text: str, fetched_at: int | None) -> list[Record] | None:
    """Return the articles of a file of labelled records, or None where it is another text."""
    require_few_lines(text)
    return records_of(list(_fields(text)), fetched_at)


def _fields(text: str) -> Iterator[LabelledField]:
    """Yield the fields of a text: a line with a label that has a role or recurs, with the lines below it up to the next."""
    lines = list(LINE.finditer(text))
    found = [LABEL.match(line[0]) for line in lines]
    labels = [" ".join(label["label"].lower().split()) if label else "" for label in found]
    recurring = Counter(labels)
    starts = [
        number
        for number, label in enumerate(labels)
        if label and (label in role_of() or (recurring[label] >= MIN_RECURRING and _is_beside_role(labels, number)))
    ]
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        below = [line[0] for line in lines[start + 1 : stop] if not RULE.fullmatch(line[0].strip())]
        value = found[start]["value"] if found[start] else ""  # type: ignore[index]
        label = labels[start]
        yield LabelledField(label, role_of().get(label, ""), value, "\n".join(below), lines[start].start(), lines[stop - 1].end())


def _is_beside_role(labels: Sequence[str], number: int) -> bool:
    """Return whether the line above or below has a label with a role."""
    return any(label in role_of() for label in (*labels[max(0, number - 1) : number], *labels[number + 1 : number + 2]))
