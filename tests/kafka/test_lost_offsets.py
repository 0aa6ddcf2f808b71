"""Committed offsets that are outside the log or missing: nothing is lost in silence, and no id is published twice."""

import asyncio
import re
import signal
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import RecordsToDelete
from aiokafka.protocol.admin import DeleteGroupsRequest
from aiokafka.structs import OffsetAndMetadata

from agents.client.diagnose import diagnose
from agents.kafka.connect import admin, client_options
from agents.settings import Settings
from tests.kafka.worker import View, Worker
from tests.streams.invented_texts import text

pytestmark = pytest.mark.kafka

BEYOND = 40
DELETED = r"records deleted before they were processed topic=\S+\.(?:dumps|judged) partition=\d+ from=(\d+) to=(\d+)"
# A worker may be stopped for a moment without losing its partitions.
SESSION_TIMEOUT_S = 30


class Log:
    """The topics of a test, with articles that are sent as dumps, and workers that are stopped between."""

    def __init__(self, settings: Settings, view: View) -> None:
        self.settings, self.view = settings, view
        self._sent = 0

    async def send(self, count: int) -> None:
        for number in range(self._sent, self._sent + count):
            await self.view.send("dumps", text(number).encode(), (), None, partition=number % 2)
        self._sent += count

    async def process(self, *stages: str) -> str:
        """Run a worker until all of its stages' input is committed, and return its log."""
        worker = self.worker(*stages)
        worker.start()
        await asyncio.to_thread(worker.until_logged, r"assigned partitions=\S")
        inputs = {"split": "dumps", "deduplicate": "articles", "classify": "judged"}
        for name in (inputs[stage] for stage in stages or inputs):
            while await self.view.waiting(name):
                assert worker.process is not None
                assert worker.process.poll() is None, worker.log()
                await asyncio.sleep(0.1)
        await asyncio.to_thread(worker.end, signal.SIGTERM)
        return worker.log()

    def worker(self, *stages: str) -> Worker:
        return Worker(self.settings, arguments=("--only", ",".join(stages)) if stages else ())

    async def ids(self) -> Counter[bytes]:
        published = [*await self.view.topic("events"), *await self.view.topic("duplicates")]
        return Counter(dict(message.headers)["ce_id"] for message in published)

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Set offsets of the group, which must have no member."""
        async with AIOKafkaConsumer(**client_options(self.settings), group_id=self.settings.prefix, enable_auto_commit=False) as consumer:
            consumer.assign(list(offsets))
            await consumer.commit(offsets)

    async def committed(self, name: str) -> dict[TopicPartition, OffsetAndMetadata]:
        async with admin(self.settings) as client:
            found = await client.list_consumer_group_offsets(self.settings.prefix)
        return {partition: offset for partition, offset in found.items() if partition.topic == self.settings.topic(name)}

    async def delete_group(self) -> None:
        async with admin(self.settings) as client:
            response = await client._send_request(
                DeleteGroupsRequest([self.settings.prefix]), await client.find_coordinator(self.settings.prefix)
            )
        assert response.results == [(self.settings.prefix, 0)]

    async def delete_records(self, name: str) -> dict[TopicPartition, int]:
        """Delete all records of a topic, as retention does; return the ends, which are its first offsets now."""
        ends = await self.view.ends(name)
        async with admin(self.settings) as client:
            await client.delete_records({partition: RecordsToDelete(before_offset=end) for partition, end in ends.items()})
        return ends

    async def doctor(self) -> tuple[str, str]:
        """Return state and advice of its finding on offsets."""
        return next(
            [(finding.state, finding.advice) async for finding in diagnose(self.settings) if finding.subject == "offsets"].__iter__()
        )


@pytest.fixture
async def log(settings: Settings, view: View) -> Log:
    return Log(settings, view)


async def test_offsets_beyond_the_end_of_the_log_lose_nothing_and_repeat_nothing(log: Log) -> None:
    await log.send(12)
    await log.process()
    before = await log.ids()
    for name in ("dumps", "articles", "judged"):
        await log.commit({partition: end + BEYOND for partition, end in (await log.view.ends(name)).items() if end})
    state, advice = await log.doctor()
    assert "Kafka lost acknowledged records" in state
    assert advice
    await log.send(8)
    logged = await log.process()
    assert (await log.doctor())[1] == ""
    after = await log.ids()
    assert len(before) == 12
    assert (len(after), after.total()) == (20, 20)
    assert re.search(r"committed offset not usable cause=beyond-end topic=\S+\.judged partition=\d", logged)


async def test_records_deleted_before_they_were_processed_are_counted_and_logged_once(log: Log) -> None:
    await log.send(4)
    await log.process()
    await log.send(6)
    await log.process("split", "deduplicate")
    done = await log.committed("judged")
    first = await log.delete_records("judged")
    lost = sum(max(0, end - done[partition].offset) for partition, end in first.items() if partition in done)
    state, advice = await log.doctor()
    assert "were deleted before they were processed" in state
    assert advice
    logged = await log.process("classify")
    found = re.findall(DELETED, logged)
    assert sum(int(end) - int(begin) for begin, end in found) == lost > 0
    assert (await log.doctor())[1] == ""
    assert "records deleted" not in await log.process("classify")


async def test_group_that_was_deleted_publishes_nothing_twice_and_loses_nothing(log: Log) -> None:
    await log.send(12)
    await log.process()
    await log.send(6)
    await log.process("split", "deduplicate")
    await log.delete_group()
    assert "no offset is committed" in (await log.doctor())[0]
    logged = await log.process()
    after = await log.ids()
    assert (len(after), after.total()) == (18, 18)
    assert re.search(r"committed offset not usable cause=missing topic=\S+\.judged", logged)


async def test_records_deleted_in_front_of_a_running_worker_are_counted_and_later_ones_processed(log: Log) -> None:
    settings = replace(log.settings, session_timeout=SESSION_TIMEOUT_S)
    worker = Worker(settings)
    with worker:
        await log.send(4)
        await asyncio.to_thread(worker.until_logged, r"assigned partitions=\S")
        await log.view.settled()
        worker.send_signal(signal.SIGSTOP)
        await log.send(6)
        await log.delete_records("dumps")
        worker.send_signal(signal.SIGCONT)
        await asyncio.to_thread(worker.until_logged, DELETED)
        await log.send(2)
        await log.view.settled()
        assert worker.log().count("assigned partitions=") == 1
        # A response that was under way has some of them.
        lost = sum(int(end) - int(begin) for begin, end in re.findall(DELETED, worker.log()))
    ids = await log.ids()
    assert 0 < lost <= 6
    assert (len(ids), ids.total()) == (12 - lost, 12 - lost)
