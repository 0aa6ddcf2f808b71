"""A process that was told to exit within a limit does, whatever it waits for."""

import subprocess
import sys
import time

import pytest

PROGRAM = (
    "import logging, time; from agents.worker.exit import exit_within; logging.basicConfig(); exit_within({limit}); time.sleep({sleep})"
)


@pytest.mark.parametrize(("limit", "sleep", "status"), [(0.2, 60, 1), (60, 0, 0)], ids=["hangs", "ends by itself"])
def test_the_process_ends_within_the_limit(limit: float, sleep: float, status: int) -> None:
    began = time.monotonic()
    program = PROGRAM.format(limit=limit, sleep=sleep)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == status
    assert ("exiting now" in done.stderr) == bool(status)
    assert time.monotonic() - began < 50
