"""Receiving events with a fake consumer: start positions, commits and repeated ids."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import aclosing, suppress
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from agents.client import subscribe
from agents.client.event_filter import EventFilter
from agents.client.start_positions import Start
from agents.client.subscribe import Subscription, receive_events
from agents.settings import Settings
from tests.foreign_events import FOREIGN_EVENTS, changed

FIRST, SECOND = TopicPartition("news.events", 0), TopicPartition("news.events", 1)
BEGINNINGS = {FIRST: 2, SECOND: 3}
ENDS = {FIRST: 10, SECOND: 20}


class FakeConsumer:
    """One batch of records, then the end of the test by an error."""

    def __init__(self, records: Mapping[TopicPartition, Iterable[Any]], committed: Mapping[TopicPartition, int]) -> None:
        self.records = dict(records)
        self.committed_before = committed
        self.owned = {FIRST, SECOND}
        self.seeks: dict[TopicPartition, int] = {}
        self.commits: list[dict[TopicPartition, int]] = []
        self.listener: Any = None
        self.is_read = False

    def subscribe(self, topics: list[str], listener: Any) -> None:
        assert topics == ["news.events"]
        self.listener = listener

    def assign(self, partitions: Iterable[TopicPartition]) -> None:
        self.owned = set(partitions)

    def assignment(self) -> set[TopicPartition]:
        return self.owned

    async def start(self) -> None:
        if self.listener is not None:
            await self.listener.on_partitions_assigned(sorted(self.owned))

    async def stop(self) -> None: ...

    async def committed(self, partition: TopicPartition) -> int | None:
        return self.committed_before.get(partition)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.seeks[partition] = offset

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        self.commits.append(dict(offsets))

    async def beginning_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        return {partition: BEGINNINGS[partition] for partition in partitions}

    async def end_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        return {partition: ENDS[partition] for partition in partitions}

    async def offsets_for_times(self, times: Mapping[TopicPartition, int]) -> dict[TopicPartition, Any]:
        assert set(times.values()) == {1_700_000_000_000}
        return {partition: SimpleNamespace(offset=7, timestamp=1_700_000_500_000) if partition == FIRST else None for partition in times}

    async def getmany(self, **_: int) -> dict[TopicPartition, Iterable[Any]]:
        batch, self.records = self.records, {}
        self.is_read = True
        return batch

    async def position(self, partition: TopicPartition) -> int:
        return ENDS[partition] + 1 if self.is_read else 0


def record(offset: int, id: str) -> Any:
    return foreign(offset, changed(id=32 * id), ce_id=32 * id)


def foreign(offset: int, value: bytes | None, ce_id: str) -> Any:
    return SimpleNamespace(topic="news.events", partition=0, offset=offset, value=value, headers=[("ce_id", ce_id.encode())])


@pytest.fixture
def consumer(monkeypatch: pytest.MonkeyPatch) -> FakeConsumer:
    fake = FakeConsumer({FIRST: [record(4, "a"), record(5, "b")], SECOND: [record(8, "a"), record(9, "c")]}, {FIRST: 4})

    async def partitions(_: Settings, names: list[str]) -> dict[str, int]:
        return dict.fromkeys(names, 2)

    monkeypatch.setattr(subscribe, "require_topics", partitions)
    monkeypatch.setattr(subscribe, "_consumer", lambda *_, **__: fake)
    return fake


async def received(count: int, *, group: str | None = None, start: Start = "now", max_events: int | None = None) -> list[str]:
    events = receive_events(Settings(), Subscription(EventFilter(), start=start, group=group, max_events=max_events))
    ids: list[str] = []
    async with aclosing(events):
        while len(ids) < count:
            ids.append((await anext(events)).id[0])
    return ids


async def test_each_id_is_received_once(consumer: FakeConsumer) -> None:
    assert await received(3) == ["a", "b", "c"]
    assert consumer.commits == []


@pytest.mark.parametrize(
    ("value", "ce_id"),
    [
        *(pytest.param(value, 32 * "f", id=name) for name, value in FOREIGN_EVENTS.items()),
        pytest.param(None, 32 * "f", id="null"),
        pytest.param(changed(id=32 * "f"), 32 * "e", id="another-id-in-its-header"),
        pytest.param(changed(id=32 * "f").replace(b",", b",\n", 1), 32 * "f", id="two-lines"),
    ],
)
async def test_what_newsmill_did_not_write_is_skipped_with_a_line_and_hides_no_event(
    consumer: FakeConsumer, value: bytes | None, ce_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    consumer.records = {FIRST: [foreign(3, value, ce_id), record(4, "e"), foreign(5, value, ce_id), record(6, "f")]}
    assert await received(2) == ["e", "f"]
    assert caplog.messages == ["skipped records that newsmill did not write count=1, the last topic=news.events partition=0 offset=3"]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        pytest.param("beginning", BEGINNINGS, id="beginning"),
        pytest.param("now", ENDS, id="now"),
        pytest.param(1_700_000_000, {FIRST: 7, SECOND: 20}, id="time-or-end-where-nothing-is-later"),
    ],
)
async def test_reader_without_a_group_starts_everywhere_at_its_position(
    consumer: FakeConsumer, start: Start, expected: dict[TopicPartition, int]
) -> None:
    await received(1, start=start)
    assert consumer.seeks == expected


async def test_group_starts_at_its_position_only_where_it_has_no_offset_and_commits_that(consumer: FakeConsumer) -> None:
    await received(1, group="archive", start="beginning")
    assert consumer.seeks == {SECOND: 3}
    assert consumer.commits[0] == {SECOND: 3}


async def test_group_commits_the_offset_after_each_event_that_was_taken(consumer: FakeConsumer) -> None:
    assert await received(3, group="archive", max_events=3) == ["a", "b", "c"]
    assert consumer.commits[-1] == {FIRST: 6, SECOND: 9}  # c, the last one, was yielded and nothing more was asked for


async def test_group_commits_nothing_of_a_partition_that_it_lost(consumer: FakeConsumer) -> None:
    events = receive_events(Settings(), Subscription(EventFilter(), group="archive"))
    async with aclosing(events):
        for _ in range(3):
            await anext(events)
        consumer.owned = {SECOND}
    assert consumer.commits[-1] == {SECOND: 9}


async def test_events_end_after_the_maximum(consumer: FakeConsumer) -> None:
    events: AsyncIterator[Any] = receive_events(Settings(), Subscription(EventFilter(), group="archive", max_events=2))
    assert [event.id[0] async for event in events] == ["a", "b"]
    assert consumer.commits[-1] == {FIRST: 6}


async def test_reading_ends_at_the_end_of_the_call(consumer: FakeConsumer) -> None:
    consumer.records[SECOND] = [record(8, "a"), record(19, "c"), record(20, "d")]
    events = receive_events(Settings(), Subscription(EventFilter(), start="beginning", exit_at_end=True))
    assert [event.id[0] async for event in events] == ["a", "b", "c"]


async def test_reading_ends_before_a_time_in_the_past(consumer: FakeConsumer) -> None:
    consumer.records = {FIRST: [record(6, "a"), record(7, "b"), record(9, "c")]}
    events = receive_events(Settings(), Subscription(EventFilter(), start="beginning", until=1_700_000_000))
    assert [event.id[0] async for event in events] == ["a"]


async def test_deleted_events_after_the_start_are_said(consumer: FakeConsumer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BEGINNINGS, FIRST, 7)
    gaps: list[int] = []
    events = receive_events(Settings(), Subscription(EventFilter(), start=1_700_000_000, max_events=1), on_gap=gaps.append)
    assert [event.id[0] async for event in events] == ["a"]
    assert gaps == [1_700_000_500]


async def test_each_story_is_received_once_where_that_is_asked_for(consumer: FakeConsumer) -> None:
    story = {"id": 32 * "e", "first": False, "size": 2, "sources": 1, "score": 0.9}
    same = [foreign(offset, changed(id=32 * id, story=story), ce_id=32 * id) for offset, id in ((4, "a"), (5, "b"))]
    consumer.records = {FIRST: [*same, record(6, "c")]}
    events = receive_events(Settings(), Subscription(EventFilter(), start="beginning", exit_at_end=True, once_per_story=True))
    assert [event.id[0] async for event in events] == ["a", "c"]


async def test_group_ends_where_its_positions_cannot_be_found(consumer: FakeConsumer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: TopicPartition) -> None:
        raise KafkaError("no coordinator")

    async def start() -> None:
        with suppress(KafkaError):  # as aiokafka, which only logs it
            await consumer.listener.on_partitions_assigned(sorted(consumer.owned))

    monkeypatch.setattr(consumer, "committed", fail)
    monkeypatch.setattr(consumer, "start", start)
    with pytest.raises(KafkaError, match="no coordinator"):
        await received(1, group="archive")


async def test_group_that_is_not_assigned_yet_has_not_reached_the_end(consumer: FakeConsumer, monkeypatch: pytest.MonkeyPatch) -> None:
    owned = set(consumer.owned)
    getmany = consumer.getmany

    async def start() -> None:
        consumer.owned = set()

    async def join(**options: int) -> dict[TopicPartition, Iterable[Any]]:
        consumer.owned = owned
        await consumer.listener.on_partitions_assigned(sorted(owned))
        return await getmany(**options)

    monkeypatch.setattr(consumer, "start", start)
    monkeypatch.setattr(consumer, "getmany", join)
    events = receive_events(Settings(), Subscription(EventFilter(), start="beginning", group="archive", exit_at_end=True))
    assert [event.id[0] async for event in events] == ["a", "b", "c"]
