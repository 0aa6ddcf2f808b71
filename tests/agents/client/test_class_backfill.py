"""Back-filling the topic of a class: which events are sent, and in which transactions."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from agents.client import class_backfill
from agents.client.class_backfill import BackfillCounts, find_class
from agents.client.received_event import ReceivedEvent
from agents.errors import UserError
from agents.settings import Settings
from streams.classify.class_set import parse_classes
from tests.agents.cli.test_classes import FEN, MOOR
from tests.foreign_events import EVENT

CLASSES = parse_classes({"fen.toml": FEN.encode(), "moor.toml": MOOR.encode()})
LABEL = EVENT["regions"][0]


def event(number: int, body: str, regions: tuple[str, ...] = ()) -> ReceivedEvent:
    id = f"{number:032x}"
    fields = EVENT | {"id": id, "title": None, "body": body, "regions": [LABEL | {"id": region} for region in regions], "topics": []}
    return ReceivedEvent(topic="news.events", id=id, value=orjson.dumps(fields), event=fields, headers={})


EVENTS = [
    event(0, "Fenland is old."),
    event(1, "Moorland is not."),
    event(2, "Fenland, labelled.", ("fen",)),
    event(3, "Fenland, sent before."),
    event(4, "Fenland again."),
    event(0, "Fenland is old."),
]


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> BackfillCounts:
    topics = {"region.fen": EVENTS[3:4], "events": EVENTS}

    async def past_events(_: Settings, name: str, *__: Any) -> AsyncIterator[tuple[Any, ReceivedEvent]]:
        for number, each in enumerate(topics[name]):
            yield SimpleNamespace(timestamp=1_000 + number, headers=[("regions", b"")]), each

    monkeypatch.setattr(class_backfill, "past_events", past_events)
    return BackfillCounts()


async def sent(counts: BackfillCounts) -> list[list[tuple[str, int]]]:
    batches = class_backfill._batches(Settings(), find_class(CLASSES, "fen"), 0, lambda *_: None, counts)
    sent = [batch async for batch in batches]
    assert all(message.topic == "news.region.fen" for batch in sent for message, _ in batch)
    assert all(dict(message.headers)["regions"] == b"fen" for batch in sent for message, _ in batch)
    return [[((message.key or b"").decode()[-1], timestamp) for message, timestamp in batch] for batch in sent]


async def test_matching_events_that_are_not_on_the_topic_are_sent_once_with_their_timestamps(counts: BackfillCounts) -> None:
    assert await sent(counts) == [[("0", 1_000), ("4", 1_004)]]
    assert (counts.read, counts.present) == (6, 3)


async def test_transactions_are_bounded_in_events_and_bytes(counts: BackfillCounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_backfill, "MAX_TRANSACTION_EVENTS", 1)
    assert await sent(counts) == [[("0", 1_000)], [("4", 1_004)]]
    monkeypatch.setattr(class_backfill, "MAX_TRANSACTION_EVENTS", 9)
    monkeypatch.setattr(class_backfill, "MAX_MESSAGE_BYTES", 10)
    assert len(await sent(counts)) == 2


def test_unknown_class_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="no class 'eel'; there are: fen, moor"):
        find_class(CLASSES, "eel")
