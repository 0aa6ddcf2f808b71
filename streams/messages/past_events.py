"""Read events that newsmill wrote, to take their articles through the later stages again: for tests of classes on the past."""

from typing import Any

import orjson

from streams.errors import InvalidRecord
from streams.messages.codec import encode_article, encode_batches
from streams.messages.envelope import CONTENT_TYPE_HEADER, ENVELOPE_TYPE
from streams.messages.events import read_event
from streams.records import Article, Incoming, Message
from streams.times import parse_time
from streams.topics import partition_of

_PROCESSED = {"topic", "key", "headers", "value"}  # a line of `newsmill process`
_EVENT = {"id", "content_id", "source", "pipeline"}


def past_articles(incoming: Incoming, topic: str, partitions: int) -> list[Message] | None:
    """Return the message for `topic` (`news.articles`) of the event in a line of input; None for a line with anything else.

    A line of `newsmill process` counts by its topic: an event on a class topic is on `news.events` too, so it gives no message here.
    """
    line = _line(incoming)
    if line.keys() >= _PROCESSED:
        if not str(line["topic"]).endswith((".events", ".duplicates")):
            return []
        line = line["value"] if isinstance(line["value"], dict) else {}
    article = _article(line) if line.keys() >= _EVENT else None
    if article is None:
        return None
    (value,) = encode_batches([encode_article(article)])
    return [Message(topic=topic, key=None, value=value, partition=partition_of(article.language, partitions)[0])]


def _line(incoming: Incoming) -> dict[str, Any]:
    """Return the object on a line of input; an empty one for anything else."""
    if dict(incoming.headers).get(CONTENT_TYPE_HEADER) != ENVELOPE_TYPE.encode():
        return {}
    if b'"content_id"' not in incoming.value and b'"headers"' not in incoming.value:
        return {}  # an envelope: the text in its body has these names with escaped quotes only
    try:
        line = orjson.loads(incoming.value)
    except orjson.JSONDecodeError:
        return {}
    return line if isinstance(line, dict) else {}


def _article(line: dict[str, Any]) -> Article | None:
    event = read_event(orjson.dumps(line), is_copy=line.get("duplicate") is not None)
    if event is None:
        return None
    source, names = event["source"], ("title", "body", "language", "outlet", "agency", "dateline", "author", "published_at", "confidence")
    try:
        fetched_at = parse_time(source["fetched_at"]) if source["fetched_at"] else None
    except InvalidRecord:
        return None
    return Article(
        id=event["id"],
        content_id=event["content_id"],
        url=source["url"],
        dump_id=source["dump_id"],
        index=source["index"],
        start=source["start"],
        end=source["end"],
        fetched_at=fetched_at,
        published_precision=event["published_precision"],
        article_url=event["url"],
        **{name: event[name] for name in names},
    )
