"""A broker that accepts connections and never answers, as a frozen one, holds a client up for a short time only."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaConnectionError, NodeNotReadyError
from aiokafka.protocol.coordination import FindCoordinatorRequest

from agents.kafka.compat import request_limits
from agents.kafka.compat.request_limits import limit_waits

FROZEN, OTHER = 1, 2


@pytest.fixture
def frozen_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:  # the system completes connections, and nobody reads
        yield server.getsockname()[1]


@pytest.fixture
async def client(frozen_port: int, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AIOKafkaClient]:
    monkeypatch.setattr(request_limits, "CONNECT_TIMEOUT_S", 0.1)
    client = AIOKafkaClient(bootstrap_servers=f"127.0.0.1:{frozen_port}")
    limit_waits(client)
    brokers = {node: SimpleNamespace(nodeId=node, host="127.0.0.1", port=frozen_port) for node in (FROZEN, OTHER)}
    cluster: Any = client.cluster
    monkeypatch.setattr(cluster, "brokers", lambda: list(brokers.values()))
    monkeypatch.setattr(cluster, "broker_metadata", brokers.get)
    yield client
    await client.close()


async def test_bootstrap_does_not_wait_for_a_frozen_broker(client: AIOKafkaClient) -> None:
    async with asyncio.timeout(5):
        with pytest.raises(KafkaConnectionError):
            await client.bootstrap()


async def test_request_to_a_frozen_broker_fails_and_others_are_asked_afterwards(client: AIOKafkaClient) -> None:
    request: Any = FindCoordinatorRequest("news", 0)  # type: ignore[call-arg]
    async with asyncio.timeout(5):
        with pytest.raises(NodeNotReadyError):
            await client.send(FROZEN, request)
    assert {client.get_random_node() for _ in range(50)} == {OTHER}


async def test_broker_that_dies_within_a_request_has_a_coordinator_looked_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    client = AIOKafkaClient(bootstrap_servers="127.0.0.1:1")

    async def die(_: object) -> None:
        raise KafkaConnectionError("closed")

    async def connection(*_: object, **__: object) -> Any:
        return SimpleNamespace(send=die)

    monkeypatch.setattr(client, "_get_conn", connection)
    limit_waits(client)
    request: Any = FindCoordinatorRequest("news", 0)  # type: ignore[call-arg]
    with pytest.raises(NodeNotReadyError):
        await client.send(FROZEN, request)
