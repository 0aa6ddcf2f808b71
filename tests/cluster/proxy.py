"""A TCP proxy that knows Kafka's frames: it delays, stalls and drops requests or responses, by API where wanted."""

import asyncio
import contextlib
import functools
import random
import struct
import threading
import time
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tests.cluster.wire import Api

MAX_WAITING_FRAMES = 64
"""Frames of one direction of a connection that wait in the proxy; above it the sender waits, as for a full network buffer."""
POLL_S = 0.02


class Direction(StrEnum):
    """Of a frame: from a client to a node, or back."""

    REQUESTS = "requests"
    RESPONSES = "responses"


class Action(StrEnum):
    """What befalls a frame."""

    DELAY = "delay"
    STALL = "stall"
    DROP = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An action on a share of the frames of a direction and some APIs; None and an empty collection stand for all of them."""

    action: Action
    direction: Direction | None
    apis: frozenset[int]
    share: float = 1.0
    seconds: float = 0.0

    def concerns(self, action: Action, frame: "Frame") -> bool:
        """Return whether this action is to befall this frame."""
        is_meant = self.action == action and self.direction in (None, frame.direction) and (not self.apis or frame.api in self.apis)
        return is_meant and (self.share >= 1 or random.random() < self.share)


@dataclass(frozen=True, slots=True)
class Frame:
    """One request or response; `api` is -1 for the response to an unknown request."""

    direction: Direction
    api: int
    data: bytes


# Each frame with the time at which it is due; None at the end.
Waiting = asyncio.Queue[tuple[float, Frame] | None]


class Connection:
    """One client's connection to a node: two directions, and the APIs of the requests that have no response yet."""

    def __init__(self, proxy: "Proxy", client: asyncio.StreamWriter, node: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self._writers = (client, node)
        self._apis: dict[int, int] = {}

    async def carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, direction: Direction) -> None:
        """Carry the frames of one direction until an end closes; what was read before that still arrives, as in a network."""
        waiting: Waiting = asyncio.Queue(MAX_WAITING_FRAMES)
        reading = asyncio.create_task(self._read_all(source, direction, waiting))
        try:
            await self._write_all(waiting, target)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            self._abort()

    async def _read_all(self, source: asyncio.StreamReader, direction: Direction, waiting: Waiting) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                frame = await self._read(source, direction)
                if self._proxy.matching(Action.DROP, frame):
                    self._proxy.dropped[direction, frame.api] += 1
                    self._abort()
                    break
                delay_s = sum(rule.seconds for rule in self._proxy.matching(Action.DELAY, frame))
                await waiting.put((time.monotonic() + delay_s, frame))
        await waiting.put(None)

    async def _read(self, source: asyncio.StreamReader, direction: Direction) -> Frame:
        head = await source.readexactly(4)
        body = await source.readexactly(struct.unpack(">i", head)[0])
        if direction is Direction.REQUESTS:
            api, _, correlation = struct.unpack_from(">hhi", body)
            self._apis[correlation] = api
        else:
            (correlation,) = struct.unpack_from(">i", body)
            api = self._apis.pop(correlation, -1)
        return Frame(direction, api, head + body)

    async def _write_all(self, waiting: Waiting, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while (head := await waiting.get()) is not None:
                due, frame = head
                await asyncio.sleep(due - time.monotonic())
                while self._proxy.matching(Action.STALL, frame):  # noqa: ASYNC110 - `heal` comes from another thread
                    await asyncio.sleep(POLL_S)
                target.write(frame.data)
                await target.drain()

    def _abort(self) -> None:
        for writer in self._writers:
            writer.transport.abort()


class Proxy:
    """Listens on ports of 127.0.0.1, each of which leads to a node's; in a thread of its own. Faults add up until `heal`.

    A fault concerns the connections there are and new ones, to all nodes. `apis` are those of tests/cluster/wire.py, all by default.
    """

    def __init__(self, targets: Mapping[int, int]) -> None:
        self._targets = targets
        self._rules: tuple[Rule, ...] = ()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="kafka-proxy", daemon=True)
        self._servers: list[asyncio.Server] = []
        self._connections: set[asyncio.Task[None]] = set()
        self.dropped: Counter[tuple[Direction, int]] = Counter()

    @property
    def ports(self) -> list[int]:
        """The ports on which it listens."""
        return list(self._targets)

    def delay(self, seconds: float, direction: Direction | None = None, apis: Collection[Api] = (), share: float = 1.0) -> None:
        """Carry frames this much later; those behind them on the connection wait too."""
        self._add(Rule(action=Action.DELAY, direction=direction, apis=frozenset(apis), share=share, seconds=seconds))

    def stall(self, direction: Direction | None = None, apis: Collection[Api] = ()) -> None:
        """Hold frames back until `heal`, on connections that stay open: in one direction, or as in a partitioned network in both."""
        self._add(Rule(action=Action.STALL, direction=direction, apis=frozenset(apis)))

    def drop(self, direction: Direction, apis: Collection[Api] = (), share: float = 1.0) -> None:
        """Lose frames, and with each its connection: a request never arrives; that of a lost response was done."""
        self._add(Rule(action=Action.DROP, direction=direction, apis=frozenset(apis), share=share))

    def heal(self) -> None:
        """End all faults; frames that were held back arrive."""
        self._rules = ()

    def matching(self, action: Action, frame: Frame) -> list[Rule]:
        """Return the rules by which this action befalls this frame now."""
        return [rule for rule in self._rules if rule.concerns(action, frame)]

    def start(self) -> None:
        """Listen on all ports."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()

    def stop(self) -> None:
        """Close everything and end the thread; of no effect where it does not run."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()

    def _add(self, rule: Rule) -> None:
        self._rules = (*self._rules, rule)

    async def _listen(self) -> None:
        for port, target in self._targets.items():
            accept = functools.partial(self._accept, target)
            self._servers.append(await asyncio.start_server(accept, "127.0.0.1", port))

    def _accept(self, target: int, source: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        connection = self._loop.create_task(self._serve(target, source, client))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _serve(self, target: int, source: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        try:
            answers, node = await asyncio.open_connection("127.0.0.1", target)
        except OSError:
            client.transport.abort()
            return
        connection = Connection(self, client, node)
        await asyncio.gather(connection.carry(source, node, Direction.REQUESTS), connection.carry(answers, client, Direction.RESPONSES))

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
