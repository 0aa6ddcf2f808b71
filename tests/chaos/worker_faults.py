"""Faults of workers: ended, frozen, robbed of their disk, joining, leaving, and restarted with another version of the records."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Mapping

from tests.chaos.faults import Fault
from tests.chaos.fleet import Fleet
from tests.chaos.inflicted import Inflict, Inflicted

ROLLING_LIMIT_S = 30.0


class WorkerFaults:
    """Faults of the workers of one fleet; `session_s` is their session time-out."""

    def __init__(self, fleet: Fleet, session_s: float) -> None:
        self._fleet = fleet
        self._session_s = session_s

    def by_kind(self) -> Mapping[str, Inflict]:
        """Return the function of each kind."""
        return {
            "kill": self.kill,
            "kill-all": self.kill_all,
            "terminate": self.terminate,
            "freeze": self.freeze,
            "wipe": self.wipe,
            "join": self.join,
            "leave": self.leave,
            "upgrade": self.upgrade,
            "rolling-workers": self.rolling,
        }

    async def kill(self, fault: Fault) -> Inflicted:
        slot = self._victim(fault)
        await self._fleet.end(slot, signal.SIGKILL)
        return self._start(slot)

    async def kill_all(self, _: Fault) -> Inflicted:
        slots = self._fleet.running
        await asyncio.gather(*(self._fleet.end(slot, signal.SIGKILL) for slot in slots))
        for slot in slots:
            self._fleet.start(slot)
        return Inflicted(victim="all workers", started=slots)

    async def terminate(self, fault: Fault) -> Inflicted:
        slot = self._victim(fault)
        await self._terminate(slot)
        await asyncio.sleep(fault.hold_s)
        return self._start(slot)

    async def freeze(self, fault: Fault) -> Inflicted:
        """Stop a process until the others have its partitions; it then believes that it still owns them."""
        slot = self._victim(fault)
        until = time.monotonic() + self._session_s + 1 + 2 * fault.hold_s
        self._fleet.send(slot, signal.SIGSTOP)

        async def thaw() -> None:
            await asyncio.sleep(until - time.monotonic())
            self._fleet.send(slot, signal.SIGCONT)

        return Inflicted(victim=f"worker {slot}", undo=thaw)

    async def wipe(self, fault: Fault) -> Inflicted:
        slot = self._victim(fault)
        await self._fleet.end(slot, signal.SIGKILL)
        self._fleet.wipe(slot)
        return self._start(slot)

    async def join(self, _: Fault) -> Inflicted:
        return self._start(self._fleet.absent[0])

    async def leave(self, _: Fault) -> Inflicted:
        slot = self._fleet.running[-1]
        await self._terminate(slot)
        return Inflicted(victim=f"worker {slot}")

    async def upgrade(self, fault: Fault) -> Inflicted:
        """Restart a worker so that it writes the other of two versions of the internal records, beside workers that do not."""
        slot = self._victim(fault)
        await self._terminate(slot)
        self._fleet.change_version(slot)
        return self._start(slot)

    async def rolling(self, _: Fault) -> Inflicted:
        """Restart one worker after another, each when the one before has partitions."""
        for slot in self._fleet.running:
            await self._terminate(slot)
            self._fleet.start(slot)
            with contextlib.suppress(TimeoutError):  # recovery shows what has no partitions
                await asyncio.wait_for(self._fleet.assigned([slot]), ROLLING_LIMIT_S)
        return Inflicted(victim="all workers")

    def _victim(self, fault: Fault) -> int:
        running = self._fleet.running
        return running[fault.victim % len(running)]

    def _start(self, slot: int) -> Inflicted:
        self._fleet.start(slot)
        return Inflicted(victim=f"worker {slot}", started=[slot])

    async def _terminate(self, slot: int) -> None:
        status = await self._fleet.end(slot, signal.SIGTERM)
        if status:
            self._fleet.ended_by_themselves.append(f"worker {slot} status {status} at SIGTERM")
