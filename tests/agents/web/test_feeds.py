"""Feeds over HTTP: filters, etags, and answers where they cannot be given."""

import re
from collections.abc import AsyncIterator, Sequence
from importlib import resources

import aiohttp
import orjson
import pytest
from aiohttp import web

from agents.client.event_filter import FACETS, filter_of_query
from agents.client.newest_events import NewestEvent
from agents.errors import NotReachable, UserError
from agents.web import feeds
from agents.web.feeds import FORMATS, Feeds
from tests.foreign_events import EVENT


class FakeSource:
    """Events of a filter, or an error; counts the updates."""

    def __init__(self) -> None:
        self.events = [NewestEvent(1_754_136_000_000, EVENT)]
        self.error: Exception | None = None
        self.updates = 0
        self.queries: list[list[tuple[str, str]]] = []

    def of(self, query: list[tuple[str, str]]) -> "FakeSource":
        filter_of_query(query)
        self.queries.append(query)
        return self

    async def update(self) -> Sequence[NewestEvent]:
        self.updates += 1
        if self.error is not None:
            raise self.error
        return self.events


@pytest.fixture
def source() -> FakeSource:
    return FakeSource()


@pytest.fixture
async def client(source: FakeSource) -> AsyncIterator[aiohttp.ClientSession]:
    app = web.Application()
    served = Feeds(source.of)
    app.add_routes([web.get(path, served.answer) for path in FORMATS])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as session:
        yield session
    await runner.cleanup()


async def test_both_formats_have_the_events_of_the_filter(client: aiohttp.ClientSession, source: FakeSource) -> None:
    async with client.get("/feed.json?region=chile&about=1") as response:
        assert response.content_type == "application/feed+json"
        assert [item["id"] for item in orjson.loads(await response.read())["items"]] == [f"urn:newsmill:{EVENT['id']}"]
    async with client.get("/feed.atom?region=chile&about=1") as response:
        assert response.content_type == "application/atom+xml"
        assert f"urn:newsmill:{EVENT['id']}" in await response.text()
    assert source.queries == [[("about", "1"), ("region", "chile")]]


async def test_a_reader_that_has_it_gets_304_until_something_is_new(
    client: aiohttp.ClientSession, source: FakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "FRESH_S", 0.0)
    async with client.get("/feed.atom") as response:
        known = {"If-None-Match": response.headers["ETag"]}
    async with client.get("/feed.atom", headers=known) as response:
        assert (response.status, await response.read(), response.headers["ETag"]) == (304, b"", known["If-None-Match"])
    source.events = [NewestEvent(1_754_136_060_000, EVENT | {"id": "e" * 32}), *source.events]
    async with client.get("/feed.atom", headers=known) as response:
        assert response.status == 200


async def test_requests_in_a_row_read_kafka_once(client: aiohttp.ClientSession, source: FakeSource) -> None:
    for _ in range(5):
        async with client.get("/feed.json?language=es") as response:
            assert response.status == 200
    assert source.updates == 1


@pytest.mark.parametrize(
    ("path", "error", "status", "why"),
    [
        pytest.param("/feed.atom?colour=red", None, 400, "no filter is named colour", id="unknown-filter"),
        pytest.param("/feed.atom?region=fen", UserError("no topic news.region.fen"), 400, "no topic", id="unknown-class"),
        pytest.param("/feed.atom", NotReachable("no Kafka answers"), 503, "no Kafka answers", id="kafka-away"),
        pytest.param("/feed.atom", TimeoutError(), 503, "Kafka does not answer", id="kafka-hangs"),
    ],
)
async def test_what_cannot_be_answered_says_why(
    client: aiohttp.ClientSession, source: FakeSource, path: str, error: Exception | None, status: int, why: str
) -> None:
    source.error = error
    async with client.get(path) as response:
        assert response.status == status
        assert why in await response.text()


def test_live_page_has_the_same_facets() -> None:
    script = resources.files("agents.web").joinpath("page", "filter.js").read_text(encoding="utf-8")
    table = script.partition("export const FACETS = {")[2].partition("};")[0]
    assert re.findall(r"^  (\w+):", table, re.MULTILINE) == [facet.name for facet in FACETS]
