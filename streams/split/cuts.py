"""The result of every splitter, articles and a ledger with one fate for each character, and the limits on it."""

from collections.abc import Iterable

from streams.errors import InvalidRecord, Reason
from streams.frozen import dataclass
from streams.records import MAX_FIELD_CHARACTERS, Cut, Fate, Span

MAX_ARTICLES = 5_000
MIN_BODY_WORDS = 8  # of an article: one sentence


@dataclass(frozen=True, slots=True)
class Cuts:
    """The articles of a page in order, and spans that cover its text without gap or overlap. `is_shaped`: found by a page shape."""

    cuts: tuple[Cut, ...]
    spans: tuple[Span, ...]
    is_shaped: bool = False


def merge_spans(pieces: Iterable[tuple[int, Fate]]) -> tuple[Span, ...]:
    """Return spans from (end, fate) pieces in order, beginning at 0."""
    spans: list[Span] = []
    start = stop = 0
    last: Fate | None = None
    for end, fate in pieces:
        if end <= stop:
            continue
        if fate is not last:
            if last is not None:
                spans.append(Span(start, stop, last))
            start, last = stop, fate
        stop = end
    if last is not None:
        spans.append(Span(start, stop, last))
    return tuple(spans)


def require_few_articles(limit: int, count: int) -> None:
    """Raise `InvalidRecord` ("limit") where a page has more articles than `limit`."""
    if count > limit:
        raise InvalidRecord(Reason.LIMIT, f"the page has {count:,} articles; the limit is {limit:,}")


def require_short_fields(cuts: Cuts) -> None:
    """Raise `InvalidRecord` ("too-long") where a field beside the body has over `MAX_FIELD_CHARACTERS` characters."""
    for cut in cuts.cuts:
        for field in (cut.title, cut.outlet, cut.agency, cut.dateline, cut.author):
            if field is not None and len(field) > MAX_FIELD_CHARACTERS:
                raise InvalidRecord(
                    Reason.TOO_LONG, f"a field has {len(field):,} characters, {field[:40]!r}; the limit is {MAX_FIELD_CHARACTERS:,}"
                )
