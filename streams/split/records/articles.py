"""Turn the records of a structured format into articles: clean the fields, extract the body, enforce the limits."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from streams.errors import InvalidRecord, Reason
from streams.records import MAX_BODY_CHARACTERS, Cut, Fate, Span
from streams.split.budget import HtmlBudget
from streams.split.cuts import MAX_ARTICLES, Cuts, merge_spans, require_few_articles
from streams.split.fields.addresses import web_address
from streams.split.fields.credits import credits_of
from streams.split.fields.language import language_of
from streams.split.html.declared_times import fill_declared_time
from streams.split.html.fragment import fragment_text
from streams.split.records.record import Record
from streams.split.text.bodies import clean_text

MAX_NOTE_CHARACTERS = 60  # beside the title and the outlet that it names
MAX_IDENTITY_CHARACTERS = 2048  # as of an address, which most identities are
LANGUAGE = re.compile(r"[a-z]{2,3}(?![a-z])")
LINE_BREAK = re.compile(r"\r\n|[\r\n\u2028\u2029]")


def splitter_of(read: Callable[[str], Iterable[Record]], confidence: float) -> Callable[[str, int | None, bool, HtmlBudget | None], Cuts]:
    """Return the splitter of a format from its reader. `confidence`: the share of its articles that are right."""

    def split(text: str, fetched_at: int | None, _shapes: bool = True, budget: HtmlBudget | None = None) -> Cuts:
        return split_records(read(text), text, fetched_at, confidence, budget)

    return split


def split_records(
    records: Iterable[Record], text: str, fetched_at: int | None, confidence: float, budget: HtmlBudget | None = None
) -> Cuts:
    """Return the articles of `records`, which are in order of their spans, and the ledger of the dump `text`.

    Args:
        records: read lazily, so that a reader stops at the limit of articles.
        text: the decoded dump.
        fetched_at: seconds since the epoch (UTC); a time after it is dropped.
        confidence: the share of such articles that are right.
        budget: of the HTML of the dump; without it that of these records has the limit of one.

    Raises:
        InvalidRecord: "limit" for too many records or too much HTML, "too-long" for a body above its limit.
    """
    budget = budget or HtmlBudget()
    cuts: list[Cut] = []
    fates: list[tuple[Record, Fate]] = []
    for number, record in enumerate(records, start=1):
        require_few_articles(MAX_ARTICLES, number)
        cut = cut_record(record, fetched_at, confidence, budget)
        fates.append((record, Fate.UNKNOWN if cut is None else Fate.ARTICLE))
        if cut is not None:
            cuts.append(cut)
    return Cuts(tuple(cuts), _spans(fates, len(text)))


def cut_record(record: Record, fetched_at: int | None, confidence: float, budget: HtmlBudget | None = None) -> Cut | None:
    """Return the article of a record; None where it has neither title nor text. A title without text is the body as well."""
    title = _field(record.title)
    body = _body(record, budget) or title
    if body is None:
        return None
    if len(body) > MAX_BODY_CHARACTERS:
        raise InvalidRecord(Reason.TOO_LONG, f"a body has {len(body):,} characters; the limit is {MAX_BODY_CHARACTERS:,}")
    body = _without_syndication_note(body, title, _field(record.outlet))
    credits = credits_of(body)
    cut = Cut(
        title=title,
        body=body,
        start=record.start,
        end=record.end,
        confidence=confidence,
        language=language_of(body) or language_of(f"{title or ''} {body}") or _language(record.language),
        outlet=_field(record.outlet),
        agency=credits.agency,
        dateline=credits.dateline,
        author=_field(record.author) or credits.author,
        url=web_address(record.url),
        identity=_identity(record.identity),
    )
    return fill_declared_time(cut, record.published, fetched_at) if record.published else cut


def _body(record: Record, budget: HtmlBudget | None) -> str | None:
    if record.html is not None:
        return fragment_text(record.html, budget) or None
    lines = LINE_BREAK.split(record.text or "")
    return "\n".join(filter(None, map(clean_text, lines))) or None


def _without_syndication_note(body: str, title: str | None, outlet: str | None) -> str:
    """Return a body without a last line that only names its title and outlet: "The post … appeared first on …", in any language."""
    above, _, last = body.rpartition("\n")
    if not (above and title and outlet) or len(last) > len(title) + len(outlet) + MAX_NOTE_CHARACTERS:
        return body
    return above if title in last and outlet in last else body


def _field(text: str | None) -> str | None:
    return clean_text(text or "") or None


def _language(code: str | None) -> str | None:
    """Return the language of a tag such as "en-US" or "IT-it"; None for other texts, such as names of languages."""
    found = LANGUAGE.match((code or "").strip().lower())
    return found[0] if found else None


def _identity(identity: str | None) -> str | None:
    identity = (identity or "").strip()
    return identity if 0 < len(identity) <= MAX_IDENTITY_CHARACTERS else None


def _spans(fates: Sequence[tuple[Record, Fate]], characters: int) -> tuple[Span, ...]:
    """Return the ledger of a dump: the spans of the records, all else chrome of the format; a format without spans is all article."""
    return merge_spans(_pieces(fates, characters))


def _pieces(fates: Sequence[tuple[Record, Fate]], characters: int) -> Iterator[tuple[int, Fate]]:
    for record, fate in fates:
        if record.start is not None and record.end is not None:
            yield record.start, Fate.CHROME
            yield record.end, fate
    has_spans = any(record.start is not None for record, _ in fates)
    yield characters, Fate.CHROME if has_spans or not fates else Fate.ARTICLE


def with_fields(cut: Cut, record: Record, fetched_at: int | None) -> Cut:
    """Return `cut`, found in the HTML or text of a record, with those fields of the record that it lacks. Its identity is its own."""
    outlet, author, url = cut.outlet or _field(record.outlet), cut.author or _field(record.author), cut.url or web_address(record.url)
    filled = replace(cut, outlet=outlet, author=author, url=url, language=cut.language or _language(record.language))
    return fill_declared_time(filled, record.published, fetched_at) if record.published and not cut.published_at else filled
