"""Offsets of a consumer group as transactions ask for them (KIP-447): committed as a member, and read once they stand.

The group's coordinator refuses a commit of a member or generation that is over, so whoever lost its partitions commits nothing more,
whichever partitions its transaction spans. And where a transaction with an offset is still open, a reader is told to ask again.

XXX aiokafka (0.14) has the first version of both requests only, without member and without waiting. Both are in Kafka from 2.5 on.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.client import CoordinationType
from aiokafka.errors import CoordinatorNotAvailableError, IllegalGenerationError, ProducerFenced, UnknownMemberIdError, for_code
from aiokafka.producer.sender import TxnOffsetCommitHandler
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Boolean, CompactArray, CompactString, Int16, Int32, Int64, Schema, TaggedFields
from aiokafka.structs import OffsetAndMetadata

from agents.errors import UserError

log = logging.getLogger(__name__)

UNSTABLE_OFFSET_COMMIT = 88
ASK_AGAIN_S = 0.05
_TEXT = CompactString("utf-8")
_TAGS = ("tags", TaggedFields)


@dataclass(frozen=True, slots=True)
class Member:
    """Who commits: a member of the group, in one generation of it."""

    id: str
    generation: int


class _CommitResponse(Response):
    API_KEY = 28
    API_VERSION = 3
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("errors", CompactArray(("topic", _TEXT), ("partitions", CompactArray(("partition", Int32), ("error_code", Int16), _TAGS)), _TAGS)),
        _TAGS,
    )


class _CommitStruct(RequestStruct):
    FLEXIBLE_VERSION = True
    API_KEY = 28
    API_VERSION = 3
    RESPONSE_TYPE = _CommitResponse
    SCHEMA = Schema(
        ("transactional_id", _TEXT),
        ("group_id", _TEXT),
        ("producer_id", Int64),
        ("producer_epoch", Int16),
        ("generation_id", Int32),
        ("member_id", _TEXT),
        ("group_instance_id", _TEXT),
        (
            "topics",
            CompactArray(
                ("topic", _TEXT),
                ("partitions", CompactArray(("partition", Int32), ("offset", Int64), ("leader_epoch", Int32), ("metadata", _TEXT), _TAGS)),
                _TAGS,
            ),
        ),
        _TAGS,
    )


class _FetchResponse(Response):
    API_KEY = 9
    API_VERSION = 7
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "topics",
            CompactArray(
                ("topic", _TEXT),
                (
                    "partitions",
                    CompactArray(
                        ("partition", Int32),
                        ("offset", Int64),
                        ("leader_epoch", Int32),
                        ("metadata", _TEXT),
                        ("error_code", Int16),
                        _TAGS,
                    ),
                ),
                _TAGS,
            ),
        ),
        ("error_code", Int16),
        _TAGS,
    )


class _FetchStruct(RequestStruct):
    FLEXIBLE_VERSION = True
    API_KEY = 9
    API_VERSION = 7
    RESPONSE_TYPE = _FetchResponse
    SCHEMA = Schema(
        ("group_id", _TEXT),
        ("topics", CompactArray(("topic", _TEXT), ("partitions", CompactArray(Int32)), _TAGS)),
        ("require_stable", Boolean),
        _TAGS,
    )


class _Commit(Request[_CommitStruct]):
    API_KEY = 28

    def __init__(self, *fields: object) -> None:
        self._fields = fields

    def build(self, request_struct_class: type[_CommitStruct]) -> _CommitStruct:
        return request_struct_class(*self._fields)


class _Fetch(Request[_FetchStruct]):
    API_KEY = 9

    def __init__(self, *fields: object) -> None:
        self._fields = fields

    def build(self, request_struct_class: type[_FetchStruct]) -> _FetchStruct:
        return request_struct_class(*self._fields)


def commit_as(producer: Any, member: Member) -> None:
    """Have a producer (aiokafka's, transactional) commit offsets as `member`; one whose time is over fails as fenced."""
    sender = producer._sender

    async def commit(offsets: dict[TopicPartition, OffsetAndMetadata], group: str) -> None:
        node = await sender._find_coordinator(CoordinationType.GROUP, group)
        await _CommitHandler(sender, offsets, group, member).do(node)

    sender._do_txn_offset_commit = commit


class _CommitHandler(TxnOffsetCommitHandler):
    def __init__(self, sender: Any, offsets: dict[TopicPartition, OffsetAndMetadata], group: str, member: Member) -> None:
        super().__init__(sender, offsets, group)
        self._member = member

    def create_request(self) -> _Commit:
        transaction = self._sender._txn_manager
        producer = (transaction.transactional_id, self._group_id, transaction.producer_id, transaction.producer_epoch)
        rows: dict[TopicPartition, Any] = {
            place: (place.partition, offset.offset, -1, offset.metadata, {}) for place, offset in self._offsets.items()
        }
        return _Commit(*producer, self._member.generation, self._member.id, None, _by_topic(rows), {})

    def handle_response(self, resp: Any) -> Any:
        errors = [(topic, [(partition, code) for partition, code, _ in found]) for topic, found, _ in resp.errors]
        if any(for_code(code) in (IllegalGenerationError, UnknownMemberIdError) for _, found in errors for _, code in found):
            raise ProducerFenced
        return super().handle_response(SimpleNamespace(errors=errors))


async def are_stable(client: AIOKafkaAdminClient, group: str, partitions: Iterable[TopicPartition]) -> bool:
    """Return whether no transaction is about to commit other offsets of these partitions."""
    codes, _ = await _asked(client, group, partitions, require_stable=True)
    return UNSTABLE_OFFSET_COMMIT not in codes


async def stable_offsets(
    client: AIOKafkaAdminClient, group: str, partitions: Iterable[TopicPartition], limit_s: float
) -> Mapping[TopicPartition, OffsetAndMetadata]:
    """Return what a group has committed, -1 where nothing is; waits for transactions that are about to commit more.

    Args:
        client: connected.
        group: its name.
        partitions: of any topics.
        limit_s: after which Kafka has lost what ends a transaction, and no more is waited for.

    Raises:
        KafkaError: an answer that waiting does not mend.
        UserError: the broker is too old.
    """
    places = list(partitions)
    deadline = time.monotonic() + limit_s
    while True:
        is_over = time.monotonic() > deadline
        codes, found = await _asked(client, group, places, require_stable=not is_over)
        if not codes:
            if is_over:
                log.warning(
                    "a transaction with offsets of %s has not ended for %.0f s, and never will: going on without it", group, limit_s
                )
            return found
        failed = [for_code(code) for code in codes if code != UNSTABLE_OFFSET_COMMIT]
        for error in failed:
            if not error.retriable:
                raise error(f"the committed offsets of {group}")
        await asyncio.sleep(ASK_AGAIN_S)


async def _asked(
    client: AIOKafkaAdminClient, group: str, partitions: Iterable[TopicPartition], *, require_stable: bool
) -> tuple[set[int], dict[TopicPartition, OffsetAndMetadata]]:
    """Return the codes of what is wrong with an answer, and the offsets in it."""
    topics = _by_topic({place: place.partition for place in partitions})
    if not topics:
        return set(), {}
    try:
        answer = await client._send_request(_Fetch(group, topics, require_stable, {}), await client.find_coordinator(group))
    except CoordinatorNotAvailableError as error:  # a broker that is just up
        return {error.errno}, {}
    except NotImplementedError as error:
        raise UserError("this Kafka does not say which offsets stand: newsmill needs Kafka 2.5 or newer") from error
    rows = [(topic, row) for topic, found, _ in answer.topics for row in found]
    offsets = {
        TopicPartition(topic, partition): OffsetAndMetadata(offset, note or "") for topic, (partition, offset, _, note, _, _) in rows
    }
    return {answer.error_code, *(row[-2] for _, row in rows)} - {0}, offsets


def _by_topic(rows: Mapping[TopicPartition, Any]) -> list[tuple[str, list[Any], dict[int, bytes]]]:
    topics: dict[str, list[Any]] = defaultdict(list)
    for place, row in sorted(rows.items()):
        topics[place.topic].append(row)
    return [(topic, found, {}) for topic, found in topics.items()]
