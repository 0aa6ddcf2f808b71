"""Finding the newest events, with a fake consumer: how far back it reads, and only what is new the next time."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from agents.client import newest_events
from agents.client.event_filter import EventFilter
from agents.client.newest_events import FIRST_RECORDS, MAX_BODY_CHARACTERS, NewestEvents
from agents.settings import Settings
from tests.foreign_events import changed

FIRST, SECOND = TopicPartition("news.events", 0), TopicPartition("news.events", 1)


class FakeLog:
    """Two partitions of records, which count how many are read."""

    def __init__(self) -> None:
        self.records: dict[TopicPartition, list[Any]] = {FIRST: [], SECOND: []}
        self.positions: dict[TopicPartition, int] = {}
        self.read = 0

    def append(self, partition: TopicPartition, number: int, **fields: Any) -> None:
        id = f"{number:032x}"
        headers = [("ce_id", id.encode())]
        value = changed(id=id, **fields)
        offset = len(self.records[partition])
        self.records[partition].append(
            SimpleNamespace(topic="news.events", partition=0, offset=offset, value=value, headers=headers, timestamp=number)
        )

    def assign(self, partitions: Iterable[TopicPartition]) -> None: ...

    async def beginning_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, 0)

    async def end_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        return {each: len(self.records[each]) for each in partitions}

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.positions[partition] = offset

    async def position(self, partition: TopicPartition) -> int:
        return self.positions[partition]

    async def getmany(self, *partitions: TopicPartition, **_: int) -> dict[TopicPartition, list[Any]]:
        found = {each: self.records[each][self.positions[each] :] for each in partitions}
        self.read += sum(map(len, found.values()))
        self.positions |= {each: len(self.records[each]) for each in partitions}
        return found


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> FakeLog:
    fake = FakeLog()

    @asynccontextmanager
    async def reader(_: Settings) -> AsyncIterator[FakeLog]:
        yield fake

    async def partitions(_: Settings, names: list[str]) -> dict[str, int]:
        return dict.fromkeys(names, 2)

    monkeypatch.setattr(newest_events, "reader", reader)
    monkeypatch.setattr(newest_events, "require_topics", partitions)
    return fake


def numbers(found: Iterable[newest_events.NewestEvent]) -> list[int]:
    return [int(each.event["id"], 16) for each in found]


async def test_newest_of_all_partitions_come_by_time_each_id_once(log: FakeLog) -> None:
    for number, partition in ((1, FIRST), (4, FIRST), (2, SECOND), (3, SECOND), (3, SECOND)):
        log.append(partition, number)
    assert numbers(await NewestEvents(Settings(), EventFilter(), 3).update()) == [4, 3, 2]


async def test_it_reads_back_only_as_far_as_it_must(log: FakeLog) -> None:
    for number in range(1000):
        log.append(FIRST, number, language="es" if number == 10 else "en")
    await NewestEvents(Settings(), EventFilter(), 50).update()
    assert log.read == FIRST_RECORDS
    assert numbers(await NewestEvents(Settings(), EventFilter(facets={"language": ["es"]}), 50).update()) == [10]


async def test_next_time_it_reads_what_is_new(log: FakeLog) -> None:
    for number in range(300):
        log.append(FIRST, number)
    newest = NewestEvents(Settings(), EventFilter(), 2)
    await newest.update()
    log.read = 0
    log.append(SECOND, 900)
    assert numbers(await newest.update()) == [900, 299]
    assert log.read == 1


async def test_of_a_long_text_the_beginning_is_kept(log: FakeLog) -> None:
    log.append(FIRST, 1, body="x" * 1_000_000)
    [found] = await NewestEvents(Settings(), EventFilter(), 2).update()
    assert len(found.event["body"]) == MAX_BODY_CHARACTERS
    assert [label["evidence"] for label in found.event["regions"]] == [[] for _ in found.event["regions"]]
