"""One real Kafka for the whole run (or the one that NEWS_BROKERS names), and topics of its own for each test that asks for settings."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from agents.kafka.connect import admin
from agents.kafka.topics import create_missing, declared_topics
from agents.local_kafka.broker import LocalKafka
from agents.settings import Settings
from streams.records import Incoming
from streams.topics import Topic
from tests.kafka.spoiled import HOLD
from tests.kafka.worker import View, Worker, WorkerMill
from tests.samples import CLASS_TOPICS, samples

_numbers = count(1)
Declare = Callable[[Settings], Sequence[Topic]]


@pytest.fixture(scope="session")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of Kafka; its log is kept in .newsmill/test-kafka."""
    named = os.environ.get("NEWS_BROKERS")
    if named:
        yield named
        return
    with LocalKafka(Path(".newsmill/test-kafka")) as kafka:
        yield kafka.bootstrap


def settings_of_their_own(known: Settings, folder: Path, declare: Declare = declared_topics) -> Settings:
    """Return settings with a prefix that no other test uses; the topics that `declare` gives exist."""
    settings = replace(known, prefix=f"t{os.getpid()}x{next(_numbers)}", data=str(folder), web_port=0, session_timeout=3)

    async def create() -> None:
        async with admin(settings) as client:
            await create_missing(client, settings, declare(settings))

    asyncio.run(create())
    return settings


@pytest.fixture
def settings(brokers: str, tmp_path: Path) -> Settings:
    return settings_of_their_own(Settings(brokers=brokers), tmp_path)


@pytest.fixture
async def view(settings: Settings) -> AsyncIterator[View]:
    view = View(settings)
    await view.start()
    yield view
    await view.stop()


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a spoiled worker is told to hold, it holds until `release` of tests/kafka/spoiled.py."""
    monkeypatch.setenv(HOLD, str(tmp_path / "hold"))
    (tmp_path / "hold").touch()


@pytest.fixture(scope="module")
def running_worker(brokers: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """One worker for a module: its tests use texts of their own."""
    worker = Worker(settings_of_their_own(Settings(brokers=brokers), tmp_path_factory.mktemp("worker")))
    with worker:
        yield worker


@pytest.fixture(scope="module")
def shared_mill(running_worker: Worker) -> Iterator[WorkerMill]:
    mill = WorkerMill(running_worker)
    yield mill
    mill.close()


@pytest.fixture(scope="module")
def sampled(shared_mill: WorkerMill) -> Callable[[str], list[Incoming]]:
    """What came out of all samples, by topic."""
    shared_mill.mark()
    for sample in samples():
        shared_mill.produce(*sample.dump())
    shared_mill.settle()
    out = {topic: shared_mill.messages(topic) for topic in ("events", "duplicates", "dead-letters", *CLASS_TOPICS)}
    return out.__getitem__


@pytest.fixture
def mill(shared_mill: WorkerMill) -> WorkerMill:
    shared_mill.mark()
    return shared_mill
