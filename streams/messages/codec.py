"""The form of records on the internal topics (batches, JSON), and of events on the public ones (docs/contract.md, Events)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import orjson

from streams.errors import InvalidRecord, Reason
from streams.messages.event_types import Event
from streams.messages.field_types import are_ids, are_typed
from streams.records import Article, Classified, Copy, Judged
from streams.times import format_time, is_time

# A batch closes at whichever comes first. One article may be larger than the bytes; it then stands alone.
MAX_BATCH_BYTES = 1024 * 1024
MAX_BATCH_ARTICLES = 200


def encode_article(article: Article) -> bytes:
    """Return one article as an element of a batch."""
    return orjson.dumps(article)


def encode_judged(judged: Judged) -> bytes:
    """Return one judged article as an element of a batch."""
    return orjson.dumps(judged)


def encode_batches(elements: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the values of as few messages as hold all elements, in order, each within the limits of a batch."""
    batch: list[bytes] = []
    size = 0
    for element in elements:
        if batch and (size + len(element) > MAX_BATCH_BYTES or len(batch) == MAX_BATCH_ARTICLES):
            yield _batch(batch)
            batch, size = [], 0
        batch.append(element)
        size += len(element) + 1
    if batch:
        yield _batch(batch)


def decode_articles(value: bytes, replay_id: str | None = None) -> list[Article]:
    """Return the articles of a batch; `replay_id` is the dead letter that the whole message comes back from, if any.

    Raises:
        InvalidRecord: "bad-envelope" where the value is no batch of articles.
    """
    return [_article(fields, replay_id) for fields in _elements(value)]


def decode_judged(value: bytes, replay_id: str | None = None) -> list[Judged]:
    """Return the judged articles of a batch; arguments and errors as in `decode_articles`."""
    return [_judged(fields, replay_id) for fields in _elements(value)]


def encode_event(classified: Classified, version: str) -> bytes:
    """Return an event or a duplicate as its public topic holds it."""
    article, duplicate = classified.judged.article, classified.judged.duplicate
    event: Event = {
        "id": article.id,
        "content_id": article.content_id,
        "source": {
            "url": article.url,
            "dump_id": article.dump_id,
            "index": article.index,
            "start": article.start,
            "end": article.end,
            "fetched_at": None if article.fetched_at is None else format_time(article.fetched_at),
        },
        "title": article.title,
        "body": article.body,
        "language": article.language,
        "outlet": article.outlet,
        "agency": article.agency,
        "dateline": article.dateline,
        "author": article.author,
        "published_at": article.published_at,
        "published_precision": article.published_precision,
        "confidence": article.confidence,
        "regions": classified.regions,
        "topics": classified.topics,
        "duplicate": duplicate,
        "pipeline": {"version": version, "classes": classified.classes},
    }
    return orjson.dumps(event)


def _batch(elements: list[bytes]) -> bytes:
    return b'{"batch":[' + b",".join(elements) + b"]}"


def _elements(value: bytes) -> list[dict[str, Any]]:
    try:
        return list(orjson.loads(value)["batch"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise InvalidRecord(Reason.BAD_ENVELOPE, f"no batch of articles: {error!r}") from error


def _article(fields: dict[str, Any], replay_id: str | None) -> Article:
    try:
        article = Article(**fields)
    except TypeError as error:
        raise InvalidRecord(Reason.BAD_ENVELOPE, f"no article of this version: {error}") from error
    _require(are_typed(Article, fields) and are_ids(article.id, article.content_id), "article")
    _require(article.fetched_at is None or is_time(article.fetched_at), "article")
    return article if replay_id is None else replace(article, replay=replay_id)


def _require(is_sound: bool, what: str) -> None:
    if not is_sound:
        raise InvalidRecord(Reason.BAD_ENVELOPE, f"no {what} of this version: a field of another type, an id or a time that can't be one")


def _judged(fields: dict[str, Any], replay_id: str | None) -> Judged:
    try:
        duplicate = None if fields["duplicate"] is None else Copy(**fields["duplicate"])
        _require(duplicate is None or (are_typed(Copy, fields["duplicate"]) and are_ids(duplicate.of)), "copy")
        return Judged(article=_article(fields["article"], replay_id), duplicate=duplicate)
    except (KeyError, TypeError) as error:
        raise InvalidRecord(Reason.BAD_ENVELOPE, f"no judged article of this version: {error!r}") from error
