"""Deliver events to a target one after the other: each is retried with back-off, and noted in a file where it cannot be delivered."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson

from agents.client.received_event import ReceivedEvent
from streams.times import format_time

FIRST_WAIT_S = 1.0
MAX_WAIT_S = 60.0
MAX_ATTEMPTS = 10  # four minutes with the waits of `FIRST_WAIT_S` to `MAX_WAIT_S`

Target = Callable[[ReceivedEvent], Awaitable[None]]


class Refused(Exception):
    """The target does not take this event, now or later."""


class NotDelivered(Exception):
    """The target may take the event later; `wait_s` is the time that it asks for."""

    def __init__(self, why: str, wait_s: float = 0.0) -> None:
        super().__init__(why)
        self.wait_s = wait_s


class Delivery:
    """Deliver to one target. The next event waits for the one before, so that their order holds within a partition."""

    def __init__(self, target: Target, undelivered: Path, on_trouble: Callable[[str], None], *, first_wait_s: float = FIRST_WAIT_S) -> None:
        """Append events that the target refuses, or does not take in `MAX_ATTEMPTS`, to the file `undelivered` as JSON lines."""
        self._target = target
        self._undelivered = undelivered
        self._on_trouble = on_trouble
        self._first_wait_s = first_wait_s

    async def __call__(self, event: ReceivedEvent) -> None:
        """Return when the event is delivered or noted in the file."""
        wait_s = self._first_wait_s
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                return await self._target(event)
            except Refused as error:
                return self._note(event, str(error), attempt)
            except NotDelivered as error:
                if attempt == MAX_ATTEMPTS:
                    return self._note(event, str(error), attempt)
                if attempt == 1:
                    self._on_trouble(f"{event.id} is not delivered, trying again: {error}")
                await asyncio.sleep(min(max(wait_s, error.wait_s), MAX_WAIT_S))
                wait_s *= 2
        return None

    def _note(self, event: ReceivedEvent, why: str, attempts: int) -> None:
        self._on_trouble(f"{event.id} is not delivered, and noted in {self._undelivered}: {why}")
        letter = {
            "at": format_time(int(time.time())),
            "id": event.id,
            "why": why,
            "attempts": attempts,
            "event": orjson.Fragment(event.value),
        }
        with self._undelivered.open("ab") as file:
            file.write(orjson.dumps(letter, option=orjson.OPT_APPEND_NEWLINE))
