"""One real Kafka for each process of the run, or the one that NEWS_BROKERS names; a test that asks for settings has topics of its own.

Three nodes for the modules that ask for them: the fixtures `cluster` and `cluster_settings`.
"""

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
from tests.cluster.cluster import Cluster
from tests.kafka.spoiled import HOLD
from tests.kafka.worker import View, Worker, WorkerMill
from tests.samples import CLASS_TOPICS, samples

_numbers = count(1)
# The files that take minutes, most of it waiting; begun first, so that no process of pytest-xdist ends alone with one.
_LONG_FILES = (
    "test_stalls.py",
    "test_crash.py",
    "test_determinism.py",
    "test_broker_down.py",
    "test_hostile_records.py",
    "test_lost_offsets.py",
    "test_chaos.py",
)
Declare = Callable[[Settings], Sequence[Topic]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files in front of all others; each file stays in its order."""
    items.sort(key=lambda item: _LONG_FILES.index(item.path.name) if item.path.name in _LONG_FILES else len(_LONG_FILES))


@pytest.fixture(scope="session")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of Kafka; its log is kept in .newsmill/test-kafka, one folder for each process of pytest-xdist."""
    named = os.environ.get("NEWS_BROKERS")
    if named:
        yield named
        return
    with LocalKafka(Path(".newsmill/test-kafka", os.environ.get("PYTEST_XDIST_WORKER", "main"))) as kafka:
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


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three Kafka nodes for one module (10 s to start, 500 MB): replication 3, min.insync.replicas 2, Kafka's default time-outs.

    Everything is synchronous (`asyncio.to_thread` for what waits). A test that only needs topics of its own takes `cluster_settings`.

        cluster.bootstrap                          addresses of the nodes; `cluster.proxied` are those through the proxy
        cluster.nodes[1].kill()                    also stop(), freeze(), thaw(), start(); 1 to 3; start() does not wait
        cluster.leader("news.index", 0).freeze()   also group_coordinator(group), transaction_coordinator(transactional_id)
        cluster.proxy.delay(0.3)                   also stall(Direction.REQUESTS), drop(Direction.RESPONSES, [Api.END_TXN], share=0.5)
        cluster.heal()                             start and thaw all nodes, end the proxy's faults, wait for all replicas in sync

    `cluster_settings` heals after each test. The name of a fault's victim is for a moment that of a dead node: Kafka needs 9 s.
    """
    with Cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture
def cluster_settings(cluster: Cluster, tmp_path: Path) -> Iterator[Settings]:
    """Shipped settings and topics of their own on the three nodes, which are healed after the test.

    `replace(cluster_settings, brokers=cluster.proxied)` are the settings of a worker behind the proxy.
    """
    shipped = Settings(brokers=cluster.bootstrap, replication=len(cluster.nodes))
    settings = settings_of_their_own(shipped, tmp_path)
    cluster.until_in_sync()
    yield replace(settings, session_timeout=shipped.session_timeout)
    cluster.heal()


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
