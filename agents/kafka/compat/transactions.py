"""Transactions of aiokafka's producer: offset commits fenced by generation, and partitions added without a message."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.client import CoordinationType
from aiokafka.errors import (
    IllegalGenerationError,
    InvalidProducerIdMapping,
    InvalidTxnState,
    OutOfOrderSequenceNumber,
    ProducerFenced,
    UnknownMemberIdError,
    UnknownProducerId,
    for_code,
)
from aiokafka.producer.sender import AddOffsetsToTxnHandler, Sender, TxnOffsetCommitHandler
from aiokafka.structs import OffsetAndMetadata

from agents.kafka.compat.offset_requests import TxnOffsetCommit, rows_by_topic

_UNKNOWN_LEADER_EPOCH = -1
_LOST = (ProducerFenced, InvalidProducerIdMapping, InvalidTxnState, OutOfOrderSequenceNumber, UnknownProducerId)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a consumer group in one generation."""

    id: str
    generation: int


def fence_offset_commits_by_generation(producer: AIOKafkaProducer, member: Member) -> None:
    """Make a transactional producer commit offsets as `member`; ProducerFenced is raised once its generation is over (KIP-447)."""
    sender = producer._sender

    async def commit(offsets: dict[TopicPartition, OffsetAndMetadata], group: str) -> None:
        coordinator = await sender._find_coordinator(CoordinationType.GROUP, group)
        await _FencedOffsetCommitHandler(sender, offsets, group, member).do(coordinator)

    sender._do_txn_offset_commit = commit


def has_lost_producer(error: BaseException) -> bool:
    """Return whether Kafka no longer takes anything from the producer of a transaction, which was aborted or will be.

    Kafka has aborted a transaction that timed out, another producer with its id was initialised, or its id was not used for a week.
    """
    cause: BaseException | None = error  # aiokafka wraps most of these errors
    while cause is not None and not isinstance(cause, _LOST):
        cause = cause.__cause__ or cause.__context__
    return cause is not None


async def add_to_transaction(producer: AIOKafkaProducer, partitions: Iterable[TopicPartition], group: str) -> None:
    """Add partitions and a consumer group's offsets to the open transaction of a producer, without a message or an offset.

    XXX aiokafka (0.14) adds a partition only with messages for it, and a group only with offsets.
    """
    sender, transaction = producer._sender, producer._txn_manager
    for partition in partitions:
        transaction.maybe_add_partition_to_txn(partition)
    is_added = False
    while not is_added:
        # Looked up for each attempt: the sender forgets a coordinator that has moved or died. After a failure the handler waits.
        coordinator = await sender._find_coordinator(CoordinationType.TRANSACTION, transaction.transactional_id)
        is_added = await AddOffsetsToTxnHandler(sender, group).do(coordinator)


class _FencedOffsetCommitHandler(TxnOffsetCommitHandler):
    def __init__(self, sender: Sender, offsets: dict[TopicPartition, OffsetAndMetadata], group: str, member: Member) -> None:
        super().__init__(sender, offsets, group)
        self._member = member

    def create_request(self) -> TxnOffsetCommit:
        transaction = self._sender._txn_manager
        producer = (transaction.transactional_id, self._group_id, transaction.producer_id, transaction.producer_epoch)
        rows: dict[TopicPartition, Any] = {
            partition: (partition.partition, offset.offset, _UNKNOWN_LEADER_EPOCH, offset.metadata, {})
            for partition, offset in self._offsets.items()
        }
        return TxnOffsetCommit(*producer, self._member.generation, self._member.id, None, rows_by_topic(rows), {})

    def handle_response(self, resp: Any) -> float | None:
        errors = [(topic, [(partition, code) for partition, code, _ in rows]) for topic, rows, _ in resp.errors]
        if any(for_code(code) in (IllegalGenerationError, UnknownMemberIdError) for _, rows in errors for _, code in rows):
            raise ProducerFenced
        return super().handle_response(SimpleNamespace(errors=errors))
