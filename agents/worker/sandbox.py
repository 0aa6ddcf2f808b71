"""Run a piece of work in a forked process, and return whether the process survived it."""

import contextlib
import os
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path

from streams.pipeline import Output

# A dump of 10 MiB of the worst kind takes a few seconds and less than 512 MiB (docs/measurements.md, Hostile dumps).
CPU_S = 60
MEMORY_BYTES = 1024 * 1024 * 1024
# The limit of processor time ends an endless loop. A child that only waits (for a lock that was held at the fork) proves nothing.
WALL_S = 300
POLL_S = 0.005


def runs_without_crashing(work: Callable[[], Output | None]) -> bool:
    """Return whether a process runs_without_crashing `work` within 60 s of processor time and 1 GiB of memory above what is in use now.

    The work has no effect in this process.
    """
    process = os.fork()
    if process == 0:
        _end_with(work)
    deadline = time.monotonic() + WALL_S
    while time.monotonic() < deadline:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(POLL_S)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return True


def _end_with(work: Callable[[], Output | None]) -> None:
    """Run the work in the child and exit: with status 1 where it ran out of memory, for which a worker would have been killed."""
    status = 1
    try:
        _confine()
        output = work()
        status = int(output is not None and any(isinstance(death.error, MemoryError) for death in output.deaths))
    except MemoryError:
        pass
    except Exception:
        status = 0  # an error is no crash: the worker gets it again, and reports it
    finally:
        os._exit(status)


def _confine() -> None:
    """Close the connections and the port of the worker, ignore its signals, and set the limits."""
    for number in map(int, os.listdir("/dev/fd")):  # only those in use: a container may allow 10^9
        if number > 2:
            with contextlib.suppress(OSError):
                os.close(number)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Linux only: elsewhere the files are missing, and a limit below the address space in use would fail at once.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # the kernel kills this process first
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
