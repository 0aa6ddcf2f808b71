"""Questions of the live page over HTTP: search, counts, single events, lookups, and what is answered where Kafka cannot be read."""

import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web

from agents.client import event_span, new_records
from agents.client.lookup import Step
from agents.errors import NotReachable
from agents.settings import Settings
from agents.web import queries
from agents.web.queries import Queries
from tests.agents.client.fake_log import FIRST, SECOND, FakeLog, install


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> FakeLog:
    fake = FakeLog()
    for module in (event_span, new_records):
        install(fake, monkeypatch, module)
    return fake


@pytest.fixture
async def client(log: FakeLog) -> AsyncIterator[aiohttp.ClientSession]:
    app = web.Application()
    app.add_routes([web.get(path, answer) for path, answer in Queries(Settings()).routes().items()])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        yield session
    await runner.cleanup()


async def lines(client: aiohttp.ClientSession, path: str) -> list[dict[str, Any]]:
    async with client.get(path) as response:
        assert response.status == 200
        return [orjson.loads(line) for line in (await response.read()).splitlines()]


async def test_search_streams_progress_then_the_newest_events_in_order_of_time_then_their_number(
    client: aiohttp.ClientSession, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MAX_FOUND", 2)
    now = int(time.time() * 1000)
    for number, partition in ((7200, FIRST), (5, FIRST), (1, SECOND), (3, FIRST)):
        log.append(partition, now - number * 1000, language="es")
    log.append(FIRST, now, language="en")
    progress, *events, end = await lines(client, "/search?language=es&over=3600")
    assert "found" in progress
    assert [line["at"] for line in events] == [now - 3000, now - 1000]
    assert (end["found"], end["done"]) == (3, True)


async def test_search_and_counts_name_the_time_before_which_events_are_deleted(
    client: aiohttp.ClientSession, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = int(time.time() * 1000)
    for number in (2, 1):
        log.append(FIRST, now - number * 1000)

    async def beginnings(_: FakeLog, partitions: Any) -> Any:
        return {each: 1 if each == FIRST else 0 for each in partitions}

    monkeypatch.setattr(FakeLog, "beginning_offsets", beginnings)
    log.records[FIRST][0].timestamp = now - 9_999_000  # deleted by retention
    assert (await lines(client, "/search?over=3600"))[-1]["complete_since"] == (now - 1000) // 1000
    assert (await lines(client, "/counts?over=3600"))[0]["complete_since_ms"] == now - 1000


async def test_event_is_found_by_its_id(client: aiohttp.ClientSession, log: FakeLog) -> None:
    now = int(time.time() * 1000)
    for partition in (FIRST, SECOND):
        log.append(partition, now)
    [found] = await lines(client, f"/event?id={now:032x}")
    assert (found["at"], found["event"]["id"]) == (now, f"{now:032x}")
    assert await lines(client, f"/event?id={'e' * 32}") == [{"at": None, "event": None}]


async def test_lookup_answers_as_the_command(client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    async def lookup(*_: Any) -> list[Step]:
        return [Step(end="dead", at_ms=1, topic="t", partition=0, offset=1, dump_id="d")]

    monkeypatch.setattr(queries, "lookup", lookup)
    [found] = await lines(client, "/lookup?q=ferry&over=86400")
    assert [step["end"] for step in found["steps"]] == ["dead"]


@pytest.mark.parametrize(
    "path",
    [
        "/counts?over=5",
        "/counts?over=x",
        "/counts?colour=red",
        "/search?about=yes",
        "/lookup",
        "/event",
        "/search?over=99999999",
        pytest.param("/counts?over=" + "1" * 5000, id="number-of-5000-digits"),
    ],
)
async def test_question_that_cannot_be_read_is_refused(client: aiohttp.ClientSession, path: str) -> None:
    async with client.get(path) as response:
        assert response.status == 400


async def test_kafka_away_is_answered_with_a_time_to_ask_again(client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: Any) -> None:
        raise NotReachable("no Kafka answers")

    for module in (event_span, new_records):
        monkeypatch.setattr(module, "require_topics", away)
    async with client.get("/counts") as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "5")
    assert (await lines(client, "/search"))[-1] == {"why": "no Kafka answers"}


async def test_only_some_questions_are_answered_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MAX_QUERIES", 1)
    limited = Queries(Settings())
    async with limited._slot():
        with pytest.raises(web.HTTPServiceUnavailable):
            async with limited._slot():
                pass
