"""How CPU time grows with the size of an input: linear work gives about 4 at four times the size, quadratic work 16."""

import gc
import time
from collections.abc import Callable

# Below it a measurement is mostly noise, and no size that is allowed makes it matter.
NOISE_S = 0.1
MOST_GROWTH = 10
MAX_TRIES = 5
QUIET_LOOP_S = 0.043  # of `loop_s` on the machine that the limits of time were measured on


def growth(work: Callable[[int], object], size: int) -> float:
    """Return the CPU time of `work(4 * size)` in those of `work(size)`; 0 where both are too short to tell."""
    small = _cpu_s(work, size)  # first and once: the caches of short texts know a second run, and not a larger one
    large = _cpu_s(work, 4 * size)
    if large < NOISE_S:
        return 0.0
    # What else runs on the machine can make any measurement longer, and none shorter.
    for _ in range(MAX_TRIES):
        large = min(large, _cpu_s(work, 4 * size))
        if large <= MOST_GROWTH * small:
            break
    return large / small


def quiet_s(work: Callable[[], object]) -> float:
    """Return the CPU time of `work` as on a quiet machine: a busy one takes up to twice as long, also for a fixed loop beside it."""
    before = loop_s()
    taken = _cpu_s(lambda _: work(), 0)
    return taken * QUIET_LOOP_S / ((before + loop_s()) / 2)


def loop_s() -> float:
    return _cpu_s(lambda size: sum(len(str(number)) for number in range(size)), 400_000)


def _cpu_s(work: Callable[[int], object], size: int) -> float:
    # Late in a run of all tests one collection looks through hundreds of MB that are none of the work's, as often as the work is large.
    gc.disable()
    try:
        start = time.thread_time()
        work(size)
        return time.thread_time() - start
    finally:
        gc.enable()
