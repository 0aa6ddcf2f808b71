"""One event of each story: within a call, and for a group after another member, or an earlier run of it, has read."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata

from agents.client import story_memory
from agents.client.event_filter import EventFilter
from agents.client.one_member import one_member
from agents.client.received_event import ReceivedEvent
from agents.client.record_matcher import RecordMatcher
from agents.client.story_memory import GroupMemory, StoryMemory
from agents.settings import Settings
from tests.foreign_events import changed

READ, NEW = TopicPartition("news.events", 0), TopicPartition("news.events", 1)


def story(letter: str, sources: int = 1) -> dict[str, Any]:
    return {"id": 32 * letter, "first": False, "size": 2, "sources": sources, "score": 0.9}


def received(letter: str | None) -> ReceivedEvent:
    event = {"story": None if letter is None else story(letter)}
    return ReceivedEvent(topic="news.events", id="0" * 32, value=b"", event=event, headers={})


def record(offset: int, letter: str, language: str = "en") -> Any:
    id = f"{offset:032x}"
    value = changed(id=id, story=story(letter), language=language)
    return SimpleNamespace(topic="news.events", partition=0, offset=offset, value=value, headers=[("ce_id", id.encode())])


def test_second_event_of_a_story_is_not_new_and_those_without_a_story_are() -> None:
    memory = StoryMemory()
    assert [memory.is_new(received(letter)) for letter in ("a", "b", "a", None, None)] == [True, True, False, True, True]


def test_memory_is_bounded_and_forgets_the_oldest_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story_memory, "REMEMBERED_STORIES", 2)
    memory = StoryMemory()
    assert [memory.is_new(received(letter)) for letter in "abcba"] == [True, True, True, False, True]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """A group that began at offset 3 and has committed 6, of a log that begins at 2; return the ranges that are read."""
    ranges: list[tuple[int, int]] = []

    @asynccontextmanager
    async def admin(_: Settings) -> AsyncIterator[None]:
        yield None

    async def stable_offsets(*_: object) -> Mapping[TopicPartition, OffsetAndMetadata]:
        return {READ: OffsetAndMetadata(6, "3")}

    class Consumer:
        def assign(self, partitions: Iterable[TopicPartition]) -> None: ...

        async def beginning_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
            return dict.fromkeys(partitions, 2)

    @asynccontextmanager
    async def reader(_: Settings) -> AsyncIterator[Consumer]:
        yield Consumer()

    async def read_between(_: Consumer, starts: Mapping[TopicPartition, int], stops: Mapping[TopicPartition, int]) -> AsyncIterator[Any]:
        ranges.extend((starts[each], stops[each]) for each in stops)
        yield [record(3, "a"), record(4, "b", language="es"), record(5, "a")]

    monkeypatch.setattr(story_memory, "admin", admin)
    monkeypatch.setattr(story_memory, "stable_offsets", stable_offsets)
    monkeypatch.setattr(story_memory, "reader", reader)
    monkeypatch.setattr(story_memory, "read_between", read_between)
    return ranges


async def test_group_reads_again_what_it_has_committed_and_knows_the_stories_that_passed(log: list[tuple[int, int]]) -> None:
    memory = StoryMemory()
    matcher = RecordMatcher("news", EventFilter(facets={"language": ["en"]}))
    group = GroupMemory(Settings(), "alarm", matcher, memory)
    await group.restore([READ, NEW], {NEW: 9})
    assert log == [(3, 6)]
    assert [memory.is_new(received(letter)) for letter in "ab"] == [False, True]  # b did not pass the filter
    assert group.with_notes({READ: 8, NEW: 9}) == {READ: OffsetAndMetadata(8, "3"), NEW: OffsetAndMetadata(9, "9")}


def test_one_member_reads_all_partitions_of_all_topics() -> None:
    cluster: Any = SimpleNamespace(partitions_for_topic=lambda topic: {1, 0} if topic == "a" else {2})
    assignor = one_member({"b": 3})
    metadata = assignor.metadata(["a", "b"])
    assigned = assignor.assign(cluster, {"two": metadata, "one": metadata})
    assert assigned["one"].assignment == [("a", [0, 1]), ("b", [0, 1, 2])]
    assert assigned["two"].assignment == []
