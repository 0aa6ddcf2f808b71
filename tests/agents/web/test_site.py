"""The routes of a worker's web server, its access checks and its headers."""

import asyncio
import io
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from importlib import resources
from typing import NoReturn

import aiohttp
import orjson
import pytest
from aiohttp.test_utils import make_mocked_request
from yarl import URL

from agents.web.connections import Connections
from agents.web.dump_view import MAX_BYTES
from agents.web.feed import Feed
from agents.web.guard import HEADERS, is_foreign, is_own_name
from agents.web.public_records import MAX_BODY_CHARACTERS, event_json
from agents.web.site import DUMP_TYPE, MAX_CLIENTS, create_site
from tests.browser import served as served_site
from tests.browser.served import Site, create_view, event, probes, sampled, site

PAGE = resources.files("agents.web").joinpath("page")
FILES = sorted(file.name for file in PAGE.iterdir() if file.is_file())


@pytest.fixture
async def served() -> AsyncIterator[Site]:
    async with site() as running:
        yield running


@pytest.fixture
async def client(served: Site) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(served.url) as session:
        yield session


def test_nothing_is_reachable_but_the_page_its_events_the_dump_view_and_the_probes() -> None:
    app = create_site(probes(), Feed([]), create_view(), Connections(), web_host="127.0.0.1", classes=lambda: b"{}")
    routes = {(route.method, route.resource.canonical) for route in app.router.routes() if route.resource}
    files = {("GET", f"/page/{name}") for name in FILES if name != "index.html"} | {
        ("GET", "/page/classes.json"),
        ("GET", "/page/sample.txt"),
    }
    probing = {("GET", "/metrics"), ("GET", "/livez"), ("GET", "/readyz")}
    assert {route for route in routes if route[0] != "HEAD"} == files | probing | {("GET", "/"), ("GET", "/events"), ("POST", "/dump")}


async def test_a_probe_with_a_defect_restarts_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> NoReturn:
        raise AssertionError("Partition is not assigned")

    failing = replace(probes(), stalled=fail, not_ready=fail)
    monkeypatch.setattr(served_site, "probes", lambda *_: failing)
    async with site() as running, aiohttp.ClientSession(running.url) as session:
        async with session.get("/livez") as response:
            assert response.status == 200
        async with session.get("/readyz") as response:
            assert (response.status, await response.text()) == (503, "the check failed; see the log")


@pytest.mark.parametrize("path", ["/", "/page/main.js", "/page/page.css", "/page/classes.json", "/metrics", "/livez", "/nothing", "/dump"])
async def test_every_response_has_the_headers_errors_too(client: aiohttp.ClientSession, path: str) -> None:
    async with client.get(path) as response:
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_page_fetches_all_modules_at_once() -> None:
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    named = set(re.findall('(?:modulepreload" href|type="module" src)="/page/([^"]+)"', page))
    assert named == {name for name in FILES if name.endswith(".js")}


@pytest.mark.parametrize("name", ["/page/../server.py", "/page/%2e%2e/server.py", "/page/index.html", "/page/", "/page//etc/passwd"])
async def test_no_other_file_is_served(client: aiohttp.ClientSession, name: str) -> None:
    async with client.get(URL(f"{client._base_url}").with_path(name, encoded=True)) as response:
        assert response.status == 404


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        ("127.0.0.1:6066", True),
        ("localhost:6066", True),
        ("LOCALHOST", True),
        ("[::1]:6066", True),
        ("10.1.2.3:6066", True),
        ("mill.example:6066", True),
        ("evil.example:6066", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
        (":6066", False),
    ],
)
def test_only_addresses_loopback_names_and_the_configured_name_are_served(host: str, is_own: bool) -> None:
    assert is_own_name(host, "mill.example") is is_own


async def test_unknown_host_name_gets_no_page_and_no_events_but_the_probes(client: aiohttp.ClientSession) -> None:
    foreign = {"Host": "evil.example:6066"}
    for path in ("/", "/events", "/page/main.js"):
        async with client.get(path, headers=foreign) as response:
            assert response.status == 421
            assert "evil" not in await response.text()
    for path in ("/metrics", "/livez", "/readyz"):
        async with client.get(path, headers=foreign) as response:
            assert response.status == 200


