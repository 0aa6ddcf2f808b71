"""Read records that a text file marks with tags of its own: `<DOC>`, `<HEADLINE>`, `<text>`. Names: `data/record_labels.toml`."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from streams.split.records.labelled_fields import LabelledField, records_of, role_of
from streams.split.records.record import Record
from streams.split.text.lines import require_few_lines
from streams.split.text.unwrap import unwrap

HEAD_CHARACTERS = 16 * 1024
TAG = re.compile(r"<(/?)([a-zA-Z][\w.:-]{0,40})(?:\s[^<>]{0,300})?/?>")
END_TAG = re.compile(r"</([a-zA-Z][\w.:-]{0,40})>")
TAG_NAME = re.compile(r"<([a-zA-Z][\w.:-]{0,40})[\s>]")
MIN_LINE_SHARE = 0.9  # of a tag's uses that begin a line; fewer mark words of the text
TAG_LINE = re.compile(r"^[ \t]*<([a-zA-Z][\w.:-]{0,40})(?:\s[^<>\n]{0,300})?>", re.MULTILINE)
HTML_ONLY = re.compile(r"<(?:!doctype|html|head|body\s|div|span|a\s|table|script|meta|ul|rss|feed|rdf:|channel)\b", re.IGNORECASE)
NOTE = re.compile(r"<([a-zA-Z][\w.:-]{0,40})>[^<>]{0,300}</\1>")
PARAGRAPH_TAGS = frozenset({"p", "br", "par", "para", "s", "li", "P", "BR"})
NAME_SIGNS = str.maketrans("_-.", "   ")
INDENTED = re.compile(r"\n[ \t]{2,}(?=\S)")
MIN_TAG_LINES = 2


def is_tagged(text: str) -> bool:
    """Return whether a text has lines that begin with tags for the title or the text of a record, and none of HTML or a feed."""
    head = text[:HEAD_CHARACTERS]
    if "<" not in head or HTML_ONLY.search(head):
        return False
    roles = [role_of().get(_label(name), "") for name in TAG_LINE.findall(head)]
    return len(roles) >= MIN_TAG_LINES and ("body" in roles or "title" in roles)


def tagged_records(text: str, fetched_at: int | None) -> list[Record] | None:
    """Return the articles of a file of tagged records, or None where it is another text."""
    require_few_lines(text)
    return records_of(list(_fields(text)), fetched_at)


def _label(name: str) -> str:
    return name.lower().translate(NAME_SIGNS)


def _fields(text: str) -> Iterator[LabelledField]:
    """Yield the fields of a text: a tag that a line begins with, and the text up to its end tag or the next such tag."""
    names, heads, ends = Counter(TAG_NAME.findall(text)), Counter(TAG_LINE.findall(text)), frozenset(END_TAG.findall(text))
    own = {name for name in heads if heads[name] >= MIN_LINE_SHARE * names[name] and name in ends} - PARAGRAPH_TAGS
    starts = [found for found in TAG_LINE.finditer(text) if found[1] in own]
    last = 0
    for found, stop in zip(starts, _stops(starts, len(text)), strict=True):
        role = role_of().get(_label(found[1]), "")
        if found.start() < last and not role:
            continue  # a note inside a text
        closed = text.find(f"</{found[1]}>", found.end(), stop)
        last = stop if closed < 0 else closed
        yield LabelledField(_label(found[1]), role, _plain(_without_notes(text[found.end() : last], own)), "", found.start(), last)


def _stops(starts: Sequence[re.Match[str]], end: int) -> list[int]:
    """Return where each field ends at the latest: at the next tag of its name, or of a name with a role."""
    stops: list[int] = []
    following: dict[str, int] = {}
    with_role = end
    for found in reversed(starts):
        stops.append(min(with_role, following.get(found[1], end)))
        following[found[1]] = found.start()
        if _label(found[1]) in role_of():
            with_role = found.start()
    return stops[::-1]


def _without_notes(markup: str, own: Collection[str]) -> str:
    """Return the text of a field without the elements inside it that are no words of it."""
    return NOTE.sub(lambda note: "" if note[1] in own else note[0], markup)


def _plain(markup: str) -> str:
    """Return the text in a field: its tags removed, and the lines of each paragraph joined where it is wrapped."""
    text = TAG.sub(lambda tag: "\n\n" if tag[2].lower() in PARAGRAPH_TAGS else "", markup).strip()
    return unwrap(INDENTED.sub("\n\n", text))
