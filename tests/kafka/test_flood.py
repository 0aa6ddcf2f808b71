"""A flood of the largest dumps, live and back-filled, while the worker can do none: what it holds stays within NEWS_INFLIGHT_BYTES."""

import asyncio
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from agents.settings import Settings
from tests.contract import page, text_dump
from tests.kafka.spoiled import HELD, release
from tests.kafka.test_worker import get
from tests.kafka.worker import View, Worker
from tests.stories import story

pytestmark = [pytest.mark.kafka, pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")]

LIMIT = 48 * 1024 * 1024
DUMP = 10 * 1024 * 1024
# An answer of the broker is there three times over while it is taken apart: as it came, as its bytes, as its messages.
BESIDES = 3 * DUMP


@pytest.mark.usefixtures("held")
async def test_flood_of_the_largest_dumps_stays_within_the_budget_and_is_worked_off(settings: Settings, view: View) -> None:
    binary = b"\x89PNG" + os.urandom(DUMP - 4)
    with Worker(replace(settings, inflight_bytes=LIMIT), spoiled="held") as worker:
        worker.address()
        await view.send("dumps", *text_dump(page(1, body=story(1) + HELD), "https://flood.example/"), None)
        await asyncio.to_thread(worker.until_logged, "held")
        rest = resident(worker)
        for number in range(10):
            await view.send("dumps", binary, (), None, number % 6)
            if number < 4:
                await view.send("dumps.backfill", binary, (), None, number)
        assert DUMP <= gauge(worker, "news_inflight_bytes") <= LIMIT
        assert resident(worker) - rest <= LIMIT + BESIDES
        release()
        await view.settled()
        assert gauge(worker, 'news_records_total{fate="dead",stage="split"}') == 14
        assert gauge(worker, 'news_records_total{fate="event",stage="classify"}') == 1


def resident(worker: Worker) -> int:
    """Return the most bytes of memory that it had so far."""
    assert worker.process is not None
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{worker.process.pid}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def gauge(worker: Worker, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)", get(worker, "/metrics")[1], re.MULTILINE)
    assert found is not None
    return float(found[1])
