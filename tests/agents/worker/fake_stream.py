"""A stream of Faust's and its events, as far as an agent's intake needs one."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from types import SimpleNamespace
from typing import Any


def event(offset: int, partition: int = 0, value: bytes = b"a dump") -> Any:
    """Return an event of Faust's, as far as an intake looks at it."""
    return SimpleNamespace(
        message=SimpleNamespace(topic="news.dumps", partition=partition, offset=offset, key=None, value=value, headers=())
    )


class FakeStream:
    """Hands out the events of `queue`, and ends behind those that it was made with where `ends`."""

    def __init__(self, events: Sequence[object] = (), *, ends: bool = True) -> None:
        self.queue: asyncio.Queue[object] = asyncio.Queue()
        self.error: Exception | None = None
        self.tasks: list[asyncio.Task[Any]] = []
        self._ends = ends
        for event in events:
            self.queue.put_nowait(event)

    def add_future(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        self.tasks.append(asyncio.create_task(work))
        return self.tasks[-1]

    async def events(self) -> AsyncIterator[object]:
        while not self._ends or not self.queue.empty():
            yield await self.queue.get()
        if self.error is not None:
            raise self.error
