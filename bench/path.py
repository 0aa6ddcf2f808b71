"""Measure the whole path under load: engines as separate processes on one local Kafka, from dumps to articles.

An engine gets its broker and prefix, and has its own topics. It is warm before the clock starts: its group is stable, and dumps
of each partition have come through. Then all dumps are sent at once; the load ends when the last article can be read as committed.
Processor time is that of the engine's processes alone, user and system.
"""

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from aiokafka.errors import GroupCoordinatorNotAvailableError

from agents.kafka.connect import admin, client_options
from agents.kafka.topics import create_missing, declared_topics
from agents.local_kafka.broker import LocalKafka
from agents.settings import Settings
from bench.dumps import ARTICLES, dumps
from streams.records import Incoming
from streams.topics import TopicName
from tests.kafka.worker import environment

FOLDER = Path(".newsmill/bench")
_LIMIT_S = 300
# Above all measured numbers, so that none of these articles has been seen.
_WARM_UP_FROM = 10_000_000
_runs = count(1)


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that runs the steps: its name, its Python arguments, and its number of messages per dump."""

    name: str
    arguments: tuple[str, ...]
    messages_a_dump: int = ARTICLES


NEWSMILL = Engine("newsmill", ("-m", "agents.cli", "worker"))
QUIX = Engine("Quix Streams, exactly once", ("-m", "bench.quix", "exactly-once"))
QUIX_AT_LEAST_ONCE = Engine("Quix Streams, at least once", ("-m", "bench.quix", "at-least-once"))
ECHO = Engine("aiokafka echo of the bytes", ("-m", "bench.echo"), messages_a_dump=1)


@dataclass(frozen=True, slots=True)
class Load:
    """The cost of a load: articles per second, microseconds an article by the clock and of the engine's processors, and its peak memory."""

    articles_per_s: float
    wall_us: float
    cpu_us: float
    peak_mb: float


@contextlib.contextmanager
def kafka() -> Iterator[Settings]:
    """Yield the settings of a local Kafka that runs during the block."""
    with LocalKafka(FOLDER / "kafka") as broker:
        yield Settings(brokers=broker.bootstrap, data=str(FOLDER), web_port=0)


@contextlib.asynccontextmanager
async def running(
    base: Settings, engine: Engine, workers: int = 1, *, warm: bool = True, prepare: Callable[[Settings], Awaitable[None]] | None = None
) -> AsyncIterator["Run"]:
    """Yield workers of an engine on new topics; `prepare` may write to the topics before they start."""
    settings = replace(base, prefix=f"bench{time.time_ns() % 10**9}x{next(_runs)}")
    async with admin(settings) as client:
        await create_missing(client, settings, declared_topics(settings))
    if prepare is not None:
        await prepare(settings)
    run = Run(settings, engine)
    try:
        await run.start(workers)
        if warm:
            await run.load(dumps(_WARM_UP_FROM, 2 * settings.partitions))
        yield run
    finally:
        await run.stop()
        async with admin(settings) as client:
            await client.delete_topics([settings.topic(topic.name) for topic in declared_topics(settings)])


class Run:
    """Running workers of one engine, a producer of their dumps and a reader of what they publish."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.settings = settings
        self.engine = engine
        self.workers: list[psutil.Process] = []
        self.peak_bytes = 0
        self.log_path = FOLDER / f"{settings.prefix}.log"
        options = client_options(settings)
        self._producer = AIOKafkaProducer(**options, max_request_size=16 * 1024 * 1024)
        self._reader = AIOKafkaConsumer(
            *(settings.topic(name) for name in ("events", "duplicates")),
            **options,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
        )

    async def start(self, workers: int) -> None:
        """Start the workers, and wait until they have their partitions."""
        self.workers = [self._process() for _ in range(workers)]
        await self._producer.start()
        await asyncio.wait_for(self._stable(workers), _LIMIT_S)
        await self._reader.start()  # not earlier: new topics have no leader yet, which it would log

    async def stop(self) -> None:
        """Stop the workers and close the connections."""
        for worker in self.workers:
            worker.terminate()
        psutil.wait_procs(self.workers, timeout=30)
        await self._producer.stop()
        await self._reader.stop()

    async def send(self, dump: Incoming, number: int) -> asyncio.Future[Any]:
        """Send one dump and return the future of its acknowledgement."""
        options: dict[str, Any] = {"key": dump.key, "headers": list(dump.headers), "partition": number % self.settings.partitions}
        sent: asyncio.Future[Any] = await self._producer.send(self.settings.topic(TopicName.DUMPS), dump.value, **options)
        return sent

    async def records(self, expected: int) -> AsyncIterator[ConsumerRecord]:
        """Yield this number of articles as they become readable."""
        seen = 0
        while seen < expected:
            for found in (await self._reader.getmany(timeout_ms=1000)).values():
                seen += len(found)
                for record in found:
                    yield record
            self._look()

    async def load(self, sent: Sequence[Incoming]) -> Load:
        """Send all of these at once, and return the cost of the engine."""
        self.peak_bytes, cpu, began = 0, self.cpu_s(), time.perf_counter()
        futures = [await self.send(dump, number) for number, dump in enumerate(sent)]
        async with asyncio.timeout(_LIMIT_S):
            async for _ in self.records(len(sent) * self.engine.messages_a_dump):
                pass
        wall, cpu = time.perf_counter() - began, self.cpu_s() - cpu
        await asyncio.gather(*futures)
        articles = len(sent) * ARTICLES
        return Load(articles / wall, wall / articles * 1e6, cpu / articles * 1e6, self.peak_bytes / 1e6)

    def cpu_s(self) -> float:
        """Return the processor time of the workers so far."""
        return sum(sum(worker.cpu_times()[:2]) for worker in self.workers)

    def memory_mb(self) -> float:
        """Return the resident memory of the largest worker."""
        return max(worker.memory_info().rss for worker in self.workers) / 1e6

    def _process(self) -> psutil.Process:
        with self.log_path.open("ab") as log:
            command = [sys.executable, *self.engine.arguments]
            return psutil.Process(subprocess.Popen(command, env=environment(self.settings), stdout=log, stderr=log).pid)

    def _look(self) -> None:
        for worker in self.workers:
            if worker.status() == psutil.STATUS_ZOMBIE:
                raise RuntimeError(f"a worker of {self.engine.name} ended; its log is {self.log_path}")
        self.peak_bytes = max(self.peak_bytes, *(worker.memory_info().rss for worker in self.workers))

    async def _stable(self, members: int) -> None:
        """Wait until the group has this number of members, with their partitions."""
        async with admin(self.settings) as client:
            while True:
                self._look()
                with contextlib.suppress(GroupCoordinatorNotAvailableError):  # a broker that never had a group
                    (answer,) = await client.describe_consumer_groups([self.settings.prefix])
                    _, _, state, _, _, group = answer.groups[0][:6]
                    if state == "Stable" and len(group) == members:
                        return
                await asyncio.sleep(0.2)
