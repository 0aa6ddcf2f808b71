"""A worker ends itself when a step never ends, even one that keeps the interpreter lock; a long step that makes progress goes on."""

import asyncio
import faulthandler
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence

import pytest

from agents.worker import steps as steps_module
from agents.worker.steps import Steps
from streams.output import Output
from streams.records import Incoming

BATCH = [Incoming(topic="news.dumps", key=None, value=b"a dump", partition=3, offset=7)]
LIMIT_S = 0.4


@pytest.fixture
def exits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The times at which the process would have ended."""
    exits: list[float] = []
    monkeypatch.setattr(steps_module, "CHECK_S", LIMIT_S / 10)
    monkeypatch.setattr(steps_module, "exit_now", lambda: exits.append(time.monotonic()))
    monkeypatch.setattr(faulthandler, "dump_traceback", lambda **_: None)  # of the test's own threads
    return exits


@pytest.fixture
def steps(exits: list[float]) -> Iterator[Steps]:
    steps = Steps(LIMIT_S)
    yield steps
    steps.stop()


async def test_a_step_that_never_ends_ends_the_worker_and_the_log_names_its_records(
    steps: Steps, exits: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    released = threading.Event()

    def never_end(_: Sequence[Incoming]) -> Output:
        released.wait()
        return Output()

    running = asyncio.create_task(steps.run(never_end, BATCH))
    began = time.monotonic()
    while not exits:  # noqa: ASYNC110 - an exit sets no event
        await asyncio.sleep(LIMIT_S / 10)
    assert exits[0] - began >= LIMIT_S
    assert "a step has not ended after 0 s (NEWS_STALL_TIMEOUT)" in caplog.text
    assert "topic=news.dumps partition=3 offset=7 messages=1" in caplog.text
    released.set()
    await running


async def test_a_long_step_that_makes_progress_and_an_idle_worker_go_on(steps: Steps, exits: list[float]) -> None:
    def try_for_long(_: Sequence[Incoming]) -> Output:
        for _number in range(8):
            time.sleep(LIMIT_S / 4)
            steps.progress()
        return Output()

    await steps.run(try_for_long, BATCH)
    await asyncio.sleep(2 * LIMIT_S)
    assert exits == []


async def test_an_event_loop_that_ended_does_not_end_its_process_later(monkeypatch: pytest.MonkeyPatch) -> None:
    cancelled: list[int] = []
    monkeypatch.setattr(faulthandler, "cancel_dump_traceback_later", lambda: cancelled.append(1))
    steps = Steps(LIMIT_S)
    await steps.run(lambda _: Output(), BATCH)
    steps.stop()
    await asyncio.sleep(0.01)
    monkeypatch.undo()
    faulthandler.cancel_dump_traceback_later()
    assert cancelled == [1]


PROGRAM = """
import asyncio, re
from agents.worker import steps
from tests.agents.worker.test_steps import BATCH

steps.BLOCKED_S = 0.5

async def main():
    await steps.Steps(0.5).run(lambda _: re.match(r"(a+)+$", "a" * 60 + "b"), BATCH)

asyncio.run(main())
"""


@pytest.mark.slow
def test_a_step_that_keeps_the_interpreter_lock_ends_the_worker_too_and_shows_where() -> None:
    result = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 1
    assert "Timeout (" in result.stderr
    assert "/re/__init__.py" in result.stderr
