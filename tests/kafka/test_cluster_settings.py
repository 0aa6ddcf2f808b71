"""What operators change in the cluster while newsmill has data in it: partitions added by hand."""

import asyncio

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
