"""Given one log of articles, verdicts are the same to the byte: for any workers, batches, kills, moves and rebuilds.

The log is fixed, its append times too: `news.articles` has CreateTime here, so that the test can give them. Forgetting goes by these, so
each run forgets the same. What came out is read as committed, and compared with what `streams` makes of the log in one go.
"""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import RecordMetadata

from agents.kafka.connect import client_options
from agents.kafka.topics import declared_topics
from agents.settings import Settings
from streams.records import Incoming
from streams.topics import Topic, TopicName
from tests.article_log import COPIES, Outcome, Placed, article_log, as_messages, judged_in_one_go, outcome, unlike
from tests.deliveries import config
from tests.kafka.conftest import settings_of_their_own
from tests.kafka.worker import LIMIT_S, View, Worker

pytestmark = pytest.mark.kafka

READ = ("judged", "index", "events", "duplicates")
AT_ONCE = 5
ALL_PARTITIONS = 12


@cache
def log() -> list[Placed]:
    """Return the log of these tests; it takes seconds to make, and only they need it."""
    return article_log(500)


Meddle = Callable[["Mill"], Awaitable[None]]


def fixed_times(settings: Settings) -> Sequence[Topic]:
    """Return the topics of a worker, of which that of the articles keeps the times that it is given, and all of them for ever."""
    topics = declared_topics(settings)
    return [replace(topic, timestamps="CreateTime", retention_ms=-1) if topic.name == "articles" else topic for topic in topics]


@pytest.fixture
def settings(brokers: str, tmp_path: Path) -> Settings:
    return settings_of_their_own(Settings(brokers=brokers, copy_capacity=COPIES.capacity), tmp_path, fixed_times)


@pytest.fixture(scope="module")
def wanted() -> Outcome:
    return judged_in_one_go(as_messages(log(), 200, "any.articles"), config("any"))


class Mill:
    """Workers that judge and classify, and the log that is sent to them piece by piece."""

    def __init__(self, settings: Settings, view: View, messages: Sequence[Incoming]) -> None:
        self.settings = settings
        self.view = view
        self.messages = messages
        self.workers: list[Worker] = []
        self._producer = AIOKafkaProducer(**client_options(settings))
        self._sent = 0

    async def start(self, count: int) -> None:
        """Start so many workers, each with an empty folder."""
        new = [Worker(replace(self.settings, data=self._folder()), arguments=("--only", "deduplicate,classify")) for _ in range(count)]
        self.workers += new
        for worker in new:
            worker.start()
        for worker in new:
            await asyncio.to_thread(worker.until_logged, r"assigned partitions=\S")

    async def end(self, worker: Worker, number: signal.Signals) -> None:
        self.workers.remove(worker)
        await asyncio.to_thread(worker.end, number)

    async def send(self, share: float) -> None:
        """Send the log up to this share of it, a few messages at a time, so that the workers make many small batches of it."""
        if not self._sent:
            await self._producer.start()
        end = round(share * len(self.messages))
        sending: list[asyncio.Future[RecordMetadata]] = []
        for message in self.messages[self._sent : end]:
            at_ms, headers = (message.timestamp or 0) * 1000, list(message.headers)
            topic = self.settings.topic(TopicName.ARTICLES)
            sending.append(await self._producer.send(topic, message.value, None, message.partition, at_ms, headers))
            if len(sending) % AT_ONCE == 0:
                await asyncio.gather(*sending)
        await asyncio.gather(*sending)
        self._sent = end

    async def judged(self, share: float) -> None:
        """Return when this share of the log is judged."""
        while await self.view.committed("articles") < round(share * len(self.messages)):  # noqa: ASYNC110 - the broker tells nobody
            await asyncio.sleep(0.01)

    async def caught(self) -> Worker:
        """Return a worker that stands still within a transaction, or any, going on, where all is judged before one is caught."""
        async with AIOKafkaConsumer(**client_options(self.settings)) as uncommitted:
            while await self.view.waiting("articles"):
                for worker in self.workers:
                    worker.send_signal(signal.SIGSTOP)
                written = await uncommitted.end_offsets(await self.view.ends("index"))
                committed = await self.view.ends("index")
                owners = [self._owner(place.partition) for place, end in committed.items() if written[place] > end]
                for worker in self.workers:
                    if worker not in owners[:1]:
                        worker.send_signal(signal.SIGCONT)
                if owners:
                    return owners[0]
        return self.workers[0]

    def _owner(self, partition: int) -> Worker:
        return next(worker for worker in self.workers if self.settings.topic(f"articles-{partition}") in worker.assigned())

    async def stop(self) -> None:
        await self._producer.stop()
        for worker in list(self.workers):
            await self.end(worker, signal.SIGKILL)

    def _folder(self) -> str:
        folder = Path(self.settings.data) / str(random.getrandbits(64))
        folder.mkdir()
        return str(folder)


