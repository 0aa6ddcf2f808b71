"""Stop a command gracefully on Ctrl-C and SIGTERM: cancel its work and close its resources."""

import asyncio
import signal
from collections.abc import Coroutine


def run_until_signal(work: Coroutine[object, object, None]) -> bool:
    """Run `work` until it ends or SIGINT or SIGTERM arrives; return whether it ended by itself."""
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
