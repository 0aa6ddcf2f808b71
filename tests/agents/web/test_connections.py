"""Limits of the web server: connections, the time of a request, and uploads, against clients that hold what they have."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from agents.web import feeds, letters, queries
from agents.web import site as web_site
from agents.web.connections import Connections
from agents.web.dump_view import MAX_BYTES, DumpUpload, DumpView
from agents.web.server import warn_if_exposed
from agents.web.site import MAX_UPLOADS
from tests.browser.served import Site, site

HALF_A_REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "
PROBE = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
STREAM = b"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
UPLOAD = b"POST /dump HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n"
SOON_S = 0.3
# Where the request must arrive before: more than a busy machine pauses a process.
REQUEST_S = 1.0
# Of any step on a busy machine.
LIMIT_S = 60


class Client:
    """A raw connection to a site."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def answer(self) -> bytes:
        """Return the head of a response."""
        return await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), LIMIT_S)

    async def is_closed(self) -> bool:
        try:
            return await asyncio.wait_for(self.reader.read(1), LIMIT_S) == b""
        except ConnectionError:
            return True
        except TimeoutError:
            return False


@asynccontextmanager
async def opened(served: Site, *sent: bytes) -> AsyncIterator[list[Client]]:
    """Yield a connection for each of `sent`, which it has sent."""
    async with AsyncExitStack() as stack:
        clients = []
        for data in sent:
            client = Client(*await asyncio.open_connection("127.0.0.1", served.port))
            stack.callback(client.writer.close)
            client.writer.write(data)
            await client.writer.drain()
            clients.append(client)
        yield clients


async def until(holds: Callable[[], bool]) -> None:
    """Return once the server's state is as asked."""
    async with asyncio.timeout(LIMIT_S):
        while not holds():  # noqa: ASYNC110 - no event says so
            await asyncio.sleep(0.01)


async def until_open(served: Site, count: int) -> None:
    await until(lambda: len(served.connections._open) == count)


@pytest.mark.parametrize("sent", [b"", HALF_A_REQUEST, PROBE], ids=["nothing", "half-a-request", "idle-after-a-request"])
async def test_connection_without_a_request_is_closed_after_its_time(sent: bytes) -> None:
    async with site(request_s=REQUEST_S) as served, opened(served, sent) as [client]:
        if sent is PROBE:
            assert (await client.answer()).startswith(b"HTTP/1.1 200")
            await client.reader.readexactly(len("alive"))
        assert await client.is_closed()


async def test_stream_is_not_closed_for_its_age() -> None:
    async with site(request_s=REQUEST_S) as served, opened(served, STREAM) as [client]:
        assert (await client.answer()).startswith(b"HTTP/1.1 200")
        await asyncio.sleep(1.5 * REQUEST_S)
        served.feed.announce("figures", b"{}")
        assert b"figures" in await asyncio.wait_for(client.reader.readuntil(b"data: {}"), LIMIT_S)


async def test_connection_that_waits_longest_makes_room_for_a_probe() -> None:
    async with site(limit=3) as served, opened(served, *[HALF_A_REQUEST] * 3) as [first, *others], opened(served, PROBE) as [probe]:
        assert (await probe.answer()).startswith(b"HTTP/1.1 200")
        assert await first.is_closed()
        assert not any(client.reader.at_eof() for client in others)


async def test_one_connection_too_many_is_refused_while_all_others_are_at_work() -> None:
    async with site(limit=2) as served, opened(served, STREAM, STREAM) as streams:
        for stream in streams:
            await stream.answer()
        async with opened(served, PROBE) as [probe]:
            head = await probe.answer()
            assert head.startswith(b"HTTP/1.1 503")
            assert b"Retry-After: " in head
        streams[0].writer.close()
        await until_open(served, 1)
        async with opened(served, PROBE) as [probe]:
            assert (await probe.answer()).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"GET /livez HTTP/1.1\nHost: a\n\n", id="bare-newlines"),
        pytest.param(b"GET / HTTP/1.1\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", id="long-header"),
        pytest.param(b"\x16\x03\x01 GET / HTTP/1.1\r\n\r\n", id="no-http"),
    ],
)
async def test_bytes_that_are_no_http_are_refused_and_fill_no_log(sent: bytes, caplog: pytest.LogCaptureFixture) -> None:
    async with site() as served, opened(served, sent) as [client]:
        assert b" 400 " in await client.answer()
    assert caplog.messages == []


async def test_requests_that_do_not_end_leave_room_for_probes() -> None:
    async with site(limit=3, max_requests=2) as served, opened(served, STREAM, STREAM) as streams:
        for stream in streams:
            await stream.answer()
        async with opened(served, STREAM) as [refused], opened(served, PROBE) as [probe]:
            head = await refused.answer()
            assert head.startswith(b"HTTP/1.1 503")
            assert b"Retry-After: " in head
            assert (await probe.answer()).startswith(b"HTTP/1.1 200")


async def test_upload_is_refused_before_its_body_is_read_while_as_many_as_may_be_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    async def show(_: DumpView, __: DumpUpload) -> bytes:  # the real one starts a process, and that takes long
        return b"{}"

    monkeypatch.setattr(DumpView, "show", show)
    unfinished = UPLOAD % MAX_BYTES + b"x" * 1000
    async with site() as served, opened(served, *[unfinished] * MAX_UPLOADS) as uploads:
        await until_open(served, MAX_UPLOADS)
        await until(lambda: not served.connections._waiting)
        async with opened(served, UPLOAD % MAX_BYTES) as [client]:
            head = await client.answer()
            assert head.startswith(b"HTTP/1.1 503")
            assert b"Retry-After: " in head
        uploads[0].writer.close()
        await until_open(served, MAX_UPLOADS - 1)
        async with opened(served, UPLOAD % 6 + b"A page") as [client]:
            assert (await client.answer()).startswith(b"HTTP/1.1 200")


async def test_upload_is_refused_before_its_body_is_read_while_a_dump_is_processed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DumpView, "is_busy", property(lambda _: True))
    async with site() as served, opened(served, UPLOAD % MAX_BYTES) as [client]:
        assert (await client.answer()).startswith(b"HTTP/1.1 503")


async def test_upload_that_does_not_arrive_in_time_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_site, "UPLOAD_S", SOON_S)
    async with site() as served, opened(served, UPLOAD % 6 + b"A pa") as [client]:
        assert (await client.answer()).startswith(b"HTTP/1.1 408")


def test_as_many_pages_and_uploads_as_may_be_leave_room_for_probes() -> None:
    connections = Connections()
    bounded = (web_site.MAX_CLIENTS, MAX_UPLOADS, 1, feeds.MAX_WAITING, queries.MAX_QUERIES, letters.MAX_REPLAYS)
    assert connections._limit > connections._max_requests > sum(bounded)


@pytest.mark.parametrize(("host", "warns"), [("127.0.0.1", False), ("::1", False), ("0.0.0.0", True), ("10.1.2.3", True)])
def test_address_beyond_this_machine_has_a_warning(host: str, warns: bool, caplog: Any) -> None:
    with caplog.at_level(logging.WARNING):
        warn_if_exposed(host)
    assert bool(caplog.messages) is warns
