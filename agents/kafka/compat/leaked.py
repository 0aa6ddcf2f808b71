"""Tell a cancellation of the running task from one that a client library leaks.

XXX aiokafka (0.14) cancels futures that others wait for, as where a client is closed or loses its broker: their `await` ends by
CancelledError, though nobody cancelled the task. Faust takes that for the end of an agent in good order, starts it again with the next
events, and the next commit passes the ones that it had in hand.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TypeVar

Argument = TypeVar("Argument")


def is_leaked_cancellation(error: BaseException) -> bool:
    """Return whether an error is a CancelledError that nobody caused by cancelling the running task."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and not task.cancelling()


def report_errors(
    body: Callable[[Argument], Awaitable[None]], on_error: Callable[[BaseException], Awaitable[None]]
) -> Callable[[Argument], Awaitable[None]]:
    """Return a function that does the same as `body`, and calls `on_error` with an error that ends it, leaked cancellations among them."""

    @wraps(body)
    async def reporting(argument: Argument) -> None:
        try:
            await body(argument)
        except (Exception, asyncio.CancelledError) as error:
            if not isinstance(error, asyncio.CancelledError) or is_leaked_cancellation(error):
                await on_error(error)
            raise

    return reporting
