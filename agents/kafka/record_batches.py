"""Messages as record batches, which a producer sends with one future each in place of one a message (22 of 260 microseconds an article)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from streams.records import Message

_by_key = DefaultPartitioner()


class BatchFactory(Protocol):
    """A producer, as far as it makes batches of its own size and compression."""

    def create_batch(self) -> BatchBuilder:
        """Return an empty batch."""


def batches_of(
    producer: BatchFactory, messages: Iterable[Message], partitions: Mapping[str, Sequence[int]]
) -> Iterator[tuple[str, int, BatchBuilder]]:
    """Yield topic, partition and a full batch until all messages are in one; those of a partition stay in order.

    Args:
        producer: that will send them.
        messages: one without a partition goes where Kafka's own hash of its key says; without a key too, anywhere.
        partitions: of each of their topics.
    """
    by_place: dict[tuple[str, int], list[Message]] = {}
    hashed: dict[tuple[bytes | None, int], int] = {}  # an event goes to several topics under one key, and the hash is in Python
    for message in messages:
        known, partition = partitions[message.topic], message.partition
        if partition is None:
            partition = hashed.get((message.key, len(known)))
        if partition is None:
            partition = _by_key(message.key, known, known)
            if message.key is not None:
                hashed[message.key, len(known)] = partition
        by_place.setdefault((message.topic, partition), []).append(message)
    for (topic, partition), placed in by_place.items():
        for batch in _filled(producer, placed):
            yield topic, partition, batch


def _filled(producer: BatchFactory, messages: Iterable[Message]) -> Iterator[BatchBuilder]:
    batch = producer.create_batch()
    for message in messages:
        if not _append(batch, message):
            yield batch
            batch = producer.create_batch()
            _append(batch, message)  # an empty one takes a message of any size
    batch.close()  # or the producer would wait for more
    yield batch


def _append(batch: BatchBuilder, message: Message) -> bool:
    return batch.append(timestamp=None, key=message.key, value=message.value, headers=list(message.headers)) is not None
