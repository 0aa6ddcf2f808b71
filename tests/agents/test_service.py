"""The end of a worker's process."""

import signal
import subprocess
import sys
from textwrap import dedent

import pytest

SCRIPT = dedent(
    """
    import asyncio, logging, sys
    from mode import Service, Worker
    from agents.service import run_to_end

    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")

    async def fail():
        raise ValueError("of a future that nobody awaits")

    class Failing(Service):
        async def on_start(self):
            self.unawaited = [asyncio.ensure_future(fail())]
            self.set_shutdown()

        @Service.task
        async def end(self):
            await asyncio.sleep(0.1)
            await self.crash(ConnectionError("the broker is away"))

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    worker = Worker(Failing(), loop=loop, quiet=True, override_logging=False, redirect_stdouts=False, loglevel="WARN")
    run_to_end(worker)
    """
)


@pytest.mark.slow
def test_the_last_line_of_a_crash_names_its_cause() -> None:
    result = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == "ERROR agents.service worker failed: ConnectionError: the broker is away"


@pytest.mark.slow
def test_a_crash_in_c_code_shows_where_it_was() -> None:
    script = SCRIPT.replace("await self.crash(", "__import__('ctypes').string_at(0); (")
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == -signal.SIGSEGV
    assert "Fatal Python error: Segmentation fault" in result.stderr
    assert "in end" in result.stderr
