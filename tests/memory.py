"""The memory of a process of our own."""

import re
import resource
import sys
from pathlib import Path


def peak_bytes() -> int:
    """Return the largest resident size of this process so far.

    Not `ru_maxrss` on Linux: that begins with the size of the process that started this one, hundreds of MB late in a run of all tests.
    """
    if sys.platform != "linux":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    [kibibytes] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return 1024 * int(kibibytes)
