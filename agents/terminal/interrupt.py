"""Ctrl-C and SIGTERM end a command in good order: its work is cancelled, and what it opened is closed."""

import asyncio
import signal
from collections.abc import Coroutine


def run_until_signal(work: Coroutine[object, object, None]) -> bool:
    """Run `work` to its end or to SIGINT or SIGTERM, whichever comes first; return whether it came to its end."""
    return asyncio.run(_until_signal(work))


async def _until_signal(work: Coroutine[object, object, None]) -> bool:
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return False
    return True
