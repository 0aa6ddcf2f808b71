"""Offset commits carry the member and its generation; a transaction takes partitions and a group without a message."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.client import CoordinationType
from aiokafka.errors import IllegalGenerationError, ProducerFenced, UnknownMemberIdError
from aiokafka.producer.sender import Sender
from aiokafka.producer.transaction_manager import TransactionManager
from aiokafka.structs import OffsetAndMetadata

from agents.kafka.compat.transactions import Member, add_to_transaction, fence_offset_commits_by_generation

GROUP, TRANSACTION_ID = "news", "news-dumps-3"
PRODUCER_ID, EPOCH = 5, 2
DUMPS, EVENTS = TopicPartition("news.dumps", 3), TopicPartition("news.events", 1)
KAFKA_VERSIONS = {28: (0, 4)}  # of TxnOffsetCommit, as a broker of Kafka 4 reports them
MEMBER = Member("worker-1", 7)


class FakeClient:
    """Answers the requests of a producer with error codes, in turn, and keeps them with the coordinator that received them."""

    def __init__(self, *codes: int) -> None:
        self.codes = list(codes)
        self.requests: list[tuple[int, Any]] = []

    async def coordinator_lookup(self, kind: CoordinationType, key: str) -> int:
        assert key == {CoordinationType.GROUP: GROUP, CoordinationType.TRANSACTION: TRANSACTION_ID}[kind]
        return int(kind)

    async def ready(self, *_: object, **__: object) -> bool:
        return True

    async def send(self, node: int, request: Any, **_: object) -> Any:
        self.requests.append((node, request))
        code = self.codes.pop(0)
        return SimpleNamespace(error_code=code, errors=[(DUMPS.topic, [(DUMPS.partition, code, {})], {})])


def producer_with(client: FakeClient) -> Any:
    """Return what an aiokafka producer has inside a transaction."""
    new_manager: Any = TransactionManager
    new_sender: Any = Sender
    transaction = new_manager(TRANSACTION_ID, 10_000)
    transaction.set_pid_and_epoch(PRODUCER_ID, EPOCH)
    transaction.begin_transaction()
    sender = new_sender(client, acks=-1, txn_manager=transaction, message_accumulator=None, retry_backoff_ms=1, request_timeout_ms=1000)
    return SimpleNamespace(_sender=sender, _txn_manager=transaction)


async def commit(client: FakeClient) -> "asyncio.Future[None]":
    """Commit an offset as aiokafka's sender does, and return the future of `send_offsets_to_transaction`."""
    producer = producer_with(client)
    fence_offset_commits_by_generation(producer, MEMBER)
    committed: asyncio.Future[None] = producer._txn_manager.add_offsets_to_txn({DUMPS: OffsetAndMetadata(8, "note")}, GROUP)
    producer._txn_manager.consumer_group_added(GROUP)
    await producer._sender._maybe_do_transactional_request()
    return committed


async def test_offset_commit_has_member_and_generation_and_goes_to_the_group_s_coordinator() -> None:
    client = FakeClient(0)
    assert (await commit(client)).done()
    ((node, request),) = client.requests
    struct = request.prepare(KAFKA_VERSIONS)
    assert node == CoordinationType.GROUP
    assert (struct.API_VERSION, struct.generation_id, struct.member_id) == (3, MEMBER.generation, MEMBER.id)
    assert (struct.transactional_id, struct.producer_id, struct.producer_epoch) == (TRANSACTION_ID, PRODUCER_ID, EPOCH)
    assert struct.topics == [(DUMPS.topic, [(DUMPS.partition, 8, -1, "note", {})], {})]
    assert b"worker-1" in struct.encode()


@pytest.mark.parametrize("error", [IllegalGenerationError, UnknownMemberIdError])
async def test_member_whose_generation_is_over_is_fenced(error: type[IllegalGenerationError]) -> None:
    with pytest.raises(ProducerFenced):
        await commit(FakeClient(error.errno))


async def test_partitions_and_group_are_added_to_a_transaction_and_retried_while_kafka_is_busy() -> None:
    busy = 51  # CONCURRENT_TRANSACTIONS
    client = FakeClient(busy, 0)
    producer = producer_with(client)
    await add_to_transaction(producer, [EVENTS], GROUP)
    assert producer._txn_manager.partitions_to_add() == {EVENTS}
    assert not producer._txn_manager.is_empty_transaction()
    assert [node for node, _ in client.requests] == [CoordinationType.TRANSACTION] * 2
