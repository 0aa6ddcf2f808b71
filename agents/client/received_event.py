"""Read the records of public topics: events, copies, and states of stories, which become events of the same form for filters."""

from dataclasses import dataclass
from typing import Any

from streams.messages.events import read_event, read_story


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedEvent:
    """An event as read from its topic; `value` is its JSON on one line, `event` the fields that this version knows."""

    topic: str
    id: str
    value: bytes
    event: dict[str, Any]
    headers: dict[str, str]


def received_event(topic: str, value: bytes, headers: dict[str, str], *, is_copy: bool) -> ReceivedEvent | None:
    """Return the event of a record, or None if newsmill did not write it, whose values are one line: they are printed as JSON lines."""
    event = None if _is_many_lines(value) else read_event(value, is_copy=is_copy)
    if event is None or headers.get("ce_id") != event["id"]:
        return None
    return ReceivedEvent(topic=topic, id=event["id"], value=value, event=event, headers=headers)


def received_story(topic: str, value: bytes, headers: dict[str, str]) -> ReceivedEvent | None:
    """Return the state of a story, as its newest event with what `news.stories` has of it; None if newsmill did not write it.

    Its id is that of the newest event, which differs in each state of a story.
    """
    state = None if _is_many_lines(value) else read_story(value)
    if state is None:
        return None
    return ReceivedEvent(topic=topic, id=state["newest"]["id"], value=value, event=_event_of(state), headers=headers)


def _is_many_lines(value: bytes) -> bool:
    return b"\n" in value or b"\r" in value


def _event_of(state: dict[str, Any]) -> dict[str, Any]:
    newest = state["newest"]
    return {
        "id": newest["id"],
        "title": newest["title"],
        "body": "",
        "language": newest["language"],
        "outlet": newest["outlet"],
        "url": newest["url"],
        "source": {"url": newest["url"]},
        "published_at": None,
        "regions": _labels(newest["regions"]),
        "topics": _labels(newest["topics"]),
        "story": {name: state[name] for name in ("id", "size", "sources", "score")} | {"first": state["size"] == 1},
        "duplicate": None,
    }


def _labels(ids: list[str]) -> list[dict[str, Any]]:
    return [{"id": id, "about": False} for id in ids]
