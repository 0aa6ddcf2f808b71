"""Read stories in the JSON that messengers export: messages with a text, which may be a list of its parts, and a time, but no title."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from streams.split.records.chat import story_in
from streams.split.records.record import Record
from streams.split.records.times import parse_written_time

MIN_MESSAGE_SHARE = 0.5  # of the objects of a list that have a text and a time
MAX_PARTS = 2_000  # of a text: links, words in bold
MESSAGES = "messages"
TEXTS = ("text", "content", "message", "body")
TIMES = ("date", "timestamp", "ts", "time", "created_at")
EPOCH_WITH_FRACTION = re.compile(r"\d{9,13}\.\d+")
CHANNEL = "channel"  # in the type of a chat that one publisher writes


def chat_document_records(document: object) -> list[Record]:
    """Return the stories of an exported chat or channel; none where the document is another."""
    about = document if isinstance(document, dict) else {}
    messages = about.get(MESSAGES) if about else document
    if not isinstance(messages, list):
        return []
    found = [(text, time) for member in messages if isinstance(member, dict) and (text := _text(member)) and (time := _time(member))]
    if len(found) < MIN_MESSAGE_SHARE * len(messages):
        return []
    return list(_stories(found, _channel(about)))


def _stories(messages: Sequence[tuple[str, str]], channel: str | None) -> Iterator[Record]:
    for text, time in messages:
        record = story_in(text, parse_written_time(time), None)
        if record:
            yield replace(record, outlet=record.outlet or channel)


def _channel(about: Mapping[str, object]) -> str | None:
    """Return the name of a channel, which is the outlet of what it publishes; None for a group."""
    name = about.get("name")
    return name if isinstance(name, str) and CHANNEL in str(about.get("type")) else None


def _text(message: Mapping[str, object]) -> str:
    value = next((message[name] for name in TEXTS if message.get(name)), "")
    parts = value[:MAX_PARTS] if isinstance(value, list) else [value]
    texts = (part.get("text") if isinstance(part, dict) else part for part in parts)
    return "".join(text for text in texts if isinstance(text, str))


def _time(message: Mapping[str, object]) -> str:
    value = next((message[name] for name in TIMES if message.get(name)), "")
    if not isinstance(value, str | int | float):
        return ""
    time = str(value)
    return time.partition(".")[0] if EPOCH_WITH_FRACTION.fullmatch(time) else time
