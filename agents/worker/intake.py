"""Collect the events of an agent's stream into batches: each has the events that arrived while the one before was processed.

So a batch grows with the load. Faust's `take_events` waits its whole `within` for each batch, also for the first one and at rest.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import cast

from aiokafka import TopicPartition
from faust.streams import Stream
from faust.types import EventT

from agents.kafka.consumer import message_bytes
from agents.kafka.decode.partition import DefectiveValue
from streams.messages.codec import MAX_BATCH_BYTES
from streams.records import Incoming

MAX_EVENTS = 200
# Time to wait for the other events of one fetch, so that the first does not get a transaction to itself.
SAME_FETCH_S = 0.003
# Under load more events are about to arrive: at half load, waits of 10, 20 and 40 ms give the same latency, and a transaction costs worker
# and broker 10 ms of a processor.
UNDER_LOAD_S = 0.04


async def batches(stream: Stream[bytes], partition_bytes: float = MAX_BATCH_BYTES) -> AsyncIterator[list[EventT[bytes]]]:
    """Yield at most `MAX_EVENTS` events as soon as there are any, of each partition in order of arrival.

    A batch has at most `partition_bytes` of each partition, or one larger event: others that arrive wait behind one large dump of another
    partition, not behind all of those that the worker holds; of more events than `MAX_EVENTS`, behind those in front of them.
    """
    waiting: list[EventT[bytes]] = []
    arrived, taken = asyncio.Event(), asyncio.Event()

    async def collect() -> None:
        async for event in stream.events():
            waiting.append(event)
            arrived.set()
            while len(waiting) >= MAX_EVENTS:
                taken.clear()
                await taken.wait()

    collecting = stream.add_future(collect())  # a future of the stream, so that it ends with the stream
    collecting.add_done_callback(lambda _: arrived.set())
    try:
        has_rest = False
        while not collecting.done() or waiting:
            is_busy = arrived.is_set() and not has_rest
            await arrived.wait()
            arrived.clear()
            if waiting:
                await asyncio.sleep(UNDER_LOAD_S if is_busy else SAME_FETCH_S)
                batch, waiting[:] = _divide(waiting, partition_bytes)
                has_rest = bool(waiting)
                if has_rest:
                    arrived.set()
                taken.set()
                yield batch
        await collecting  # raises in the agent what was raised in the future
    finally:
        collecting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await collecting


def _divide(waiting: Iterable[EventT[bytes]], partition_bytes: float) -> tuple[list[EventT[bytes]], list[EventT[bytes]]]:
    """Return the next batch of the waiting events, and the rest."""
    batch: list[EventT[bytes]] = []
    rest: list[EventT[bytes]] = []
    sizes: dict[TopicPartition, int] = {}
    full: set[TopicPartition] = set()
    for event in waiting:
        partition, size = TopicPartition(event.message.topic, event.message.partition), message_bytes(event.message)
        if partition in sizes and sizes[partition] + size > partition_bytes:
            full.add(partition)
        if partition in full:
            rest.append(event)
        else:
            sizes[partition] = sizes.get(partition, 0) + size
            batch.append(event)
    return batch, rest


def by_partition(events: Iterable[EventT[bytes]]) -> dict[TopicPartition, list[EventT[bytes]]]:
    """Return the events of each partition, in order of arrival."""
    parts: dict[TopicPartition, list[EventT[bytes]]] = {}
    for event in events:
        parts.setdefault(TopicPartition(event.message.topic, event.message.partition), []).append(event)
    return parts


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


def incoming_of(event: EventT[bytes]) -> Incoming:
    """Return the message of a Faust event as the stages take it."""
    message = event.message
    return Incoming(
        topic=message.topic,
        key=message.key,
        value=message.value or b"",
        headers=tuple(cast(Iterable[tuple[str, bytes]], message.headers or ())),
        timestamp=int(message.timestamp),
        partition=message.partition,
        offset=message.offset,
        defect=message.value.defect if isinstance(message.value, DefectiveValue) else None,
    )


def partition_of(incoming: Incoming) -> TopicPartition:
    """Return the partition that a message came from."""
    return TopicPartition(incoming.topic, incoming.partition or 0)


def first_offset(part: Sequence[Incoming]) -> int:
    """Return the offset of the first of these messages of one partition."""
    return part[0].offset or 0


def next_offset(part: Sequence[Incoming]) -> int:
    """Return the offset after the last of these messages of one partition."""
    return (part[-1].offset or 0) + 1
