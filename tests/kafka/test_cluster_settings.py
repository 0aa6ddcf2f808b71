"""What operators change, or have wrong, in the cluster and on a worker's machine: partitions added by hand, a clock that is ahead."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from aiokafka.admin import NewPartitions

from agents.kafka.connect import admin
from agents.kafka.topics import partitions_of
from agents.settings import Settings
from streams.records import Incoming
from tests.deliveries import dumps, expected, problems
from tests.kafka.worker import View, Worker
from tests.samples import CLASS_TOPICS

pytestmark = pytest.mark.kafka

ADDED = 9
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


async def published(view: View) -> dict[str, list[Incoming]]:
    return {name: await view.topic(name) for name in ("events", "duplicates", "dead-letters", *CLASS_TOPICS)}


async def test_partitions_that_were_added_by_hand_are_worked_off_after_a_restart(settings: Settings) -> None:
    async with admin(settings) as client:
        await client.create_partitions({settings.topic(name): NewPartitions(ADDED) for name in ("dumps", "articles", "judged", "events")})
        while (await partitions_of(client, settings))[settings.topic("events")] < ADDED:  # noqa: ASYNC110 - the broker sends no event
            await asyncio.sleep(0.1)
    sent = dumps(60)
    view = View(settings)
    with Worker(settings) as worker:
        worker.until_logged(f"dumps-{ADDED - 1}")
        await view.start()
        for number, (value, headers) in enumerate(sent):
            await view.send("dumps", value, headers, None, number % ADDED)
        await view.settled()
        topics = await published(view)
    await view.stop()
    assert problems(topics, expected(sent, settings.prefix)) == []


@pytest.mark.skipif(FAKETIME is None, reason="faketime is not installed (Debian: apt-get install faketime)")
async def test_worker_whose_clock_is_ahead_works_and_says_so_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kafka refuses timestamps that are more than an hour ahead."""
    settings = replace(settings, session_timeout=30)  # a faked clock makes a worker slow
    sent = dumps(60)
    view = View(settings)
    await view.start()
    fake = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": "+2h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    for name, text in fake.items():
        monkeypatch.setenv(name, text)
    with Worker(settings) as worker:
        for name in fake:
            monkeypatch.delenv(name)
        for number, (value, headers) in enumerate(sent):
            await view.send("dumps", value, headers, None, number % settings.partitions)
        await view.settled()
        topics = await published(view)
        log = worker.log()
    await view.stop()
    assert problems(topics, expected(sent, settings.prefix)) == []
    assert log.count("clock of this machine") == 1
    assert "worker failed" not in log
