"""Run the stages' functions in one thread, and end the worker if one of them never returns."""

import asyncio
import faulthandler
import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from agents.worker.exit import exit_now
from agents.worker.sandbox import Work
from streams.output import Output
from streams.records import Incoming

log = logging.getLogger(__name__)

CHECK_S = 1.0
# A step in C code that keeps the interpreter lock also stops the event loop: no check runs, and `faulthandler` ends the process.
BLOCKED_S = 5.0


class Steps:
    """One thread beside the event loop: a page that takes seconds must not delay the transactions of other partitions."""

    def __init__(self, limit_s: float) -> None:
        """End the process when a step has run for more than `limit_s` seconds: the next owner tries its batch in a sandbox."""
        self._limit_s = limit_s
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="steps")
        self._batch: Sequence[Incoming] = ()
        self._progress = time.monotonic()
        self._watching: asyncio.Task[None] | None = None

    async def run(self, work: Work, batch: Sequence[Incoming]) -> Output:
        """Return the output of the work for a batch."""
        if self._watching is None:
            self._check()  # a first step that keeps the interpreter lock lets no task begin
            self._watching = asyncio.create_task(self._watch())
            self._watching.add_done_callback(lambda _: faulthandler.cancel_dump_traceback_later())
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, work, batch)

    def _run(self, work: Work, batch: Sequence[Incoming]) -> Output:
        self.progress()
        self._batch = batch
        try:
            return work(batch)
        finally:
            self._batch = ()

    def progress(self) -> None:
        """Let the time of the running step begin anew."""
        self._progress = time.monotonic()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(CHECK_S)
            self._check()

    def _check(self) -> None:
        """End the process if a step runs for too long; and so does `faulthandler`, if this is not called again in time."""
        batch, age_s = self._batch, time.monotonic() - self._progress
        if batch and age_s > self._limit_s:
            log.error(
                "a step has not ended after %.0f s (NEWS_STALL_TIMEOUT), ending this worker: the next owner tries its records one by one "
                "topic=%s partition=%s offset=%s messages=%s",
                *(age_s, batch[0].topic, batch[0].partition, batch[0].offset, len(batch)),
            )
            faulthandler.dump_traceback(all_threads=True)
            exit_now()
        faulthandler.dump_traceback_later(self._limit_s + BLOCKED_S, exit=True)

    def stop(self) -> None:
        """Start no further step, and end the watch."""
        if self._watching is not None:
            self._watching.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)
