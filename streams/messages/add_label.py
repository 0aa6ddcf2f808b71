"""Add the label of a class to a published event, for the topic of that class."""

import orjson

from streams.records import Headers, Label, Message
from streams.topics import class_topic, full_name

_LISTS = {"region": "regions", "topic": "topics"}


def with_label(value: bytes, headers: Headers, label: Label, kind: str, prefix: str) -> Message:
    """Return the message of an event on the topic of a class whose label it did not have.

    All else stays as published, also `pipeline.classes`: an id is never published with two hashes.

    Args:
        value: of an event that `read_event` accepts.
        headers: of the event.
        label: of the class; `kind` is "region" or "topic".
        kind: of the class.
        prefix: of the topics.
    """
    event = orjson.loads(value)
    name = _LISTS[kind]
    event[name] = sorted([*event[name], label], key=lambda each: each.id if isinstance(each, Label) else each["id"])
    added = {name, "about"} if label.about else {name}
    marked = tuple((key, _with_id(ids, label.id) if key in added else ids) for key, ids in headers)
    topic = full_name(prefix, class_topic(kind, label.id))
    return Message(topic=topic, key=event["id"].encode(), value=orjson.dumps(event), headers=marked)


def _with_id(ids: bytes, id: str) -> bytes:
    return b",".join(sorted({*ids.split(b","), id.encode()} - {b""}))
