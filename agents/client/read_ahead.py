"""A blocking iterator for asyncio: what it waits for (a file, a pipe) must not hold up what is being sent."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

Item = TypeVar("Item")

AHEAD = 4  # items of up to 64 MiB each


class _End:
    """The end of the items; `complete` is false where an error ended them, which the thread has then shown."""

    def __init__(self, complete: bool) -> None:
        self.complete = complete


async def read_ahead(items: Iterable[Item]) -> AsyncIterator[Item]:
    """Yield the items, read in a thread of its own a few ahead.

    The thread is a daemon: nothing can wake it from a pipe that gives nothing, and it must not keep an interrupted process alive.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Item | _End] = asyncio.Queue(AHEAD)

    def put(item: Item | _End) -> None:
        asyncio.run_coroutine_threadsafe(queue.put(item), loop).result()

    def read() -> None:
        complete = False
        try:
            for item in items:
                put(item)
            complete = True
        finally:
            put(_End(complete))

    threading.Thread(target=read, name="read-ahead", daemon=True).start()
    while not isinstance(item := await queue.get(), _End):
        yield item
    if not item.complete:
        raise RuntimeError("the input could not be read to its end; the error is above")
