"""Dead letters of the live page over HTTP: all are counted, and only what a request names is sent back."""

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
