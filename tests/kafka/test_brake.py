"""A worker whose last records are nearly all dead stands still, says so everywhere, and goes on once it is started again."""

import asyncio
import re
from dataclasses import replace

import pytest

from agents.settings import Settings
from streams.topics import TopicName
from tests.contract import page, text_dump
from tests.kafka.test_worker import get
from tests.kafka.worker import View, Worker, until

pytestmark = pytest.mark.kafka


async def test_brake_holds_the_worker_and_a_start_releases_it(settings: Settings, view: View) -> None:
    with Worker(replace(settings, brake_minimum=10)) as worker:
        for _ in range(10):
            await view.send("dumps", b"", (), None)
        await asyncio.to_thread(worker.until_logged, "brake on stage=split dead=10 of the last 10 records")
        await view.send("dumps", *text_dump(page(1), "https://brake.example/"), None, partition=1)
        await until(lambda: lag(worker) == 1)
        assert get(worker, "/livez") == (200, "alive")
        status, why = get(worker, "/readyz")
        assert (status, why.split(":")[0]) == (503, "the brake is on")
        assert re.search(r"^news_brake_on 1", get(worker, "/metrics")[1], re.MULTILINE)
    assert "Traceback" not in worker.log()
    assert not await view.topic(TopicName.ARTICLES)
    with Worker(replace(settings, brake_minimum=10)):
        await view.settled()
    assert len(await view.topic(TopicName.EVENTS)) == 1
    assert len(await view.topic(TopicName.DEAD_LETTERS)) == 10


def lag(worker: Worker) -> float:
    return sum(map(float, re.findall(r"news_lag_messages\{[^}]*\} (\S+)", get(worker, "/metrics")[1])))
