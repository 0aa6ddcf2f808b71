"""A large dump: others pass it, and a worker that is killed on the way loses nothing of it and publishes nothing twice."""

import asyncio
import signal

import orjson
import pytest

from agents.settings import Settings
from streams.messages.codec import MAX_BATCH_ARTICLES, decode_articles
from streams.topics import TopicName
from tests.contract import page, text_dump
from tests.deliveries import expected, problems
from tests.kafka.worker import View, Worker
from tests.samples import CLASS_TOPICS
from tests.stories import headline, story

pytestmark = pytest.mark.kafka

BATCHES = 6
LARGE = "\n\n".join(f"{headline(seed)}\n3 hours ago\n{story(seed)}" for seed in range(BATCHES * MAX_BATCH_ARTICLES))


async def test_dumps_pass_a_large_one_which_survives_the_death_of_its_worker(settings: Settings, view: View) -> None:
    large, small = text_dump(LARGE, "https://large.example/"), text_dump(page(9_999), "https://small.example/")
    with Worker(settings) as worker:
        await asyncio.to_thread(worker.address)
        await view.send("dumps", *large, None)
        while await view.committed(TopicName.LARGE) < 2:  # noqa: ASYNC110 - the broker knows when, and tells nobody
            await asyncio.sleep(0.05)
        await view.send("dumps", *small, None)
        await asyncio.to_thread(worker.restart, signal.SIGKILL)
        await view.settled()
        topics = {name: await view.topic(name) for name in ("events", "duplicates", "dead-letters", *CLASS_TOPICS)}
        batches = [decode_articles(message.value) for message in await view.topic(TopicName.ARTICLES)]
    assert problems(topics, expected([large, small], settings.prefix)) == []
    assert len({orjson.loads(event.value)["id"] for event in topics["events"]}) > (BATCHES - 1) * MAX_BATCH_ARTICLES
    urls = [{article.url for article in batch} for batch in batches]
    # The last batch came after it, in a partition that is judged in order.
    assert 0 < urls.index({"https://small.example/"}) < len(urls) - 1
