"""The proxy between a client and a node that answers each request at once; no Kafka."""

import asyncio
import struct
import time
from collections.abc import AsyncIterator

import pytest

from agents.local_kafka.folder import free_port
from tests.cluster.proxy import Direction, Proxy
from tests.cluster.wire import Api

DELAY_S = 0.1
SOON_S = 5.0
ENOUGH_S = 0.3


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer as a node: the correlation id, and the request that it is to."""
    try:
        while True:
            (size,) = struct.unpack(">i", await reader.readexactly(4))
            body = await reader.readexactly(size)
            received.append(body)
            writer.write(struct.pack(">i", size) + body[4:8] + body[:4] + body[8:])
    except asyncio.IncompleteReadError:
        writer.close()


received: list[bytes] = []


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    received.clear()
    port = free_port()
    node = await asyncio.start_server(answer, "127.0.0.1", port)
    proxy = Proxy({free_port(): port})
    await asyncio.to_thread(proxy.start)
    yield proxy
    await asyncio.to_thread(proxy.stop)
    node.close()


class Client:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def connect(cls, proxy: Proxy) -> "Client":
        return cls(*await asyncio.open_connection("127.0.0.1", next(iter(proxy.ports))))

    def send(self, api: Api, correlation: int) -> None:
        body = struct.pack(">hhi", api, 0, correlation) + b"request"
        self.writer.write(struct.pack(">i", len(body)) + body)

    async def answered(self) -> int:
        """Return the correlation id of the next answer."""
        (size,) = struct.unpack(">i", await self.reader.readexactly(4))
        (correlation,) = struct.unpack_from(">i", await self.reader.readexactly(size))
        return int(correlation)


@pytest.fixture
async def client(proxy: Proxy) -> AsyncIterator[Client]:
    client = await Client.connect(proxy)
    yield client
    client.writer.close()


async def test_frames_pass_in_order_without_a_fault(client: Client) -> None:
    for correlation in range(3):
        client.send(Api.FETCH, correlation)
    assert [await client.answered() for _ in range(3)] == [0, 1, 2]


async def test_delay_holds_each_frame_back_and_does_not_add_up_over_frames(proxy: Proxy, client: Client) -> None:
    proxy.delay(DELAY_S)
    began = time.monotonic()
    for correlation in range(20):
        client.send(Api.FETCH, correlation)
    assert [await client.answered() for _ in range(20)] == list(range(20))
    assert 2 * DELAY_S <= time.monotonic() - began < 20 * DELAY_S


async def test_delay_of_an_api_leaves_others_alone(proxy: Proxy, client: Client) -> None:
    proxy.delay(60, apis=[Api.END_TXN])
    client.send(Api.FETCH, 1)
    async with asyncio.timeout(SOON_S):
        assert await client.answered() == 1


async def test_stall_of_responses_lets_requests_arrive_and_heal_delivers_the_responses(proxy: Proxy, client: Client) -> None:
    proxy.stall(Direction.RESPONSES)
    client.send(Api.PRODUCE, 7)
    waiting = asyncio.create_task(client.answered())
    done, _ = await asyncio.wait([waiting], timeout=ENOUGH_S)
    assert not done
    assert len(received) == 1
    proxy.heal()
    assert await asyncio.wait_for(waiting, SOON_S) == 7


@pytest.mark.parametrize(("direction", "arrived"), [(Direction.REQUESTS, 0), (Direction.RESPONSES, 1)])
async def test_dropped_frame_takes_its_connection_with_it(proxy: Proxy, client: Client, direction: Direction, arrived: int) -> None:
    proxy.drop(direction, [Api.END_TXN])
    client.send(Api.FETCH, 1)
    assert await client.answered() == 1
    client.send(Api.END_TXN, 2)
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await asyncio.wait_for(client.answered(), SOON_S)
    assert len(received) == 1 + arrived
    assert proxy.dropped[direction, Api.END_TXN] == 1


async def test_request_of_a_client_that_died_still_arrives(proxy: Proxy, client: Client) -> None:
    proxy.delay(DELAY_S)
    client.send(Api.END_TXN, 1)
    client.writer.close()
    async with asyncio.timeout(SOON_S):
        while not received:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(DELAY_S / 4)


async def test_node_that_is_away_refuses_the_client() -> None:
    proxy = Proxy({free_port(): free_port()})
    await asyncio.to_thread(proxy.start)
    client = await Client.connect(proxy)
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await asyncio.wait_for(client.answered(), SOON_S)
    client.writer.close()
    await asyncio.to_thread(proxy.stop)