@pytest.mark.parametrize(
    ("method", "headers", "foreign"),
    [
        pytest.param("GET", {}, False, id="curl"),
        pytest.param("GET", {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, False, id="typed"),
        pytest.param("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, False, id="link"),
        pytest.param("POST", {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:6066"}, False, id="own"),
        pytest.param("POST", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, True, id="form"),
        pytest.param("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, True, id="fetch"),
        pytest.param("GET", {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, True, id="other-port"),
        pytest.param("POST", {"Origin": "http://evil.example"}, True, id="old-browser"),
        pytest.param("POST", {"Origin": "null"}, True, id="sandboxed"),
    ],
)
def test_request_of_another_sites_page_is_detected(method: str, headers: dict[str, str], foreign: bool) -> None:
    assert is_foreign(make_mocked_request(method, "/dump", headers={"Host": "127.0.0.1:6066"} | headers)) is foreign


async def test_dump_view_refuses_cross_site_forms_and_too_large_uploads(client: aiohttp.ClientSession) -> None:
    async def status(body: bytes, **headers: str) -> int:
        async with client.post("/dump", data=io.BytesIO(body), headers={"Content-Type": DUMP_TYPE} | headers) as response:
            return response.status

    assert await status(b"A page") == 200
    assert await status(b"A page", Origin="http://evil.example") == 403
    for simple in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        async with client.post("/dump", data=b"A page", headers={"Content-Type": simple}) as response:
            assert response.status == 415
    assert await status(b"x" * (MAX_BYTES + 1)) == 413


async def test_stream_has_its_content_type_and_sends_new_messages(served: Site, client: aiohttp.ClientSession) -> None:
    async with client.get("/events") as response:
        assert response.content_type == "text/event-stream"
        served.article(event(1))
        head = await response.content.readuntil(b"\n\n")
        assert head == b"retry: 2000\n\n"
        message = await response.content.readuntil(b"\n\n")
        assert re.match(rb"id: [0-9a-f]{8}-1\nevent: article\ndata: \{", message)


async def test_text_that_resembles_a_message_of_the_stream_stays_text(served: Site) -> None:
    evil = event(1, title="a\n\nevent: figures\ndata: {}\n\n", body="\r\nid: 9\r\n\r\n")
    shown = event_json(orjson.dumps(evil, option=orjson.OPT_INDENT_2), 0, is_copy=False)
    assert shown is not None
    assert b"\n" not in shown
    assert b"\r" not in shown
    assert orjson.loads(shown)["event"]["title"] == evil["title"]


@pytest.mark.parametrize("value", [b"", b"null", b"[1]", b"{}", b"\xff", b'{"id": "1"}', b'{"id": 1, "body": "x"}'])
def test_value_that_is_no_event_is_ignored(value: bytes) -> None:
    assert event_json(value, 0, is_copy=False) is None


def test_long_body_is_truncated_with_its_evidence_and_has_its_length() -> None:
    places = [{"field": "body", "start": start, "end": start + 3, "text": "xxx"} for start in (0, MAX_BODY_CHARACTERS - 1)]
    label = {"id": "chile", "name": "Chile", "score": 1.0, "about": True, "evidence": places}
    shown = event_json(orjson.dumps(event(1, body="x" * 300_000, regions=[label])), 0, is_copy=False)
    assert shown is not None
    result = orjson.loads(shown)["event"]
    assert (len(result["body"]), result["body_characters"]) == (MAX_BODY_CHARACTERS, 300_000)
    assert [place["start"] for place in result["regions"][0]["evidence"]] == [0]


async def test_client_that_reads_nothing_is_dropped_and_blocks_no_other(served: Site, client: aiohttp.ClientSession) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as deaf:
        deaf.sendall(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n\r\n".encode())
        async with client.get("/events") as response:
            while len(served.feed.clients) < 2:  # noqa: ASYNC110 - the socket is outside of the loop
                await asyncio.sleep(0.01)
            await response.content.readuntil(b"\n\n")
            for number in range(1_500):
                served.feed.publish("article", b'"%d%s"' % (number, b"x" * 20_000))
                assert b'data: "%d' % number in await response.content.readuntil(b"\n\n")
                if len(served.feed.clients) == 1:
                    break
            assert [known.is_open for known in served.feed.clients] == [True]
            assert number > 200


async def test_number_of_clients_is_limited(served: Site) -> None:
    async with aiohttp.ClientSession(served.url, connector=aiohttp.TCPConnector(limit=0)) as session:
        open_streams = [await session.get("/events") for _ in range(MAX_CLIENTS)]
        async with session.get("/events") as response:
            assert response.status == 503
        for stream in open_streams:
            stream.close()


@pytest.mark.parametrize("name", FILES)
def test_page_requests_no_other_host_and_inserts_no_markup(name: str) -> None:
    text = PAGE.joinpath(name).read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[\w.]+", text)) <= {"http://www.w3.org"}
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser|srcdoc", text)
    assert not re.search(r"<script>|\son\w+=\"|style=\"", text)


def test_samples_have_events_copies_and_a_dead_letter() -> None:
    known = sampled()
    assert len(known.events) > 50
    assert known.letters
