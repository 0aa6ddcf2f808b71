"""Kafka's requests for the offsets of a consumer group in transactions (KIP-447), in versions that aiokafka lacks.

XXX aiokafka (0.14) has the first version of both only, without member and generation and without `require_stable`. Kafka has both
from 2.5 on.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from aiokafka import TopicPartition
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Boolean, CompactArray, CompactString, Int16, Int32, Int64, Schema, TaggedFields

_TEXT = CompactString("utf-8")
_TAGS = ("tags", TaggedFields)


class _TxnOffsetCommitResponse(Response):
    API_KEY = 28
    API_VERSION = 3
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("errors", CompactArray(("topic", _TEXT), ("partitions", CompactArray(("partition", Int32), ("error_code", Int16), _TAGS)), _TAGS)),
        _TAGS,
    )


class _TxnOffsetCommitStruct(RequestStruct):
    FLEXIBLE_VERSION = True
    API_KEY = 28
    API_VERSION = 3
    RESPONSE_TYPE = _TxnOffsetCommitResponse
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


class _OffsetFetchResponse(Response):
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


class _OffsetFetchStruct(RequestStruct):
    FLEXIBLE_VERSION = True
    API_KEY = 9
    API_VERSION = 7
    RESPONSE_TYPE = _OffsetFetchResponse
    SCHEMA = Schema(
        ("group_id", _TEXT),
        ("topics", CompactArray(("topic", _TEXT), ("partitions", CompactArray(Int32)), _TAGS)),
        ("require_stable", Boolean),
        _TAGS,
    )


class TxnOffsetCommit(Request[_TxnOffsetCommitStruct]):
    """TxnOffsetCommit version 3: commit offsets in a transaction as a member of the group."""

    API_KEY = 28

    def __init__(self, *fields: object) -> None:
        """Take the fields in the order of the schema."""
        self._fields = fields

    def build(self, request_struct_class: type[_TxnOffsetCommitStruct]) -> _TxnOffsetCommitStruct:
        """Return the struct of the request."""
        return request_struct_class(*self._fields)


class OffsetFetch(Request[_OffsetFetchStruct]):
    """OffsetFetch version 7: read committed offsets, and refuse those that an open transaction is about to replace."""

    API_KEY = 9

    def __init__(self, *fields: object) -> None:
        """Take the fields in the order of the schema."""
        self._fields = fields

    def build(self, request_struct_class: type[_OffsetFetchStruct]) -> _OffsetFetchStruct:
        """Return the struct of the request."""
        return request_struct_class(*self._fields)


def rows_by_topic(rows: Mapping[TopicPartition, Any]) -> list[tuple[str, list[Any], dict[int, bytes]]]:
    """Return the rows of partitions as the `topics` field of either request, in order."""
    topics: dict[str, list[Any]] = defaultdict(list)
    for partition, row in sorted(rows.items()):
        topics[partition.topic].append(row)
    return [(topic, partitions, {}) for topic, partitions in topics.items()]
