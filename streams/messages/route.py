"""Classified -> the messages of the public topics, with their headers."""

from collections.abc import Mapping
from typing import cast

from streams.messages.codec import encode_event
from streams.messages.event_types import EventHeaders
from streams.records import Classified, Headers, Label, Message
from streams.times import format_time
from streams.topics import TopicName, class_topic, full_name


def route(classified: Classified, *, prefix: str, version: str) -> list[Message]:
    """Return the messages of one article: an original on `events` and on the topic of each of its classes, a copy on `duplicates`."""
    article, duplicate = classified.judged.article, classified.judged.duplicate
    value, headers = encode_event(classified, version), _headers(classified)
    if duplicate is not None:
        return [Message(topic=full_name(prefix, TopicName.DUPLICATES), key=duplicate.of.encode(), value=value, headers=headers)]
    names = [("region", label.id) for label in classified.regions] + [("topic", label.id) for label in classified.topics]
    topics = [TopicName.EVENTS, *(class_topic(kind, id) for kind, id in sorted(names, key=lambda name: name[1]))]
    return [Message(topic=full_name(prefix, topic), key=article.id.encode(), value=value, headers=headers) for topic in topics]


def _headers(classified: Classified) -> Headers:
    """CloudEvents 1.0 in binary mode, and what a consumer filters by without opening the value."""
    article = classified.judged.article
    labels = (*classified.regions, *classified.topics)
    headers: EventHeaders = {
        "ce_specversion": "1.0",
        "ce_id": article.id,
        "ce_source": "/newsmill",
        "ce_type": "newsmill.event.v1" if classified.judged.duplicate is None else "newsmill.duplicate.v1",
        "ce_time": None if article.fetched_at is None else format_time(article.fetched_at),
        "content-type": "application/json",
        "regions": _ids(classified.regions),
        "topics": _ids(classified.topics),
        "about": _ids(tuple(label for label in labels if label.about)),
        "traceparent": article.traceparent,
    }
    return tuple((name, text.encode()) for name, text in cast(Mapping[str, str | None], headers).items() if text is not None)


def _ids(labels: tuple[Label, ...]) -> str:
    return ",".join(sorted(label.id for label in labels))
