"""An input partition that a worker owns, and the part of a batch that is from it."""

import asyncio
from dataclasses import dataclass, field

from aiokafka import AIOKafkaProducer, TopicPartition

from agents.kafka.compat.transactions import Member


@dataclass(slots=True)
class OwnedPartition:
    """An input partition that this worker owns: its producer, and the next offset to process.

    `was_committed` tells whether the last transaction of the previous owner was committed. `lock` is held while a batch of the partition is
    processed, so that a revocation waits for the end of its transaction.
    """

    producer: AIOKafkaProducer
    member: Member
    next_offset: int = -1
    failed: bool = False
    was_committed: bool = False
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, slots=True)
class PartitionBatch:
    """The part of a batch from one input partition: all before `next_offset`.

    Attributes:
        note: the metadata of the committed offset.
        newest_s: the latest timestamp, in seconds since the epoch; 0 if unknown.
    """

    partition: TopicPartition
    owned: OwnedPartition
    next_offset: int
    note: str = ""
    newest_s: int = 0
