"""Nothing lost, nothing twice: two workers, one killed and one stopped in the middle of the work, and started again."""

import asyncio
import signal

import orjson
import pytest

from agents.settings import Settings
from streams.topics import TopicName
from tests.deliveries import dumps, expected, problems, verdicts
from tests.kafka.worker import View, Worker
from tests.samples import CLASS_TOPICS

pytestmark = pytest.mark.kafka

DUMPS = 1000


async def test_killed_and_stopped_workers_lose_nothing_and_publish_nothing_twice(settings: Settings) -> None:
    sent = dumps(DUMPS)
    view = View(settings)
    await view.start()
    killed, stopped = Worker(settings), Worker(settings)
    killed.start()
    stopped.start()
    try:
        producing = asyncio.create_task(send_all(view, sent))
        await until_committed(view, DUMPS // 5)
        await asyncio.to_thread(killed.restart, signal.SIGKILL)
        await until_committed(view, DUMPS // 2)
        assert await asyncio.to_thread(stopped.end, signal.SIGTERM) == 0
        await until_committed(view, DUMPS * 3 // 5)
        stopped.start()
        await producing
        await view.settled()
        topics = {name: await view.topic(name) for name in ("events", "duplicates", "dead-letters", *CLASS_TOPICS)}
        articles = await view.topic(TopicName.ARTICLES)
    finally:
        for worker in (killed, stopped):
            await asyncio.to_thread(worker.end, signal.SIGTERM)
        await view.stop()
    assert problems(topics, expected(sent, settings.prefix)) == []
    assert not topics["dead-letters"]
    published = [orjson.loads(message.value) for message in (*topics["events"], *topics["duplicates"])]
    assert {event["id"]: event["duplicate"] for event in published} == verdicts(articles, settings.prefix)
    assert len(topics["duplicates"]) > DUMPS // 2
    assert "Traceback" not in killed.log() + stopped.log()


async def send_all(view: View, sent: list[tuple[bytes, tuple[tuple[str, bytes], ...]]]) -> None:
    for number, (value, headers) in enumerate(sent):
        await view.send("dumps", value, headers, None, partition=number % 6)


async def until_committed(view: View, count: int) -> None:
    """Return when this many dumps, markers aside, are through split."""
    while await view.committed("dumps") < count:  # noqa: ASYNC110 - the broker knows when, and tells nobody
        await asyncio.sleep(0.05)
