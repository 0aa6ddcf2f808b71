"""How CPU time grows with the size of an input: linear work gives about 4 at four times the size, quadratic work 16."""

import gc
import time
from collections.abc import Callable

# Below it a measurement is mostly noise, and no size that is allowed makes it matter.
NOISE_S = 0.1
MOST_GROWTH = 10


def growth(work: Callable[[int], object], size: int) -> float:
    """Return the CPU time of `work(4 * size)` in those of `work(size)`; 0 where both are too short to tell."""
    large = _cpu_s(work, 4 * size)
    if large < NOISE_S:
        return 0.0
    small = min(_cpu_s(work, size) for _ in range(2))
    return min(large, _cpu_s(work, 4 * size)) / small


def _cpu_s(work: Callable[[int], object], size: int) -> float:
    # Late in a run of all tests one collection looks through hundreds of MB that are none of the work's, as often as the work is large.
    gc.disable()
    try:
        start = time.thread_time()
        work(size)
        return time.thread_time() - start
    finally:
        gc.enable()
