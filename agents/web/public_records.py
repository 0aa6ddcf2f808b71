"""Convert records of the public topics to JSON lines of bounded size for the live page."""

from typing import Any

import orjson
from aiokafka.structs import ConsumerRecord

from streams.messages.dead_letters import DETAIL_HEADER, LENGTH_HEADER, REASON_HEADER, STAGE_HEADER
from streams.messages.envelope import text_headers

# More than anyone reads of one article; the longest has a million.
MAX_BODY_CHARACTERS = 20_000
MAX_EVIDENCE = 200  # per label
MAX_PREVIEW_CHARACTERS = 300
MAX_NAME_CHARACTERS = 300


def event_json(value: bytes, at_ms: int) -> bytes | None:
    """Return {"at", "event"}, the event with a long body truncated; None if the value is no event: anyone may write to a topic."""
    try:
        event = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    if not (isinstance(event, dict) and isinstance(event.get("id"), str) and isinstance(event.get("body"), str)):
        return None
    return orjson.dumps({"at": at_ms, "event": truncate_event(event)})


def truncate_event(event: dict[str, Any]) -> dict[str, Any]:
    """Return the event with body and evidence truncated for the page; `body_characters` is the original length of the body."""
    body = event["body"]
    labels = {kind: [_truncate_label(label) for label in event.get(kind) or ()] for kind in ("regions", "topics")}
    return event | {"body": body[:MAX_BODY_CHARACTERS], "body_characters": len(body)} | labels


def dead_letter_json(record: "ConsumerRecord[bytes, bytes]") -> bytes:
    """Return {"at", "id", "stage", "reason", "detail", "name", "bytes", "preview"} of a dead letter."""
    headers = text_headers(tuple(record.headers))
    value = record.value or b""
    name = headers.get("source-url") or (record.key or b"").decode(errors="replace")
    return orjson.dumps(
        {
            "at": record.timestamp,
            "id": f"{record.partition}-{record.offset}",
            "stage": headers.get(STAGE_HEADER),
            "reason": headers.get(REASON_HEADER),
            "detail": headers.get(DETAIL_HEADER),
            "name": name[:MAX_NAME_CHARACTERS] or None,
            "bytes": headers.get(LENGTH_HEADER) or len(value),
            "preview": value[: 4 * MAX_PREVIEW_CHARACTERS].decode(errors="replace")[:MAX_PREVIEW_CHARACTERS],
        }
    )


def _truncate_label(label: dict[str, Any]) -> dict[str, Any]:
    shown = [span for span in label["evidence"] if span["field"] == "title" or span["end"] <= MAX_BODY_CHARACTERS]
    return label | {"evidence": shown[:MAX_EVIDENCE]}
