"""Read the exports of press databases: Nexis, Factiva, ProQuest, Europresse. Their labels are data: `data/press/*.toml` (docs/press.md)."""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from streams.split.budget import HtmlBudget
from streams.split.cuts import MIN_BODY_WORDS, Cuts
from streams.split.records.articles import split_records
from streams.split.records.days import find_day
from streams.split.records.labelled import COPYRIGHT, LabelledRecord, records_of
from streams.split.records.paragraphs import Paragraph, html_paragraphs, text_paragraphs
from streams.split.records.press_forms import has_mark, press_forms
from streams.split.records.record import Record
from streams.split.text.lines import word_count

MAX_DAY_CHARACTERS = 150  # of a paragraph that is the date of a record
MAX_HEADER_WORDS = 40  # of the paragraphs of a title
MAX_AUTHOR_WORDS = 6
MAX_EDITION_WORDS = 6
HEADER_PARAGRAPHS = 10  # below "345 words" of Factiva, up to the copyright
CONFIDENCE = 0.97
HTML_START = re.compile(r"\s*<")
BY = re.compile(r"(?:by|par|por|von|di|door|da):?\s+", re.IGNORECASE)
EDITION = re.compile(r"\b(?:editions?|ausgaben?|éditions?|edición|edizione|edição|editie|correction appended|final)\b", re.IGNORECASE)
CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?:\s*[ap]\.?m\.?)?(?:\s+[A-Z]{2,4})?")
ISSUE = re.compile(r"[,;]\s++(?:no|n°|nº|nr|núm)\.?\s*\d+.*", re.IGNORECASE)
HEAD_CHARACTERS = 65_536
PUBLISHED = ('"og:', "application/ld+json")  # in the head of a publisher's page, which is no export: the marks are not searched in it
TERMINATED = (".", "!", "?", "…", "”", '"', "»")


def split_press(text: str, fetched_at: int | None, budget: HtmlBudget | None = None) -> Cuts | None:
    """Return the articles of an export; None where `text` is no export of a known form. Errors: see `split_records`."""
    records = read_press(text, budget)
    return None if records is None else split_records(records, text, fetched_at, CONFIDENCE, budget)


def read_press(text: str, budget: HtmlBudget | None = None) -> list[Record] | None:
    """Return the records of an export that have a sentence of text; None where `text` is no export of a known form."""
    is_html = bool(HTML_START.match(text))
    if is_html and any(sign in text[:HEAD_CHARACTERS] for sign in PUBLISHED):
        return None
    marked = text if is_html else f"\n{text}"  # some marks are labels at the start of a line
    if not has_mark(marked):
        return None
    lines: list[Paragraph] = []
    is_export = False
    for name, read_layout in LAYOUTS.items():
        form = press_forms()[name]
        if any(mark in marked for mark in form.marks):
            lines = (lines or html_paragraphs(text, budget)) if is_html else text_paragraphs(text, form.label.match, form.is_wrapped)
            found = []
            for record in records_of(form, lines):
                read_layout(record)
                if record.values.keys() >= {"title", "outlet"}:
                    found.append(record)
            is_export = is_export or bool(found)
            if records := [_record(record) for record in found if _has_sentence(record.values.get("body", ()))]:
                return records
    return [] if is_export else None


def _has_sentence(body: Sequence[Paragraph]) -> bool:
    return sum(word_count(paragraph.text) for paragraph in body) >= MIN_BODY_WORDS


def _record(record: LabelledRecord) -> Record:
    values = record.values
    body = values["body"]
    return Record(
        title=_text(values, "title"),
        text="\n".join(paragraph.text for paragraph in body),
        outlet=_text(values, "outlet"),
        author=_without_by(_text(values, "author")),
        identity=_text(values, "identity"),
        published=find_day(_text(values, "date")),
        start=min(values["title"][0].start, body[0].start),
        end=body[-1].end,
    )


def _text(values: Mapping[str, Sequence[Paragraph]], name: str) -> str:
    return " ".join(paragraph.text for paragraph in values.get(name, ()))


def _without_by(author: str) -> str:
    by = BY.match(author)
    return author[by.end() :] if by else author


def _is_day(paragraph: Paragraph) -> bool:
    return len(paragraph.text) <= MAX_DAY_CHARACTERS and find_day(paragraph.text) is not None


def _is_edition(paragraph: Paragraph) -> bool:
    return word_count(paragraph.text) <= MAX_EDITION_WORDS and bool(EDITION.search(paragraph.text))


def _is_author(paragraph: Paragraph) -> bool:
    text = paragraph.text
    is_byline = bool(BY.match(text)) and word_count(text) <= 2 * MAX_AUTHOR_WORDS
    return is_byline or (word_count(text) <= MAX_AUTHOR_WORDS and not text.endswith(TERMINATED) and text[:1].isupper())


