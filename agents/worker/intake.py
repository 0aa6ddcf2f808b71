"""What an agent's stream has brought, in batches: whatever came while the last one was in work.

Faust's `take_events` does the same, but looks once in its `within`: each batch waits that long, the first one too, and at rest it wakes as
often. A batch grows by itself with the load, as the next one is taken when the last one is committed.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator

from faust.streams import Stream
from faust.types import EventT

from streams.messages.codec import MAX_BATCH_BYTES
from streams.records import Incoming

MAX_EVENTS = 200
# For the others of one fetch: the first would else have a transaction to itself. Where some came while the last batch was in work, more
# will: at half load 10, 20 and 40 ms take a dump equally long, and a transaction costs worker and broker 10 ms of a processor.
_OTHERS_S, _BUSY_S = 0.003, 0.04


async def batches(stream: Stream[bytes]) -> AsyncIterator[list[EventT[bytes]]]:
    """Yield at most `MAX_EVENTS` events as soon as there are any, in the order in which they came."""
    waiting: list[EventT[bytes]] = []
    come, taken = asyncio.Event(), asyncio.Event()

    async def collect() -> None:
        async for event in stream.events():
            waiting.append(event)
            come.set()
            while len(waiting) >= MAX_EVENTS:
                taken.clear()
                await taken.wait()

    collecting = stream.add_future(collect())  # the stream's own, so that it ends with it
    collecting.add_done_callback(lambda _: come.set())
    try:
        while not collecting.done() or waiting:
            is_busy = come.is_set()
            await come.wait()
            come.clear()
            if waiting:
                await asyncio.sleep(_BUSY_S if is_busy else _OTHERS_S)
                batch, waiting[:] = waiting[:], []
                taken.set()
                yield batch
        await collecting  # what it raised is the agent's to raise
    finally:
        collecting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await collecting


def by_size(incoming: Iterable[Incoming], limit: int = MAX_BATCH_BYTES) -> Iterator[list[Incoming]]:
    """Yield the messages in batches of at most `limit` bytes (1 MiB), one larger message alone."""
    batch: list[Incoming] = []
    size = 0
    for message in incoming:
        if batch and size + len(message.value) > limit:
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += len(message.value)
    if batch:
        yield batch
