"""Dead letters of the live page over HTTP: all are counted, and only what a request names is sent back."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from agents.client.replay import DeadLetter
from agents.errors import UserError
from agents.settings import Settings
from agents.web import letters
from agents.web.letters import Letters
from streams.messages.dead_letters import REASON_HEADER

LIMIT_S = 60  # of any step on a busy machine


def letter(id: str, reason: str) -> DeadLetter:
    return DeadLetter(id=id, time=1, key=None, value=b"", headers=((REASON_HEADER, reason.encode()),))


@pytest.fixture
async def client(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    async def read(_: Settings) -> AsyncIterator[DeadLetter]:
        for each in (letter("0-1", "bug"), letter("0-2", "bug"), letter("1-1", "empty")):
            yield each

    async def replayed(_: Settings) -> set[str]:
        return {"0-2"}

    async def replay(_: Settings, *, ids: list[str], reason: str | None, again: bool, on_done: Any) -> None:
        assert not again
        if reason == "crash":
            raise UserError("another replay was started")
        on_done(letter(ids[0] if ids else "0-1", reason or "bug"), None)
        on_done(letter("0-9", "bug"), "only its first bytes were kept")

    monkeypatch.setattr(letters, "read_dead_letters", read)
    monkeypatch.setattr(letters, "replayed_ids", replayed)
    monkeypatch.setattr(letters, "replay", replay)
    served = Letters(Settings())
    app = web.Application()
    app.add_routes([*(web.get(path, answer) for path, answer in served.routes().items()), web.post("/replay", served.replay)])
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_all_are_counted_by_reason(client: Any) -> None:
    async with client.get("/dead-letters") as response:
        assert await response.json() == {"reasons": {"bug": 2, "empty": 1}, "sent_back": 1}


@pytest.mark.parametrize("body", [pytest.param({"ids": ["0-1"]}, id="one"), pytest.param({"reason": "bug"}, id="all-of-a-reason")])
async def test_named_ones_are_sent_back(client: Any, body: dict[str, Any]) -> None:
    async with client.post("/replay", json=body) as response:
        assert await response.json() == {"sent": ["0-1"], "refused": {"0-9": "only its first bytes were kept"}}


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"ids": []}', b'{"ids": ["x"]}', b'{"ids": "0-1"}', b'{"reason": 5}', b"\xff"])
async def test_request_that_names_nothing_sends_nothing(client: Any, body: bytes) -> None:
    async with client.post("/replay", data=body, headers={"Content-Type": "application/json"}) as response:
        assert response.status == 400


async def test_form_of_another_site_is_refused_and_another_replay_is_said(client: Any) -> None:
    async with client.post("/replay", data=b'{"reason": "bug"}', headers={"Content-Type": "text/plain"}) as response:
        assert response.status == 415
    async with client.post("/replay", json={"reason": "crash"}) as response:
        assert (response.status, await response.text()) == (409, "another replay was started")


async def ask_without_body(client: Any) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Return a connection that has asked for a replay, and whose body does not arrive."""
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(b"POST /replay HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{")
    return reader, writer


async def test_replay_is_refused_before_its_body_is_read_while_as_many_as_may_be_arrive(client: Any) -> None:
    connections = [await ask_without_body(client) for _ in range(letters.MAX_REPLAYS)]
    async with asyncio.timeout(LIMIT_S):
        while (response := await client.post("/replay", json={"ids": ["0-1"]})).status == 200:  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # no event says that the others have arrived
    assert (response.status, response.headers["Retry-After"]) == (503, str(letters.RETRY_S))
    for _, writer in connections:
        writer.close()


async def test_replay_whose_body_does_not_arrive_in_time_is_ended(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "BODY_S", 0.1)
    reader, writer = await ask_without_body(client)
    assert (await asyncio.wait_for(reader.readline(), LIMIT_S)).startswith(b"HTTP/1.1 408")
    writer.close()