def _nexis(record: LabelledRecord) -> None:
    """Read outlet, day and title from above the labels. The text begins below them."""
    above = record.above
    day = next((index for index, paragraph in enumerate(above) if _is_day(paragraph)), None)
    if day:
        outlet = above[day - 1]
        is_copyright = bool(COPYRIGHT.match(outlet.text)) and len(outlet.lines) > 1
        record.add("outlet", outlet._replace(text=outlet.lines[-1]) if is_copyright else outlet)
        record.add("date", above[day])
        title = above[day + 1 :]
        if "title" not in record.values:
            record.add("title", *([paragraph for paragraph in title if not _is_edition(paragraph)] or title))
    if "body" not in record.values:
        record.add("body", *record.below)


def _nexis_uni(record: LabelledRecord) -> None:
    """Read title, outlet and day from above the labels, below a cover page and a list of contents."""
    above = record.above
    day = next((index for index in range(len(above) - 1, 1, -1) if _is_day(above[index])), None)
    if day:
        record.values.setdefault("title", [above[day - 2]])
        record.add("outlet", above[day - 1])
        record.add("date", above[day])
    if "body" not in record.values:
        record.add("body", *record.below)


def _factiva(record: LabelledRecord) -> None:
    """All fields have labels."""


def _factiva_plain(record: LabelledRecord) -> None:
    """Read title and author from above the number of words, day and outlet from below it; the text begins below the copyright."""
    above, below = record.above, record.below
    by_class = [paragraph for paragraph in above if "headline" in paragraph.names]
    has_author = len(above) > 1 and _is_author(above[-1])
    title = by_class or (above[-2:-1] if has_author else above[-1:])
    record.add("title", *title)
    if has_author and above[-1] not in title:
        record.add("author", above[-1])
    day = next((index for index, paragraph in enumerate(below[:HEADER_PARAGRAPHS]) if _is_day(paragraph)), None)
    if day is None:
        return
    record.add("date", below[day])
    outlet = next((index for index in range(day + 1, len(below)) if not CLOCK.fullmatch(below[index].text)), None)
    if outlet is not None:
        record.add("outlet", below[outlet])
        ends = [index for index in range(outlet, min(len(below), outlet + HEADER_PARAGRAPHS)) if COPYRIGHT.match(below[index].text)]
        record.add("body", *below[(ends[-1] if ends else outlet) + 1 :])


def _ris(record: LabelledRecord) -> None:
    """Take the first of the fields that a record may have twice. All have labels."""
    for name in ("title", "outlet", "date", "identity"):
        if name in record.values:
            record.values[name] = record.values[name][:1]


def _proquest(record: LabelledRecord) -> None:
    """Read the title from above the labels; outlet and day also are in the line with the place of publication."""
    values = record.values
    if record.above:
        values.setdefault("title", record.above[-1:])
    values["title"] = values.get("title", [])[:1]  # again below the text
    publication = values.get("publication", [])[:1]
    values.setdefault("date", publication)
    for outlet in (values.get("outlet") or publication)[:1]:
        values["outlet"] = [outlet._replace(text=outlet.text.split(";")[0])]
    if "body" not in values:
        record.add("body", *values.get("summary", ()))


def _europresse(record: LabelledRecord) -> None:
    """Read outlet, day, title and author from the top, by their classes or their order; the rest is the text, up to the copyright."""
    named = next((index for index, line in enumerate(record.above) if "docpublicationname" in line.names.split(" ")), 0)
    lines = record.above[named:]  # the certificate of the record above has a day, too
    day = next((index for index, line in enumerate(lines) if index and _is_day(line)), None)
    if day is None:
        return
    titles = [index for index, line in enumerate(lines) if "titrearticlevisu" in line.names.split(" ")] or [day + 1]
    end = next((index for index, line in enumerate(lines) if index > titles[-1] and COPYRIGHT.match(line.text)), len(lines))
    outlet = lines[0] if "docpublicationname" in lines[0].names.split(" ") else lines[day - 1]
    record.add("outlet", outlet._replace(text=ISSUE.sub("", outlet.text)))
    record.add("date", lines[day])
    record.add("title", *lines[titles[0] : titles[-1] + 1])
    body = lines[titles[-1] + 1 : end]
    has_author = len(body) > 1 and _is_author(body[0])
    record.add("author", *body[:has_author])
    record.add("body", *body[has_author:])


# By form, in the order in which they are tried: plain Factiva has the least of its own.
LAYOUTS: Mapping[str, Callable[[LabelledRecord], None]] = MappingProxyType(
    {
        "nexis": _nexis,
        "nexis-uni": _nexis_uni,
        "factiva": _factiva,
        "factiva-plain": _factiva_plain,
        "ris": _ris,
        "proquest": _proquest,
        "europresse": _europresse,
    }
)