def by_partition(messages: Sequence[Incoming]) -> dict[int | None, list[bytes]]:
    return {partition: [one.value for one in messages if one.partition == partition] for partition in {one.partition for one in messages}}


async def made_by_workers(settings: Settings, size: int, workers: int, meddle: Meddle | None = None) -> Outcome:
    """Return what workers make of the log in messages of at most `size` articles, while `meddle` sends it and does what it likes."""
    view = View(settings)
    await view.start()
    mill = Mill(settings, view, as_messages(log(), size, settings.topic(TopicName.ARTICLES)))
    try:
        async with asyncio.timeout(LIMIT_S):
            await mill.start(workers)
            if meddle is not None:
                await meddle(mill)
            await mill.send(1)
            await view.settled()
            assert not await view.topic(TopicName.DEAD_LETTERS)
            assert by_partition(await view.topic(TopicName.ARTICLES)) == by_partition(mill.messages), "the log itself is another one"
            return outcome([message for name in READ for message in await view.topic(name)], settings.prefix)
    finally:
        await mill.stop()
        await view.stop()


def test_the_log_has_every_fate_and_kind_and_what_is_forgotten_shows(wanted: Outcome) -> None:
    copies = [orjson.loads(value)["duplicate"] for _, value, _ in wanted.public["duplicates"]]
    assert {(copy["kind"], copy["fuller"]) for copy in copies} == {
        *((kind, False) for kind in ("exact", "near", "excerpt", "repeat")),
        ("excerpt", True),
    }
    judged = sum(map(len, wanted.judged.values()))
    assert sum(map(len, wanted.index.values())) < judged < len(log())  # replays of dead letters, and replayed ones
    whole = as_messages(log(), 200, "any.articles")
    for other in (replace(COPIES, capacity=10**6), replace(COPIES, window_s=10**9)):
        assert unlike(judged_in_one_go(whole, config("any"), other), wanted)


@pytest.mark.parametrize(
    ("workers", "size"),
    [
        pytest.param(1, 200, id="one worker, 200 articles a message"),
        pytest.param(2, 7, id="two workers, 7 articles a message"),
        pytest.param(3, 1, id="three workers, 1 article a message"),
    ],
)
async def test_verdicts_depend_neither_on_workers_nor_on_batches(settings: Settings, wanted: Outcome, workers: int, size: int) -> None:
    assert unlike(await made_by_workers(settings, size, workers), wanted) == []


async def test_verdicts_are_the_same_after_kills_in_transactions_and_a_freeze(settings: Settings, wanted: Outcome) -> None:
    chance = random.Random(7)

    async def disturb(mill: Mill) -> None:
        for piece, fault in enumerate((kill, kill, freeze, kill), start=1):
            sending = asyncio.create_task(mill.send(piece / 5))
            await mill.judged((piece - 0.95 + 0.6 * chance.random()) / 5)
            await fault(mill, await mill.caught())
            await sending

    assert unlike(await made_by_workers(settings, 1, 2, disturb), wanted) == []


async def kill(mill: Mill, worker: Worker) -> None:
    await mill.end(worker, signal.SIGKILL)
    await mill.start(1)


async def freeze(mill: Mill, worker: Worker) -> None:
    """Let a worker stand still until the other one has all partitions, and then find out that its own are gone."""
    [other] = [one for one in mill.workers if one is not worker]
    worker.send_signal(signal.SIGSTOP)  # it stands still already where it was caught
    await asyncio.to_thread(other.until_logged, r"assigned partitions=\S", ALL_PARTITIONS)
    worker.send_signal(signal.SIGCONT)


async def test_verdicts_are_the_same_while_partitions_move(settings: Settings, wanted: Outcome) -> None:
    async def move(mill: Mill) -> None:
        for share in (0.1, 0.5):
            sending = asyncio.create_task(mill.send(share + 0.2))
            await mill.judged(share)
            await mill.start(1)
            await sending
            sending = asyncio.create_task(mill.send(share + 0.4))
            await mill.judged(share + 0.25)
            await mill.end(mill.workers[0], signal.SIGTERM)
            await sending

    assert unlike(await made_by_workers(settings, 7, 1, move), wanted) == []


async def test_verdicts_are_the_same_from_a_state_that_only_kafka_had(settings: Settings, wanted: Outcome) -> None:
    async def rebuild(mill: Mill) -> None:
        await mill.send(0.6)
        await mill.judged(0.3)
        await mill.end(mill.workers[0], signal.SIGTERM)
        await mill.start(1)

    assert unlike(await made_by_workers(settings, 200, 1, rebuild), wanted) == []
