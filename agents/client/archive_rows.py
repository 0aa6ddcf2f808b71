"""The columns of archived events: one table, flat, for DuckDB, pandas and others that read Parquet."""

from collections.abc import Mapping
from typing import Any

from aiokafka.structs import ConsumerRecord

from streams.times import format_time

Row = dict[str, Any]
# In the terms of Parquet: name -> type. Evidence and places with their spans are left to Kafka's JSON.
COLUMNS: Mapping[str, str] = {
    "id": "string",
    "fetched_at": "time",
    "published_at": "string",
    "published_precision": "string",
    "title": "string",
    "body": "string",
    "language": "string",
    "outlet": "string",
    "agency": "string",
    "dateline": "string",
    "author": "string",
    "url": "string",
    "regions": "strings",
    "topics": "strings",
    "classes": "strings",
    "about": "strings",
    "countries": "strings",
    "story": "string",
    "story_sources": "integer",
    "copy_of": "string",
    "copy_kind": "string",
    "similarity": "number",
    "confidence": "number",
    "content_id": "string",
    "dump_id": "string",
    "source_url": "string",
    "partition": "integer",
    "offset": "integer",
}
_SAME = ("id", "published_at", "published_precision", "title", "body", "language", "outlet", "agency", "dateline", "author", "url")


def row_of(event: Mapping[str, Any], record: ConsumerRecord) -> Row:
    """Return the row of an event or a copy, and the position of its record."""
    labels = (*event["regions"], *event["topics"])
    story, copy, source = event["story"] or {}, event["duplicate"] or {}, event["source"]
    row = {name: event[name] for name in _SAME} | {
        "fetched_at": source["fetched_at"],
        "regions": _ids(event["regions"]),
        "topics": _ids(event["topics"]),
        "classes": _ids(labels),
        "about": [label["id"] for label in labels if label["about"]],
        "countries": list(event["countries"] or ()),
        "story": story.get("id"),
        "story_sources": story.get("sources"),
        "copy_of": copy.get("of"),
        "copy_kind": copy.get("kind"),
        "similarity": copy.get("similarity"),
        "confidence": event["confidence"],
        "content_id": event["content_id"],
        "dump_id": source["dump_id"],
        "source_url": source["url"],
        "partition": record.partition,
        "offset": record.offset,
    }
    return {name: row[name] for name in COLUMNS}


def day_of(row: Row, record: ConsumerRecord) -> str:
    """Return the UTC day of `fetched_at`, or of the record where that is unknown, such as "2025-08-02"."""
    fetched: str = row["fetched_at"] or format_time(record.timestamp // 1000)
    return fetched[:10]


def _ids(labels: Any) -> list[str]:
    return [label["id"] for label in labels]
