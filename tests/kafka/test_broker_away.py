"""A broker that is slow or away, and a worker that stands still within a transaction: on a Kafka of their own."""

import asyncio
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agents.local_kafka.broker import LocalKafka
from agents.settings import Settings
from tests.chaos.frozen import held_up_s
from tests.deliveries import dumps, expected, problems
from tests.kafka.conftest import settings_of_their_own
from tests.kafka.test_worker import get
from tests.kafka.worker import LIMIT_S, View, Worker, until
from tests.samples import CLASS_TOPICS

pytestmark = pytest.mark.kafka


@pytest.fixture(scope="module")
def own_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    with LocalKafka(tmp_path_factory.mktemp("kafka")) as kafka:
        yield kafka


@pytest.fixture
def settings(own_kafka: LocalKafka, tmp_path: Path) -> Settings:
    return settings_of_their_own(Settings(brokers=own_kafka.bootstrap), tmp_path)


async def test_broker_that_stands_still_makes_the_worker_unready_and_loses_nothing(own_kafka: LocalKafka, settings: Settings) -> None:
    sent = dumps(300)
    view = View(settings)
    await view.start()
    with Worker(settings) as worker:
        await until(lambda: get(worker, "/readyz") == (200, "ready"))
        sending = asyncio.gather(*(view.send("dumps", value, headers, None, at % 6) for at, (value, headers) in enumerate(sent)))
        while await view.committed("dumps") < 50:  # noqa: ASYNC110 - the broker knows when, and tells nobody
            await asyncio.sleep(0.05)
        assert own_kafka.pid is not None
        os.kill(own_kafka.pid, signal.SIGSTOP)
        try:
            await until(lambda: get(worker, "/readyz") == (503, "Kafka does not answer within 6 s"))
            assert "news_kafka_reachable 0.0" in get(worker, "/metrics")[1]
        finally:
            os.kill(own_kafka.pid, signal.SIGCONT)
        await sending
        await until(lambda: get(worker, "/readyz") == (200, "ready"))
        await view.settled()
        topics = {name: await view.topic(name) for name in ("events", "duplicates", "dead-letters", *CLASS_TOPICS)}
    await view.stop()
    assert problems(topics, expected(sent, settings.prefix)) == []


async def test_frozen_worker_holds_up_readers_only_until_its_transaction_times_out(settings: Settings) -> None:
    async with asyncio.timeout(LIMIT_S):  # for ever, without a time-out
        await held_up_s(replace(settings, transaction_timeout=1), others=0)
