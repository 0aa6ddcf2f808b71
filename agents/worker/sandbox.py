"""Whether a piece of work kills the process that does it, found out in a process of its own: a fork that does it and ends."""

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
# Processor time ends what works for ever. What neither works nor ends after this long (a lock that was held at the fork) proves nothing.
WALL_S = 300
POLL_S = 0.005


def survives(work: Callable[[], Output | None]) -> bool:
    """Return whether a process lives through `work`, within 60 s of processor time and 1 GiB of memory more than there is now.

    Nothing of what it does is seen here. Only its death proves something: the worker's own, by whatever hand, is no part of it.
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
    """Do the work in the child, and end it: with status 1 where memory was short, which a worker would have been killed for."""
    status = 1
    try:
        _confine()
        output = work()
        status = int(output is not None and any(isinstance(death.error, MemoryError) for death in output.deaths))
    except MemoryError:
        pass
    except Exception:
        status = 0  # a mistake, and no crash: the worker meets it again, and tells it
    finally:
        os._exit(status)


def _confine() -> None:
    """Let go of the worker's connections, its port and its signals, and set the limits."""
    for number in map(int, os.listdir("/dev/fd")):  # not all that could be: a container may allow a thousand million
        if number > 2:
            with contextlib.suppress(OSError):
                os.close(number)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Linux only: elsewhere neither file is there, and a limit of addresses that are in use already would be one from the start.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # where memory ends, this process goes first
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
