"""Where reading a topic begins, and from when on it is complete."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from agents.kafka.read_topic import find_start

PARTITION = TopicPartition("news.events", 0)


class FakeConsumer:
    def __init__(self, first: int, end: int, found: tuple[int, int] | None) -> None:
        self.first, self.end = first, end
        self.found = None if found is None else SimpleNamespace(offset=found[0], timestamp=found[1])

    async def beginning_offsets(self, _: Any) -> dict[TopicPartition, int]:
        return {PARTITION: self.first}

    async def end_offsets(self, _: Any) -> dict[TopicPartition, int]:
        return {PARTITION: self.end}

    async def offsets_for_times(self, _: Any) -> dict[TopicPartition, Any]:
        return {PARTITION: self.found}


@pytest.mark.parametrize(
    ("first", "end", "found", "start", "complete_since"),
    [
        pytest.param(0, 9, (0, 5_000), 0, None, id="nothing-was-deleted"),
        pytest.param(3, 9, (5, 5_000), 5, None, id="deleted-records-are-older-than-asked-for"),
        pytest.param(3, 9, (3, 5_000), 3, 5_000, id="records-that-were-asked-for-may-be-deleted"),
        pytest.param(0, 9, None, 9, None, id="no-record-is-late-enough"),
        pytest.param(0, 0, None, 0, None, id="empty-topic"),
    ],
)
async def test_start_is_the_first_record_of_the_time_and_tells_deleted_records(
    first: int, end: int, found: tuple[int, int] | None, start: int, complete_since: int | None
) -> None:
    consumer = cast(AIOKafkaConsumer, FakeConsumer(first, end, found))
    found_start = await find_start(consumer, [PARTITION], since_ms=1_000)
    assert found_start.offsets == {PARTITION: start}
    assert found_start.complete_since_ms == complete_since


async def test_topic_whose_records_are_all_deleted_is_complete_since_now() -> None:
    complete_since_ms = (await find_start(cast(AIOKafkaConsumer, FakeConsumer(9, 9, None)), [PARTITION], 1_000)).complete_since_ms
    assert complete_since_ms is not None
    assert complete_since_ms > 1_000
