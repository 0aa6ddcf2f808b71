"""Convert records of the public topics to JSON lines of bounded size for the live page."""

from typing import Any

import orjson
from aiokafka.structs import ConsumerRecord

from streams.messages.dead_letters import DETAIL_HEADER, LENGTH_HEADER, REASON_HEADER, STAGE_HEADER, is_dead_letter
from streams.messages.envelope import SOURCE_URL_HEADER, text_headers
from streams.messages.events import read_event
from streams.times import FIRST_TIME, LAST_TIME

# More than anyone reads of one article; the longest has a million.
MAX_BODY_CHARACTERS = 20_000
MAX_EVIDENCE = 200  # per label
MAX_PREVIEW_CHARACTERS = 300
MAX_NAME_CHARACTERS = 300
# Of one line. Those of newsmill have a tenth of it; what is larger would fill the queues of all open pages.
MAX_LINE_BYTES = 1024 * 1024


def event_json(value: bytes, at_ms: int, *, is_copy: bool) -> bytes | None:
    """Return {"at", "event"}, the event with a long body truncated; None if the value is no event or copy of newsmill."""
    event = read_event(value, is_copy=is_copy)
    if event is None:
        return None
    line = orjson.dumps({"at": _shown_ms(at_ms), "event": truncate_event(event)})
    return line if len(line) <= MAX_LINE_BYTES else None


def truncate_event(event: dict[str, Any]) -> dict[str, Any]:
    """Return the event with body and evidence truncated for the page; `body_characters` is the original length of the body."""
    body = event["body"]
    labels = {kind: [_truncate_label(label) for label in event.get(kind) or ()] for kind in ("regions", "topics")}
    return event | {"body": body[:MAX_BODY_CHARACTERS], "body_characters": len(body)} | labels


def dead_letter_json(record: "ConsumerRecord[bytes, bytes]") -> bytes | None:
    """Return {"at", "id", "stage", "reason", "detail", "name", "bytes", "preview"} of a dead letter; None if it is none of newsmill."""
    headers = text_headers(tuple(record.headers))
    if not is_dead_letter(headers):
        return None
    value = record.value or b""
    name = headers.get(SOURCE_URL_HEADER) or (record.key or b"").decode(errors="replace")
    return orjson.dumps(
        {
            "at": _shown_ms(record.timestamp),
            "id": f"{record.partition}-{record.offset}",
            "stage": headers.get(STAGE_HEADER),
            "reason": headers.get(REASON_HEADER),
            "detail": headers.get(DETAIL_HEADER, "")[:MAX_NAME_CHARACTERS],
            "name": name[:MAX_NAME_CHARACTERS] or None,
            "bytes": headers.get(LENGTH_HEADER) or len(value),
            "preview": value[: 4 * MAX_PREVIEW_CHARACTERS].decode(errors="replace")[:MAX_PREVIEW_CHARACTERS],
        }
    )


def _shown_ms(at_ms: int) -> int:
    """Return a record's timestamp within the years that a page can show; a producer may set any."""
    return min(max(at_ms, FIRST_TIME * 1000), LAST_TIME * 1000)


def _truncate_label(label: dict[str, Any]) -> dict[str, Any]:
    shown = [span for span in label["evidence"] if span["field"] == "title" or span["end"] <= MAX_BODY_CHARACTERS]
    return label | {"evidence": shown[:MAX_EVIDENCE]}
