"""Bound the connections of the web server: their number, and the time in which each must send its next request."""

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from typing import cast

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler, Middleware

from agents.web.guard import FOR_MACHINES

log = logging.getLogger(__name__)

# In total: behind a proxy all have one address. The pages of people need six each, a probe and a scrape one.
MAX_CONNECTIONS = 64
# Of them with a request in progress. The others wait for one, and make room for probes.
MAX_REQUESTS = 48
# For the whole head of a request, and between two: a browser opens another connection, a scrape every 15 s keeps its own.
REQUEST_S = 20.0
RETRY_S = 5
_REFUSAL = f"HTTP/1.1 503 Service Unavailable\r\nRetry-After: {RETRY_S}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()


class Connections:
    """The open connections. Those without a request in progress are closed after a time, and the oldest of them for a new one.

    So a client that holds connections open can't keep out the probes, by whose failures Kubernetes would restart the worker.
    """

    def __init__(self, *, limit: int = MAX_CONNECTIONS, max_requests: int = MAX_REQUESTS, request_s: float = REQUEST_S) -> None:
        """Bound the number of connections, that of requests in progress, and the seconds in which each connection must send a request."""
        self._limit = limit
        self._max_requests = max_requests
        self._request_s = request_s
        self._open: set[asyncio.Transport] = set()
        # In order of their beginning: those that must send a request, each with the timer that closes it.
        self._waiting: dict[asyncio.Transport, asyncio.TimerHandle] = {}

    async def serve(self, runner: web.AppRunner, **address: object) -> asyncio.Server:
        """Start to serve the application of a runner that is set up; `address` as of `loop.create_server`."""
        logging.getLogger("aiohttp.server").addFilter(_is_no_client_error)
        server = runner.server
        assert server is not None
        return await asyncio.get_running_loop().create_server(lambda: _Connection(self, server()), **address)  # type: ignore[call-overload, no-any-return]

    def middleware(self) -> Middleware:
        """Return the middleware that knows which connections have a request in progress, and refuses too many but for probes."""

        @web.middleware
        async def counted(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path not in FOR_MACHINES and len(self._open) - len(self._waiting) >= self._max_requests:
                raise web.HTTPServiceUnavailable(text="Too many requests are being answered.", headers={"Retry-After": str(RETRY_S)})
            with self._in_progress(cast(asyncio.Transport, request.transport)):
                return await handler(request)

        return counted

    def admit(self, transport: asyncio.Transport) -> bool:
        """Return whether a new connection may stay; where there are too many, the one that waits longest is closed for it."""
        if len(self._open) >= self._limit:
            oldest = next(iter(self._waiting), None)
            if oldest is None:
                return False
            self._abort(oldest)
        self._open.add(transport)
        self._await_request(transport)
        return True

    def forget(self, transport: asyncio.Transport) -> None:
        """Forget a connection that is closed."""
        self._open.discard(transport)
        self._stop_waiting(transport)

    @contextlib.contextmanager
    def _in_progress(self, transport: asyncio.Transport) -> Iterator[None]:
        self._stop_waiting(transport)
        try:
            yield
        finally:
            if transport in self._open:
                self._await_request(transport)

    def _await_request(self, transport: asyncio.Transport) -> None:
        self._waiting[transport] = asyncio.get_running_loop().call_later(self._request_s, self._abort, transport)

    def _stop_waiting(self, transport: asyncio.Transport) -> None:
        timer = self._waiting.pop(transport, None)
        if timer is not None:
            timer.cancel()

    def _abort(self, transport: asyncio.Transport) -> None:
        self.forget(transport)
        transport.abort()


def _is_no_client_error(record: logging.LogRecord) -> bool:
    """Return whether a log record of aiohttp is about anything but a client that does not speak HTTP, whom 400 is the answer to."""
    return record.exc_info is None or not isinstance(record.exc_info[1], HttpProcessingError)


class _Connection(asyncio.Protocol):
    """One connection: passes everything on to aiohttp's protocol, unless there are too many."""

    def __init__(self, connections: Connections, protocol: asyncio.Protocol) -> None:
        self._connections = connections
        self._protocol = protocol
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        opened = cast(asyncio.Transport, transport)
        if not self._connections.admit(opened):
            opened.write(_REFUSAL)
            opened.close()
            return
        self._transport = opened
        self._protocol.connection_made(opened)

    def connection_lost(self, error: Exception | None) -> None:
        if self._transport is not None:
            self._connections.forget(self._transport)
            self._protocol.connection_lost(error)

    def data_received(self, data: bytes) -> None:
        if self._transport is not None:
            self._protocol.data_received(data)

    def eof_received(self) -> bool | None:
        return self._protocol.eof_received() if self._transport is not None else None

    def pause_writing(self) -> None:
        if self._transport is not None:
            self._protocol.pause_writing()

    def resume_writing(self) -> None:
        if self._transport is not None:
            self._protocol.resume_writing()
