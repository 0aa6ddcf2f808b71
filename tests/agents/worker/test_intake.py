"""An agent gets what has come, in order and at once, and never more than a batch may hold."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from faust.types import EventT

from agents.kafka.decode.partition import DefectiveValue
from agents.worker.intake import MAX_EVENTS, batches, incoming_of
from streams.errors import Reason
from streams.records import Defect
from tests.agents.worker.fake_stream import FakeStream


def taken(stream: FakeStream) -> Any:
    return batches(cast(Any, stream))


async def test_all_that_came_is_one_batch_in_order() -> None:
    assert [batch async for batch in taken(FakeStream([1, 2, 3]))] == [[1, 2, 3]]


async def test_what_comes_while_a_batch_is_in_work_is_the_next_one() -> None:
    stream = FakeStream([1], ends=False)
    found = taken(stream)
    assert await anext(found) == [1]
    for event in (2, 3):
        stream.queue.put_nowait(event)
    assert await anext(found) == [2, 3]
    await found.aclose()


async def test_batch_has_a_limit_and_the_rest_follows() -> None:
    events = list(range(2 * MAX_EVENTS + 5))
    found = [batch async for batch in taken(FakeStream(events))]
    assert [len(batch) for batch in found] == [MAX_EVENTS, MAX_EVENTS, 5]
    assert [event for batch in found for event in batch] == events


async def test_error_of_the_stream_comes_to_the_agent_behind_what_it_brought() -> None:
    stream = FakeStream([1])
    stream.error = ConnectionError("gone")
    found = taken(stream)
    assert await anext(found) == [1]
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
