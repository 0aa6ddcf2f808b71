"""Read a blocking iterator (files, a pipe) in a thread, so that it does not block asyncio."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

Item = TypeVar("Item")

MAX_ITEMS_AHEAD = 4  # items of up to 64 MiB each


class _End:
    """The end of the items. `complete` is false after an error, whose traceback the thread has printed."""

    def __init__(self, complete: bool) -> None:
        self.complete = complete


async def read_ahead(items: Iterable[Item]) -> AsyncIterator[Item]:
    """Yield the items, read a few ahead in a thread.

    The thread is a daemon: it can't be interrupted while it reads from an idle pipe, and must not keep an interrupted process alive.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Item | _End] = asyncio.Queue(MAX_ITEMS_AHEAD)

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
        raise RuntimeError("reading the input failed; see the error above")
