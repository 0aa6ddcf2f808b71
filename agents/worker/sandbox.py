"""Try a stage on records in a process of its own, and report whether that process survived.

A worker starts `python -m agents.worker.sandbox` (0.7 s of processor time) and keeps it from trial to trial while it survives. It is no
fork: threads of a worker hold locks that a forked child would wait for. The pipe carries pickles, which only a worker writes.
"""

import contextlib
import logging
import math
import os
import pickle
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from streams.counts import StageName
from streams.output import Output
from streams.quarantine import one_by_one
from streams.records import Incoming
from streams.split.warm_up import warm_up

log = logging.getLogger(__name__)

COMMAND: tuple[str, ...] = (sys.executable, "-P", "-m", "agents.worker.sandbox")
# A dump of 10 MiB of the worst kind takes 8 s and less than 512 MiB (docs/measurements.md, Hostile dumps).
CPU_S = 15
MEMORY_BYTES = 1024 * 1024 * 1024
# The limit of processor time ends an endless loop, after 93 s on a machine with 25 busy processes on 2 cores. A process that only waits
# proves nothing about its records.
WALL_S = 300.0
PROGRESS_S = 1.0
SURVIVED = b"."

Work = Callable[[Sequence[Incoming]], Output]


class Sandbox:
    """A process that runs `work` (picklable) on records within `cpu_s` seconds of processor time each and 1 GiB of memory."""

    def __init__(self, stage: StageName, work: Work, *, cpu_s: int, on_progress: Callable[[], None]) -> None:
        """Start nothing yet. `on_progress` is called every second of a trial, as it does not last forever."""
        self._setup = pickle.dumps((cpu_s, stage, work))
        self._on_progress = on_progress
        self._process: subprocess.Popen[bytes] | None = None
        self._is_broken = False

    def survives(self, batch: Sequence[Incoming], *, take_apart: bool = False) -> bool:
        """Return whether the process survives its work on these messages, or taking the first one apart into its articles.

        Only a process that died proves anything: return True where it could not be started or did not answer.
        """
        process = self._process or self._started()
        if process is None:
            return True
        has_survived = self._ask(process, pickle.dumps((batch, take_apart)))
        if not has_survived:
            self.close()
        return has_survived is not False

    def _started(self) -> subprocess.Popen[bytes] | None:
        if self._is_broken:
            return None
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        try:
            # A session of its own: Ctrl-C in a terminal must not end a trial.
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, start_new_session=True
            )
        except OSError as error:
            log.error("can't start a sandbox: %s", error)
        # A question that the process does not read yet would block this thread without progress.
        if self._process is None or not self._answer_of(self._process) or not self._ask(self._process, self._setup):
            self._is_broken = True
            log.error("no sandbox: records that may have crashed a worker run without one")
            self.close()
        return self._process

    def _ask(self, process: subprocess.Popen[bytes], question: bytes) -> bool | None:
        """Return whether the process survived a question, None where it did not answer in time."""
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(question)
            process.stdin.flush()
        return self._answer_of(process)

    def _answer_of(self, process: subprocess.Popen[bytes]) -> bool | None:
        assert process.stdout is not None
        deadline = time.monotonic() + WALL_S
        while time.monotonic() < deadline:
            self._on_progress()
            if select.select([process.stdout], [], [], PROGRESS_S)[0]:
                return process.stdout.read(1) == SURVIVED
        log.warning("a sandbox did not answer within %.0f s", WALL_S)
        return None

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with contextlib.suppress(BrokenPipeError), process:
                pass


def main() -> None:
    """Answer each question on standard input by one byte on standard output, or die of it."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # nothing that a stage prints is an answer
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # an orchestrator that stops a worker may send them to all its processes
    answers.write(SURVIVED)  # it is started, and reads
    cpu_s, stage, work = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by our own worker
    warm_up()
    _limit_memory()
    answers.write(SURVIVED)
    with contextlib.suppress(EOFError):
        while True:
            batch, take_apart = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by our own worker
            _limit_processor_time(cpu_s)
            if not _has_memory(stage, work, batch, take_apart=take_apart):
                os._exit(1)
            answers.write(SURVIVED)


def _has_memory(stage: StageName, work: Work, batch: Sequence[Incoming], *, take_apart: bool) -> bool:
    """Do the work, and return whether it had memory enough: a worker would have been killed for the lack of it."""
    try:
        if take_apart:
            one_by_one(stage, batch[0])
            return True
        return not any(isinstance(death.error, MemoryError) for death in work(batch).deaths)
    except MemoryError:
        return False
    except Exception:
        return True  # an error is no crash: the worker gets it again, and reports it


def _limit_processor_time(cpu_s: int) -> None:
    limit, (_, hard) = math.ceil(time.process_time()) + cpu_s, resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Linux only: elsewhere the files are missing, and a limit below the address space in use would fail at once.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # the kernel kills this process first
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    main()
