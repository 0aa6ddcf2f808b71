"""What those who watch are told: a ring of the last messages with ids, and a bounded queue for each; whoever is too slow is dropped.

While nobody watches, nothing runs and nothing is kept.
"""

import asyncio
import contextlib
import logging
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence

log = logging.getLogger("agents.web_feed")

KEPT_MESSAGES = 1_000
KEPT_BYTES = 4 * 1024 * 1024
# Twice what is kept: a client that has just come gets all of that at once.
QUEUE_MESSAGES = 2 * KEPT_MESSAGES
QUEUE_BYTES = 2 * KEPT_BYTES
CHUNK_BYTES = 64 * 1024
LINGER_S = 10.0

Source = Callable[["Feed"], Awaitable[None]]


class Client:
    """One who watches: what is still to be sent to it. `drop` cuts its connection."""

    def __init__(self, drop: Callable[[], None]) -> None:
        self.is_open = True
        self._drop = drop
        self._queue: deque[bytes] = deque()
        self._size = 0
        self._changed = asyncio.Event()

    def put(self, message: bytes) -> None:
        """Queue a message; one that is too slow to take it is dropped, and may come back with the id that it saw last."""
        if not self.is_open:
            return
        self._queue.append(message)
        self._size += len(message)
        self._changed.set()
        if len(self._queue) > QUEUE_MESSAGES or self._size > QUEUE_BYTES:
            log.warning("dropped a client of the live page that was too slow")
            self.end()
            self._drop()

    async def take(self) -> bytes | None:
        """Return some of what waits as soon as anything does; None at the end."""
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
        """Let `take` end, and forget what waits."""
        self.is_open = False
        self._queue.clear()
        self._changed.set()


class Feed:
    """Hands messages on to all who watch, and runs its sources as long as there are any, and `linger_s` longer."""

    def __init__(self, sources: Sequence[Source], *, linger_s: float = LINGER_S) -> None:
        """Begin at rest; each of `sources` is a coroutine that publishes until it is cancelled."""
        self.clients: set[Client] = set()
        self._sources = sources
        self._linger_s = linger_s
        self._running: list[asyncio.Future[None]] = []
        self._resting: asyncio.TimerHandle | None = None
        self._forget()

    @contextlib.contextmanager
    def joined(self, last_id: str | None, drop: Callable[[], None]) -> Iterator[Client]:
        """Yield a new client, which first gets what it missed since `last_id`, or all that is kept."""
        client = Client(drop)
        self._catch_up(client, last_id)
        self.clients.add(client)
        self._wake()
        try:
            yield client
        finally:
            client.end()
            self.clients.discard(client)
            if not self.clients:
                self._resting = asyncio.get_running_loop().call_later(self._linger_s, self._rest)

    def publish(self, name: str, data: bytes) -> None:
        """Tell a message that is kept for those who come later; `data` is one line."""
        self._number += 1
        message = b"id: %s-%d\nevent: %s\ndata: %s\n\n" % (self._epoch.encode(), self._number, name.encode(), data)
        self._kept.append((self._number, message))
        self._size += len(message)
        while len(self._kept) > KEPT_MESSAGES or self._size > KEPT_BYTES:
            self._size -= len(self._kept.popleft()[1])
        self._tell(message)

    def announce(self, name: str, data: bytes) -> None:
        """Tell a message that counts now only."""
        self._tell(_unnumbered(name, data))

    async def close(self) -> None:
        """End all clients and sources."""
        for client in self.clients:
            client.end()
        running = self._running
        self._rest()
        await asyncio.gather(*running, return_exceptions=True)

    def _tell(self, message: bytes) -> None:
        for client in self.clients:
            client.put(message)

    def _catch_up(self, client: Client, last_id: str | None) -> None:
        epoch, _, number = (last_id or "").rpartition("-")
        seen = int(number) if epoch == self._epoch and number.isascii() and number.isdecimal() else 0
        first = self._kept[0][0] if self._kept else self._number + 1
        if last_id and seen + 1 < first:
            client.put(_unnumbered("gap", b"{}"))
        for kept, message in self._kept:
            if kept > seen:
                client.put(message)

    def _wake(self) -> None:
        if self._resting is not None:
            self._resting.cancel()
            self._resting = None
        if not self._running:
            self._running = [asyncio.ensure_future(source(self)) for source in self._sources]
            for source in self._running:
                source.add_done_callback(self._ended)

    def _ended(self, source: "asyncio.Future[None]") -> None:
        """A source that failed is told of, and begins again with the clients, who come back by themselves."""
        if source.cancelled() or source.exception() is None:
            return
        log.error("the live page has no events", exc_info=source.exception())
        for client in self.clients:
            client.end()
        self._rest()

    def _rest(self) -> None:
        for source in self._running:
            source.cancel()
        self._running = []
        self._forget()

    def _forget(self) -> None:
        """Begin anew: ids of another epoch are of messages that nobody has any more."""
        self._epoch = secrets.token_hex(4)
        self._number = 0
        self._kept: deque[tuple[int, bytes]] = deque()
        self._size = 0


def _unnumbered(name: str, data: bytes) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), data)
