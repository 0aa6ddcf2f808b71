"""Generate the AsyncAPI 3.0 document of the public topics, from `topics`, `event_types` and the schemas."""

from typing import Any

from streams.messages.envelope import ENVELOPE_TYPE
from streams.messages.event_types import DeadLetterHeaders, DumpHeaders, EmptyHeaders, Envelope, EventHeaders
from streams.messages.schemas import duplicate_schema, event_schema, headers_schema, schema_of, story_schema
from streams.topics import PUBLIC_PARTITIONS, Topic, declared

Document = dict[str, Any]

# The messages of each topic; its channel has the same name.
MESSAGES = {
    "dumps": ("page", "envelope"),
    "dumps.backfill": ("page", "envelope"),
    "events": ("event",),
    "region.{id}": ("event",),
    "topic.{id}": ("event",),
    "duplicates": ("duplicate",),
    "stories": ("story",),
    "dead-letters": ("dead-letter",),
}
RECEIVED = ("dumps", "dumps.backfill")
ABOUT = (
    "Page dumps of news aggregators in, unique classified news events out, on Kafka. Consume with `isolation.level=read_committed`: "
    "each id then comes once. Order holds within a partition. `NEWS_PREFIX` replaces `news`. A field is added, never renamed or removed, "
    "within a major version, so meet unknown ones. Headers are CloudEvents 1.0 in binary mode."
)


def document(version: str) -> Document:
    """Return the document for a version of newsmill with its default settings."""
    topics = {topic.name: topic for topic in declared(regions=["{id}"], topics=["{id}"], partitions=PUBLIC_PARTITIONS, window_s=0)}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "newsmill", "version": version, "description": ABOUT, "license": {"name": "Apache-2.0"}},
        "defaultContentType": "application/json",
        "servers": {"kafka": {"host": "127.0.0.1:9092", "protocol": "kafka", "description": "As `NEWS_BROKERS` names it."}},
        "channels": {_channel_id(name): _channel(topics[name]) for name in MESSAGES},
        "operations": {_operation_id(name): _operation(name) for name in MESSAGES},
        "components": {"messages": _messages()},
    }


def _channel_id(name: str) -> str:
    return name.removesuffix(".{id}")


def _operation_id(name: str) -> str:
    return f"{'receive' if name in RECEIVED else 'send'}-{_channel_id(name)}"


def _channel(topic: Topic) -> Document:
    config = topic.config()
    kafka = {
        "partitions": topic.partitions,
        "topicConfiguration": {"cleanup.policy": config["cleanup.policy"].split(","), "retention.ms": topic.retention_ms},
        "bindingVersion": "0.5.0",
    }
    parameters = {"parameters": {"id": {"description": "A class; `newsmill classes list` names them."}}} if "{id}" in topic.name else {}
    return {
        "address": f"news.{topic.name}",
        "description": f"{topic.meaning[0].upper()}{topic.meaning[1:]}. Key: {topic.key}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in MESSAGES[topic.name]},
        **parameters,
        "bindings": {"kafka": kafka},
    }


def _operation(name: str) -> Document:
    channel = _channel_id(name)
    return {
        "action": "receive" if name in RECEIVED else "send",
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{message}"} for message in MESSAGES[name]],
    }


def _messages() -> Document:
    raw = {"description": "A page's bytes as saved, text or HTML; 10 MiB at most."}
    dead = {"description": "The input of its stage: at split the dump's bytes, later the record of one article."}
    octets = "application/octet-stream"
    return {
        "page": _message("A page, as it was saved", raw, DumpHeaders, "address of the page, or none", octets),
        "envelope": _message(
            "A page with its address and time", schema_of(Envelope), DumpHeaders, "address of the page, or none", ENVELOPE_TYPE
        ),
        "event": _message("A unique article, classified", event_schema(), EventHeaders, "id of the event"),
        "duplicate": _message("A copy, with a link to its original", duplicate_schema(), EventHeaders, "id of the original"),
        "story": _message("The latest state of a story", story_schema(), EmptyHeaders, "id of the story"),
        "dead-letter": _message("A record that can't be processed, and the reason", dead, DeadLetterHeaders, "that of the record", octets),
    }


def _message(title: str, payload: Document, headers: type, key: str, content_type: str = "application/json") -> Document:
    key_schema = {"type": "string", "description": f"{key[0].upper()}{key[1:]}."}
    return {
        "title": title,
        "contentType": content_type,
        "headers": headers_schema(headers),
        # The schemas use the common subset of both drafts; the dialect of AsyncAPI is a superset of draft 7.
        "payload": {name: part for name, part in payload.items() if name not in ("$schema", "$id")},
        "bindings": {"kafka": {"key": key_schema, "bindingVersion": "0.5.0"}},
    }
