"""A Faust worker that reports the signal which stops it, and starts and ends without waits of a second."""

import asyncio
from collections.abc import Callable
from signal import Signals
from typing import Any

import faust
from faust.tables.manager import TableManager

# For tasks that are cancelled at the end of the event loop.
LAST_TASKS_S = 0.05


class SignalReportingWorker(faust.Worker):
    """A Faust worker that calls `on_signal` before it begins to shut down."""

    def __init__(self, *services: Any, on_signal: Callable[[Signals], None], **options: Any) -> None:
        """Take the arguments of Faust's worker, and the callback."""
        super().__init__(*services, **options)
        self._report_signal = on_signal

    def _schedule_shutdown(self, signal: Signals) -> None:
        self._report_signal(signal)
        super()._schedule_shutdown(signal)

    async def _sentinel_task(self) -> None:
        await asyncio.sleep(LAST_TASKS_S)


class StoppingAgent(faust.Agent):
    """An agent that is stopping as soon as its app is: Faust cancels a running one before it stops it, and logs that as a crash."""

    @property
    def should_stop(self) -> bool:
        """Return whether the agent or its app has been told to stop."""
        return super().should_stop or self.app.should_stop


class NoTables(TableManager):
    """The tables of an app that has none: Faust's manager waits a second at start for tables to be declared."""

    async def on_start(self) -> None:
        """Let the consumer subscribe, which waits for the tables."""
        await self._update_channels()
        await self.recovery.start()
