"""Records of the public topics -> what the page is told of them: one line of JSON, of bounded size."""

from typing import Any

import orjson
from aiokafka.structs import ConsumerRecord

from streams.messages.dead_letters import DETAIL_HEADER, LENGTH_HEADER, REASON_HEADER, STAGE_HEADER
from streams.messages.envelope import text_headers

# What a person reads of one article; the longest may have a million.
MAX_BODY_CHARACTERS = 20_000
MAX_EVIDENCE = 200  # of one label
MAX_PREVIEW_CHARACTERS = 300
MAX_NAME_CHARACTERS = 300


def shown_event(value: bytes, at_ms: int) -> bytes | None:
    """Return {"at", "event"}, the event with a long body cut; None where the value is no event: anyone may write to a topic."""
    try:
        event = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    if not (isinstance(event, dict) and isinstance(event.get("id"), str) and isinstance(event.get("body"), str)):
        return None
    return orjson.dumps({"at": at_ms, "event": bounded(event)})


def bounded(event: dict[str, Any]) -> dict[str, Any]:
    """Return the event with what a page can show: where its body is cut, `body_characters` says how long it was."""
    body = event["body"]
    labels = {kind: [_bounded_label(label) for label in event.get(kind) or ()] for kind in ("regions", "topics")}
    return event | {"body": body[:MAX_BODY_CHARACTERS], "body_characters": len(body)} | labels


def shown_letter(record: "ConsumerRecord[bytes, bytes]") -> bytes:
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


def _bounded_label(label: dict[str, Any]) -> dict[str, Any]:
    seen = [place for place in label["evidence"] if place["field"] == "title" or place["end"] <= MAX_BODY_CHARACTERS]
    return label | {"evidence": seen[:MAX_EVIDENCE]}
