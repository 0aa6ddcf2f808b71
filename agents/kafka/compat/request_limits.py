"""Limit how long aiokafka's clients wait for a broker that is dead or frozen.

XXX aiokafka (0.14) gives every request, a connection included, the time of the slowest one (40 s), connects to one broker at a time, asks a
random broker for metadata and coordinators, and tries a dead broker again after each retry back-off. A broker that is frozen, or whose host
is lost, then holds up each client for minutes. Reasons for the values: docs/decisions/0065-time-outs-for-clusters.md.
"""

import asyncio
import random
import time
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.client import AIOKafkaClient, ConnectionGroup
from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError, NodeNotReadyError, RequestTimedOutError
from aiokafka.protocol.api import Request
from aiokafka.protocol.coordination import FindCoordinatorRequest
from aiokafka.protocol.group import HeartbeatRequest, JoinGroupRequest, SyncGroupRequest

CONNECT_TIMEOUT_S = 3.0
# Metadata, coordinators and heartbeats: a broker answers these from memory.
LOOKUP_TIMEOUT_S = 3.0
# A little more than Kafka needs to replace a dead broker (broker.session.timeout.ms, 9 s).
REQUEST_TIMEOUT_S = 10.0
RECONNECT_BACKOFF_S = 0.2

_LOOKUPS = {FindCoordinatorRequest.API_KEY, HeartbeatRequest.API_KEY}
# These wait for other members of the group: the time-out of the client applies.
_REBALANCES = {JoinGroupRequest.API_KEY, SyncGroupRequest.API_KEY}


class Producer(AIOKafkaProducer):
    """A producer whose client does not wait long for a broker that does not answer."""

    def __init__(self, **options: Any) -> None:
        """Take the options of aiokafka's producer."""
        super().__init__(**options)
        limit_waits(self.client)


class AdminClient(AIOKafkaAdminClient):
    """An admin client that does not wait long for a broker that does not answer."""

    def __init__(self, **options: Any) -> None:
        """Take the options of aiokafka's admin client."""
        super().__init__(**options)
        limit_waits(self._client)


def limit_waits(client: AIOKafkaClient) -> None:
    """Give each kind of request of a client its own time-out, and ask brokers that answered last before those that did not."""
    limited = _LimitedWaits(client)
    client.bootstrap, client._get_conn = limited.bootstrap, limited.connection
    client.send, client.get_random_node = limited.send, limited.answering_node


class _LimitedWaits:
    """Methods that replace those of a client, and when each broker last failed to answer."""

    def __init__(self, client: AIOKafkaClient) -> None:
        self._client = client
        self._bootstrap, self._connect, self._any_node = client.bootstrap, client._get_conn, client.get_random_node
        self._failed_at: dict[int | str, float] = {}

    async def bootstrap(self) -> None:
        patient_ms, self._client._request_timeout_ms = self._client._request_timeout_ms, int(CONNECT_TIMEOUT_S * 1000)
        try:
            await self._bootstrap()
        finally:
            self._client._request_timeout_ms = patient_ms

    async def connection(self, node: int | str, *, group: ConnectionGroup = ConnectionGroup.DEFAULT) -> AIOKafkaConnection | None:
        """Return a connection; None after the time-out, or if the broker refuses one."""
        found = None
        if node in self._failed_at:
            await asyncio.sleep(max(0.0, self._failed_at[node] + RECONNECT_BACKOFF_S - time.monotonic()))
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                found = await self._connect(node, group=group)
        except TimeoutError:
            self._client.force_metadata_update()
        if found is None:
            self._failed_at[node] = time.monotonic()
        else:
            self._failed_at.pop(node, None)
            found._request_timeout = LOOKUP_TIMEOUT_S  # of a metadata request, which the client sends without `send`
        return found

    async def send(self, node: int, request: Request[Any], *, group: ConnectionGroup = ConnectionGroup.DEFAULT) -> Any:
        """Return the response.

        Raises:
            NodeNotReadyError: there is no connection, or the broker closed it.
            RequestTimedOutError: the broker does not answer.
        """
        found = await self.connection(node, group=group)
        if found is None:
            raise NodeNotReadyError(f"broker {node} does not answer")
        found._request_timeout = _timeout_s(request, self._client)
        try:
            return await found.send(request)
        except TimeoutError as error:
            self._failed_at[node] = time.monotonic()
            found.close(reason=CloseReason.CONNECTION_TIMEOUT)
            raise RequestTimedOutError(f"broker {node} does not answer") from error
        except KafkaConnectionError as error:
            # XXX aiokafka's sender looks a coordinator up again after NodeNotReadyError, and ends after this one, as a broker dies.
            raise NodeNotReadyError(f"broker {node} does not answer: {error}") from error

    def answering_node(self) -> int | None:
        nodes = [broker.nodeId for broker in self._client.cluster.brokers() if broker.nodeId not in self._failed_at]
        return random.choice(nodes) if nodes else self._any_node()  # noqa: S311 - no secret


def _timeout_s(request: Request[Any], client: AIOKafkaClient) -> float:
    if request.API_KEY in _LOOKUPS:
        return LOOKUP_TIMEOUT_S
    patient_s = client._request_timeout_ms / 1000
    return patient_s if request.API_KEY in _REBALANCES else min(REQUEST_TIMEOUT_S, patient_s)
