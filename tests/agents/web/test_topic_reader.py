"""The live page's consumer under more records than a page can show."""

from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest
from aiokafka import TopicPartition

from agents.kafka.compat.decoder import Consumer
from agents.settings import Settings
from agents.web.topic_reader import MAX_LAG, RECENT_RECORDS, ShownRecord, TopicReader, _skip_lag, latest
from streams.messages.dead_letters import REASON_HEADER, STAGE_HEADER, TOPIC_HEADER
from tests.foreign_events import COPY, FOREIGN_EVENTS, changed


class FakeConsumer:
    """Positions and ends of partitions, as aiokafka's consumer tells them."""

    def __init__(self, places: dict[int, tuple[int, int | None]]) -> None:
        self.places = {TopicPartition("news.events", number): place for number, place in places.items()}

    def assignment(self) -> set[TopicPartition]:
        return set(self.places)

    async def position(self, partition: TopicPartition) -> int:
        return self.places[partition][0]

    def highwater(self, partition: TopicPartition) -> int | None:
        return self.places[partition][1]

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.places[partition] = (offset, self.places[partition][1])


async def skip(consumer: FakeConsumer) -> tuple[int, dict[int, Any]]:
    skipped = await _skip_lag(cast(Consumer, consumer))
    return skipped, {partition.partition: place[0] for partition, place in consumer.places.items()}


async def test_page_with_a_large_lag_skips_to_the_latest_of_each_partition() -> None:
    consumer = FakeConsumer({0: (100, 100 + MAX_LAG), 1: (7, 9), 2: (50, None)})
    assert await skip(consumer) == (MAX_LAG - RECENT_RECORDS, {0: 100 + MAX_LAG - RECENT_RECORDS, 1: 7, 2: 50})


async def test_page_with_a_small_lag_skips_nothing() -> None:
    consumer = FakeConsumer({0: (0, MAX_LAG - 10), 1: (500, 400), 2: (0, 9)})
    assert await skip(consumer) == (0, {0: 0, 1: 500, 2: 0})


LETTER = {TOPIC_HEADER: "news.dumps", STAGE_HEADER: "split", REASON_HEADER: "empty"}


def record(topic: str, value: bytes | None, headers: dict[str, str] | None = None, timestamp: int = 1_754_136_000_000) -> Any:
    encoded = [(name, text.encode()) for name, text in (headers or {}).items()]
    return SimpleNamespace(topic=topic, partition=0, offset=3, key=None, value=value, headers=encoded, timestamp=timestamp)


def published(*records: Any) -> list[dict[str, Any]]:
    """Return what the page gets of these records."""
    return [orjson.loads(shown.line) for shown in TopicReader(Settings())._shown(records)]


@pytest.mark.parametrize(
    "foreign",
    [
        *(pytest.param(record("news.events", value), id=name) for name, value in FOREIGN_EVENTS.items()),
        pytest.param(record("news.events", None), id="null-event"),
        pytest.param(record("news.events", changed(title="x" * 2_000_000)), id="line-that-fills-the-queues"),
        pytest.param(record("news.duplicates", changed()), id="event-on-duplicates"),
        pytest.param(record("news.dead-letters", b"x"), id="dead-letter-without-headers"),
        pytest.param(record("news.dead-letters", b"x", LETTER | {STAGE_HEADER: "lunch"}), id="dead-letter-of-no-stage"),
        pytest.param(record("news.dead-letters", b"x", LETTER | {REASON_HEADER: "x" * 1_000_000}), id="dead-letter-of-no-reason"),
    ],
)
def test_what_newsmill_did_not_write_is_skipped_with_a_line(foreign: Any, caplog: pytest.LogCaptureFixture) -> None:
    shown = published(foreign, record("news.events", changed()), record("news.duplicates", orjson.dumps(COPY)))
    assert [message["event"]["duplicate"] for message in shown] == [None, COPY["duplicate"]]
    assert "skipped records that newsmill did not write count=1" in caplog.text


@pytest.mark.parametrize("timestamp", [-1, 2**63 - 1])
def test_any_timestamp_is_shown_as_one_that_a_page_has(timestamp: int) -> None:
    [event, letter] = published(
        record("news.events", changed(), timestamp=timestamp), record("news.dead-letters", b"x", LETTER, timestamp=timestamp)
    )
    assert abs(event["at"]) < 8.64e15
    assert event["at"] == letter["at"]


def test_of_large_dead_letters_a_page_keeps_the_lines_only() -> None:
    [shown] = TopicReader(Settings())._shown([record("news.dead-letters", b"x" * 16_000_000, LETTER)])
    assert len(shown.line) < 2_000


def test_recent_records_are_the_latest_in_order_of_time_within_the_limit() -> None:
    records = [ShownRecord(timestamp, "article", b"x" * 10) for timestamp in (3, 1, 4, 2)]
    assert [kept.timestamp for kept in latest(records, 29)] == [3, 4]
    assert [kept.timestamp for kept in latest(records, 40)] == [1, 2, 3, 4]
