"""The worker processes of a chaos run; one that ends by itself is started again, as by an orchestrator."""

import asyncio
import shutil
import signal
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from agents.settings import Settings
from tests.kafka.worker import Worker

PERMANENT = 2
NEXT_VERSION = "next_version"
POLL_S = 0.1
START_AGAIN_S = 1.0
START_LIMIT_S = 60.0


class Fleet:
    """Two workers that run from the start and `guests` that come and go; each has a NEWS_DATA folder and a log of its own."""

    def __init__(self, settings: Settings, out: Path, spoiled: str = "", guests: int = 1) -> None:
        """Prepare the workers; none runs."""
        self._workers = [_worker(settings, out, slot, spoiled) for slot in range(PERMANENT + guests)]
        self._wanted: set[int] = set()
        self._told: dict[int, int] = {}
        self.ended_by_themselves: list[str] = []

    @property
    def running(self) -> list[int]:
        """The slots whose workers are to run now."""
        return sorted(self._wanted)

    @property
    def absent(self) -> list[int]:
        """The slots whose workers are not to run now."""
        return [slot for slot in range(len(self._workers)) if slot not in self._wanted]

    def start(self, slot: int) -> None:
        """Start a worker that does not run."""
        self._told[slot] = self._assignments(slot)
        self._workers[slot].start()
        self._wanted.add(slot)

    async def end(self, slot: int, number: signal.Signals) -> int:
        """End a worker and return its status; one that does not go in good order within its limit is killed and gives -9."""
        self._wanted.discard(slot)
        try:
            return await asyncio.to_thread(self._workers[slot].end, number)
        except subprocess.TimeoutExpired:
            return await asyncio.to_thread(self._workers[slot].end, signal.SIGKILL)

    def send(self, slot: int, number: signal.Signals) -> None:
        """Send a signal, and wait for nothing."""
        process = self._workers[slot].process
        assert process is not None
        process.send_signal(number)

    def wipe(self, slot: int) -> None:
        """Remove the NEWS_DATA folder of a worker that does not run."""
        shutil.rmtree(self._workers[slot].settings.data_folder, ignore_errors=True)

    def change_version(self, slot: int) -> None:
        """Let a worker that does not run write the other version of internal records: of this release, or of a later one."""
        worker = self._workers[slot]
        worker.spoiled = tuple(sorted({*worker.spoiled} ^ {NEXT_VERSION}))

    async def assigned(self, slots: Iterable[int]) -> None:
        """Return when each of these workers has been assigned its partitions since it was started."""
        for slot in slots:
            while self._assignments(slot) <= self._told[slot]:  # noqa: ASYNC110 - its log says when
                await asyncio.sleep(POLL_S)

    async def supervise(self) -> None:
        """Start each worker again that ends by itself, for ever."""
        while True:
            await asyncio.sleep(POLL_S)
            for slot in self.running:
                process = self._workers[slot].process
                if process is not None and process.poll() is not None:
                    self.ended_by_themselves.append(f"worker {slot} status {process.returncode}")
                    await asyncio.sleep(START_AGAIN_S)
                    if self._workers[slot].process is process and slot in self._wanted:  # no fault has begun with it meanwhile
                        self._workers[slot].start()

    async def stop(self) -> None:
        """End all of them in good order, frozen ones too."""
        for slot in self.running:
            self.send(slot, signal.SIGCONT)
        await asyncio.gather(*(self.end(slot, signal.SIGTERM) for slot in self.running))

    def tracebacks(self) -> int:
        """Return how many tracebacks the logs hold; a stage that fails to publish leaves one."""
        return sum(worker.log().count("Traceback (most recent call last)") for worker in self._workers if worker.log_path.exists())

    def _assignments(self, slot: int) -> int:
        log = self._workers[slot].log_path
        return log.read_bytes().count(b"assigned partitions=") if log.exists() else 0


def _worker(settings: Settings, out: Path, slot: int, spoiled: str) -> Worker:
    folder = out / f"worker-{slot}"
    folder.mkdir(parents=True, exist_ok=True)
    worker = Worker(replace(settings, data=str(folder)), spoiled=spoiled)
    worker.log_path = out / f"worker-{slot}.log"  # beside its folder, which may be wiped
    return worker
