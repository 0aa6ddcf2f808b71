"""Ask Kafka's transaction coordinators how the last transaction of each transactional id ended."""

from collections.abc import Iterable

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.client import CoordinationType
from aiokafka.errors import IncompatibleBrokerVersion, for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import CompactArray, CompactString, Int16, Int32, Int64, Schema, TaggedFields

_TEXT = CompactString("utf-8")
_TAGS = ("tags", TaggedFields)
_UNKNOWN_ID = 105  # TRANSACTIONAL_ID_NOT_FOUND, which aiokafka (0.14) has no class for
# The coordinator has decided; it writes the markers, or has written them.
_COMMITTED = {"PrepareCommit", "CompleteCommit"}


class _Response(Response):
    API_KEY = 65
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "transactions",
            CompactArray(
                ("error_code", Int16),
                ("transactional_id", _TEXT),
                ("state", _TEXT),
                ("timeout_ms", Int32),
                ("start_time_ms", Int64),
                ("producer_id", Int64),
                ("producer_epoch", Int16),
                ("topics", CompactArray(("topic", _TEXT), ("partitions", CompactArray(Int32)), _TAGS)),
                _TAGS,
            ),
        ),
        _TAGS,
    )


class _Struct(RequestStruct):
    FLEXIBLE_VERSION = True
    API_KEY = 65
    API_VERSION = 0
    RESPONSE_TYPE = _Response
    SCHEMA = Schema(("transactional_ids", CompactArray(_TEXT)), _TAGS)


class DescribeTransactions(Request[_Struct]):
    """DescribeTransactions version 0 (Kafka 3.0), which aiokafka (0.14) lacks."""

    API_KEY = 65

    def __init__(self, ids: list[str]) -> None:
        """Ask about these transactional ids, which have one coordinator."""
        self._ids = ids

    def build(self, request_struct_class: type[_Struct]) -> _Struct:
        """Return the struct of the request."""
        return request_struct_class(self._ids, {})


async def committed_ids(client: AIOKafkaAdminClient, ids: Iterable[str]) -> set[str]:
    """Return those of these transactional ids whose last transaction was committed; none where Kafka is older than 3.0.

    Raises:
        KafkaError: a coordinator does not answer, or Kafka is electing one.
    """
    by_coordinator: dict[int, list[str]] = {}
    for id in ids:
        coordinator = await client._client.coordinator_lookup(CoordinationType.TRANSACTION, id)
        by_coordinator.setdefault(coordinator, []).append(id)
    committed = set()
    for coordinator, its_ids in by_coordinator.items():
        try:
            response = await client._send_request(DescribeTransactions(its_ids), coordinator)
        except (NotImplementedError, IncompatibleBrokerVersion):
            return set()
        for code, id, state, *_ in response.transactions:
            if code not in (0, _UNKNOWN_ID):
                raise for_code(code)(f"the last transaction of {id}")
            if state in _COMMITTED:
                committed.add(id)
    return committed
