"""An agent gets what has come, in order and at once, and never more than a batch may hold."""

import asyncio
import math
from collections.abc import AsyncGenerator
from contextlib import aclosing
from types import SimpleNamespace
from typing import Any, cast

import pytest
from faust.types import EventT

from agents.kafka.decode.partition import DefectiveValue
from agents.worker.intake import MAX_EVENTS, batches, incoming_of
from streams.errors import Reason
from streams.messages.codec import MAX_BATCH_BYTES
from streams.records import Defect
from tests.agents.worker.fake_stream import FakeStream, event

LARGE = b"x" * (MAX_BATCH_BYTES + 1)


async def taken(stream: FakeStream) -> AsyncGenerator[list[tuple[int, int]]]:
    """Yield partition and offset of each event of a batch."""
    async with aclosing(cast(AsyncGenerator[list[Any]], batches(cast(Any, stream)))) as found:
        async for batch in found:
            yield [(each.message.partition, each.message.offset) for each in batch]


async def test_all_that_came_is_one_batch_in_order() -> None:
    assert [batch async for batch in taken(FakeStream([event(1), event(2, 1), event(3)]))] == [[(0, 1), (1, 2), (0, 3)]]


async def test_what_comes_while_a_batch_is_in_work_is_the_next_one() -> None:
    stream = FakeStream([event(1)], ends=False)
    async with aclosing(taken(stream)) as found:
        assert await anext(found) == [(0, 1)]
        for offset in (2, 3):
            stream.queue.put_nowait(event(offset))
        assert await anext(found) == [(0, 2), (0, 3)]


async def test_batch_has_a_limit_and_the_rest_follows() -> None:
    count = 2 * MAX_EVENTS + 5
    found = [batch async for batch in taken(FakeStream([event(offset) for offset in range(count)]))]
    assert [len(batch) for batch in found] == [MAX_EVENTS, MAX_EVENTS, 5]
    assert [offset for batch in found for _, offset in batch] == list(range(count))


async def test_what_comes_during_a_large_event_waits_for_no_other_large_event_of_another_partition() -> None:
    stream = FakeStream([event(1, value=LARGE), event(2, value=LARGE), event(3), event(4, value=LARGE)], ends=False)
    async with aclosing(taken(stream)) as found:
        assert await anext(found) == [(0, 1)]
        stream.queue.put_nowait(event(7, 1))
        assert await anext(found) == [(0, 2), (1, 7)]
        assert await anext(found) == [(0, 3)]
        assert await anext(found) == [(0, 4)]


async def test_batch_without_a_limit_of_bytes_has_all_that_came() -> None:
    stream: Any = FakeStream([event(1, value=LARGE), event(2, value=LARGE), event(3, 1)])
    async with aclosing(cast(AsyncGenerator[list[Any]], batches(stream, math.inf))) as found:
        assert [len(batch) async for batch in found] == [3]


async def test_error_of_the_stream_comes_to_the_agent_behind_what_it_brought() -> None:
    stream = FakeStream([event(1)])
    stream.error = ConnectionError("gone")
    found = taken(stream)
    assert await anext(found) == [(0, 1)]
    with pytest.raises(ConnectionError):
        await anext(found)


def test_defect_of_a_record_is_handed_to_the_stage_and_a_header_of_that_name_is_none() -> None:
    defect = Defect(reason=Reason.BAD_ENVELOPE, detail="a number has more than 64 bits")
    fields: dict[str, Any] = {
        "topic": "news.dumps",
        "key": b"k",
        "headers": (("defect", b"x"),),
        "timestamp": 7.5,
        "partition": 1,
        "offset": 2,
    }
    broken, whole = (
        cast(EventT[bytes], SimpleNamespace(message=SimpleNamespace(**fields, value=value)))
        for value in (DefectiveValue(b"v", defect), b"v")
    )
    assert (incoming_of(broken).value, incoming_of(broken).defect) == (b"v", defect)
    assert incoming_of(whole).defect is None


async def test_cancelled_agent_takes_nothing_more_from_its_stream() -> None:
    stream = FakeStream(ends=False)

    async def agent() -> None:
        async for _ in taken(stream):
            pass

    working = asyncio.create_task(agent())
    await asyncio.sleep(0)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    stream.queue.put_nowait(1)
    assert [task.cancelled() for task in stream.tasks] == [True]
