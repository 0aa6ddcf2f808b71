"""Internal records as JSON: the batches on `news.articles` and `news.judged`.

Workers of two versions may run side by side, so a record may come from an older or a newer one. Each field added after 0.1.0 has a
default; a field that this version does not know is kept in `extra` and written to the next internal topic. A record without such fields
has exactly the fields of 0.1.0, which refuses others.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any, TypeVar

import orjson

from streams.errors import InvalidRecord, Reason
from streams.messages.article_limits import require_article_limits, require_copy_limits, require_story_limits
from streams.messages.field_types import types_of
from streams.records import Article, Copy, Json, Judged, Story

# A batch closes at whichever comes first. An article larger than the bytes has a batch of its own.
MAX_BATCH_BYTES = 1024 * 1024
MAX_BATCH_ARTICLES = 200
# Of all articles of one dump. A body of 10 MiB becomes 30 MiB of UTF-8 from a charset with one byte for each character; the rest is for
# the other fields, which may be repeated in each article.
MAX_DUMP_OUTPUT_BYTES = 40 * 1024 * 1024
# Of all unknown fields of one record, as JSON.
MAX_EXTRA_BYTES = 64 * 1024
_Record = TypeVar("_Record", Article, Copy, Story)
_TYPES = {record: types_of(record) for record in (Article, Copy, Story)}
_VALUES = {record: attrgetter(*types) for record, types in _TYPES.items()}
# Fields added after 0.1.0, in the order of the record; they are not written while they are None.
_ADDED: dict[type, tuple[str, ...]] = {Article: ("article_url",), Copy: (), Story: ()}
_NO_TYPES = frozenset[type]()
_JUDGED = {"article", "duplicate"}
_STORY = "story"  # added to a judged article after 0.1.0


def encode_article(article: Article) -> bytes:
    """Return one article as an element of a batch."""
    return orjson.dumps(_fields(article))


def encode_dump(articles: Iterable[Article]) -> list[bytes]:
    """Return the articles of one dump as elements of batches.

    Raises:
        InvalidRecord: "limit" where they have over `MAX_DUMP_OUTPUT_BYTES` together.
    """
    elements, size = list[bytes](), 0
    for article in articles:
        elements.append(encode_article(article))
        size += len(elements[-1])
        if size > MAX_DUMP_OUTPUT_BYTES:
            detail = f"the articles of the dump have over {MAX_DUMP_OUTPUT_BYTES >> 20} MiB together, with the fields that each repeats"
            raise InvalidRecord(Reason.LIMIT, f"{detail}; send the page in parts")
    return elements


def fit_one_batch(elements: Sequence[bytes]) -> bool:
    """Return whether one batch holds these elements."""
    return len(elements) < 2 or (len(elements) <= MAX_BATCH_ARTICLES and sum(map(len, elements)) + len(elements) <= MAX_BATCH_BYTES)


def encode_judged(judged: Judged) -> bytes:
    """Return one judged article as an element of a batch."""
    duplicate = None if judged.duplicate is None else _fields(judged.duplicate)
    story = {} if judged.story is None else {_STORY: _fields(judged.story)}
    return orjson.dumps({"article": _fields(judged.article), "duplicate": duplicate, **story, **judged.extra})


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
    """Return the articles of a batch; `replay_id` is the dead letter that the whole message is replayed from, if any.

    Raises:
        InvalidRecord: "bad-envelope" for a value that is no batch of articles, "limit" for one of too many, or for unknown fields above
            `MAX_EXTRA_BYTES`.
    """
    return [_article(fields, replay_id) for fields in _elements(value)]


def decode_judged(value: bytes, replay_id: str | None = None) -> list[Judged]:
    """Return the judged articles of a batch; arguments and errors as in `decode_articles`."""
    return [_judged(fields, replay_id) for fields in _elements(value)]


def _batch(elements: list[bytes]) -> bytes:
    return b'{"batch":[' + b",".join(elements) + b"]}"


def _elements(value: bytes) -> list[Any]:
    try:
        elements = orjson.loads(value)["batch"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise _invalid(f"no batch of articles: {error!r}") from error
    if not isinstance(elements, list):
        raise _invalid(f"no batch of articles: it is of type {type(elements).__name__}")
    if len(elements) > MAX_BATCH_ARTICLES:
        raise InvalidRecord(Reason.LIMIT, f"the batch has {len(elements):,} articles; the limit is {MAX_BATCH_ARTICLES}")
    return elements


def _article(fields: Any, replay_id: str | None) -> Article:
    article = _decoded(Article, fields)
    require_article_limits(article)
    return article if replay_id is None else replace(article, replay=replay_id)


def _copy(fields: Any) -> Copy:
    copy = _decoded(Copy, fields)
    require_copy_limits(copy)
    return copy


def _story(fields: Any) -> Story:
    story = _decoded(Story, fields)
    require_story_limits(story)
    return story


def _judged(fields: Any, replay_id: str | None) -> Judged:
    if not isinstance(fields, dict) or not fields.keys() >= _JUDGED:
        raise _invalid("a judged article is not an object with 'article' and 'duplicate'")
    duplicate = None if fields["duplicate"] is None else _copy(fields["duplicate"])
    story = None if fields.get(_STORY) is None else _story(fields[_STORY])
    extra = {name: field for name, field in fields.items() if name not in _JUDGED and name != _STORY}
    return Judged(article=_article(fields["article"], replay_id), duplicate=duplicate, story=story, extra=_within_limit(extra))


def _decoded(record: type[_Record], fields: Any) -> _Record:
    """Return the record with these fields, unknown ones in `extra`."""
    if not isinstance(fields, dict):
        raise _invalid(f"{record.__name__} is not a JSON object")
    types = _TYPES[record]
    unfit = {name: field for name, field in fields.items() if type(field) not in types.get(name, _NO_TYPES)}
    for name in sorted(unfit.keys() & types.keys()):
        raise _invalid(f"{name} of {record.__name__} is of type {type(unfit[name]).__name__}")
    try:
        if not unfit:
            return record(**fields)
        return record(**{name: field for name, field in fields.items() if name in types}, extra=_within_limit(unfit))
    except TypeError as error:
        raise _invalid(f"a field is missing: {error}") from error


def _within_limit(extra: dict[str, Json]) -> dict[str, Json]:
    if not extra:
        return extra
    try:
        # Nested as deep as in any record, so that each can be encoded again: orjson encodes 254 levels, and decodes more.
        size = len(orjson.dumps([extra]))
    except TypeError as error:
        raise InvalidRecord(Reason.LIMIT, f"unknown fields of a record can't be encoded: {error}") from error
    if size > MAX_EXTRA_BYTES:
        raise InvalidRecord(Reason.LIMIT, f"unknown fields of a record have {size:,} bytes; {MAX_EXTRA_BYTES:,} is the most")
    return extra


def _invalid(detail: str) -> InvalidRecord:
    return InvalidRecord(Reason.BAD_ENVELOPE, detail)


def _fields(record: Article | Copy | Story) -> dict[str, Any]:
    fields = dict(zip(_TYPES[type(record)], _VALUES[type(record)](record), strict=True))
    for name in _ADDED[type(record)]:
        if fields[name] is None:
            del fields[name]
    return {**fields, **record.extra} if record.extra else fields
