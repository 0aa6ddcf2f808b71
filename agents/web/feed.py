"""Broadcast server-sent events: a buffer of recent messages with ids, and a bounded queue per client; slow clients are dropped.

Without clients no source runs and nothing is buffered.
"""

import asyncio
import contextlib
import logging
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence

log = logging.getLogger("agents.web_feed")

BUFFERED_MESSAGES = 1_000
BUFFERED_BYTES = 4 * 1024 * 1024
# Twice the buffer, since a new client gets the whole buffer at once.
QUEUE_MESSAGES = 2 * BUFFERED_MESSAGES
QUEUE_BYTES = 2 * BUFFERED_BYTES
CHUNK_BYTES = 64 * 1024
MAX_NUMBER_DIGITS = 18
LINGER_S = 10.0

Source = Callable[["Feed"], Awaitable[None]]


class Client:
    """A connected client with its queue of unsent messages; `drop` closes its connection."""

    def __init__(self, drop: Callable[[], None]) -> None:
        self.is_open = True
        self._drop = drop
        self._queue: deque[bytes] = deque()
        self._size = 0
        self._changed = asyncio.Event()

    def put(self, message: bytes) -> None:
        """Queue a message. A client whose queue is full is dropped, and may reconnect with its last id."""
        if not self.is_open:
            return
        self._queue.append(message)
        self._size += len(message)
        self._changed.set()
        if len(self._queue) > QUEUE_MESSAGES or self._size > QUEUE_BYTES:
            log.warning("dropped a slow client of the live page")
            self.end()
            self._drop()

    async def take(self) -> bytes | None:
        """Wait for queued messages and return some of them; None after the end."""
        while self.is_open and not self._queue:
            self._changed.clear()
            await self._changed.wait()
        if not self.is_open:
            return None
        taken, size = [], 0
        while self._queue and size < CHUNK_BYTES:
            taken.append(self._queue.popleft())
            size += len(taken[-1])
        self._size -= size
        return b"".join(taken)

    def end(self) -> None:
        """End `take` and discard queued messages."""
        self.is_open = False
        self._queue.clear()
        self._changed.set()


class Feed:
    """Broadcast messages to all clients. The sources run while there are clients, and `linger_s` longer."""

    def __init__(self, sources: Sequence[Source], *, linger_s: float = LINGER_S) -> None:
        """Create a feed without running sources; each of `sources` publishes until it is cancelled."""
        self.clients: set[Client] = set()
        self._sources = sources
        self._linger_s = linger_s
        self._running: list[asyncio.Future[None]] = []
        self._stop_timer: asyncio.TimerHandle | None = None
        self._reset()

    @contextlib.contextmanager
    def joined(self, last_id: str | None, drop: Callable[[], None]) -> Iterator[Client]:
        """Yield a new client, which first gets the messages since `last_id`, or the whole buffer."""
        client = Client(drop)
        self._catch_up(client, last_id)
        self.clients.add(client)
        self._start_sources()
        try:
            yield client
        finally:
            client.end()
            self.clients.discard(client)
            if not self.clients:
                self._stop_timer = asyncio.get_running_loop().call_later(self._linger_s, self._stop_sources)

    def publish(self, name: str, data: bytes) -> None:
        """Broadcast a message and buffer it for later clients; `data` is one line."""
        self._number += 1
        message = b"id: %s-%d\nevent: %s\ndata: %s\n\n" % (self._epoch.encode(), self._number, name.encode(), data)
        self._buffer.append((self._number, message))
        self._size += len(message)
        while len(self._buffer) > BUFFERED_MESSAGES or self._size > BUFFERED_BYTES:
            self._size -= len(self._buffer.popleft()[1])
        self._broadcast(message)

    def announce(self, name: str, data: bytes) -> None:
        """Broadcast a message without buffering it."""
        self._broadcast(_unnumbered(name, data))

    async def close(self) -> None:
        """Disconnect all clients and stop the sources."""
        for client in self.clients:
            client.end()
        running = self._running
        self._stop_sources()
        await asyncio.gather(*running, return_exceptions=True)

    def _broadcast(self, message: bytes) -> None:
        for client in self.clients:
            client.put(message)

    def _catch_up(self, client: Client, last_id: str | None) -> None:
        epoch, _, number = (last_id or "").rpartition("-")
        is_known = epoch == self._epoch and number.isascii() and number.isdecimal() and len(number) <= MAX_NUMBER_DIGITS
        seen = int(number) if is_known else 0
        first = self._buffer[0][0] if self._buffer else self._number + 1
        if last_id and seen + 1 < first:
            client.put(_unnumbered("gap", b"{}"))
        for message_no, message in self._buffer:
            if message_no > seen:
                client.put(message)

    def _start_sources(self) -> None:
        if self._stop_timer is not None:
            self._stop_timer.cancel()
            self._stop_timer = None
        if not self._running:
            self._running = [asyncio.ensure_future(source(self)) for source in self._sources]
            for source in self._running:
                source.add_done_callback(self._on_source_end)

    def _on_source_end(self, source: "asyncio.Future[None]") -> None:
        """Log a failed source and disconnect the clients; the sources restart when they reconnect."""
        if source.cancelled() or source.exception() is None:
            return
        log.error("a source of the live page failed", exc_info=source.exception())
        for client in self.clients:
            client.end()
        self._stop_sources()

    def _stop_sources(self) -> None:
        for source in self._running:
            source.cancel()
        self._running = []
        self._reset()

    def _reset(self) -> None:
        """Empty the buffer and start a new epoch: ids of earlier epochs are unknown."""
        self._epoch = secrets.token_hex(4)
        self._number = 0
        self._buffer: deque[tuple[int, bytes]] = deque()
        self._size = 0


def _unnumbered(name: str, data: bytes) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), data)
