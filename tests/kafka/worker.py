"""A real worker process, and the contract's view of it: produce, wait until it is done, read what came out."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from aiokafka import AIOKafkaProducer, ConsumerRecord, TopicPartition

from agents.kafka.compat.decoder import Consumer
from agents.kafka.connect import admin, client_options
from agents.kafka.topics import partitions_of
from agents.settings import Settings
from streams.records import Headers, Incoming

Result = TypeVar("Result")
LIMIT_S = 180
INTERNAL = ("dumps", "dumps.backfill", "articles.large", "articles", "judged")


class Worker:
    """`newsmill worker` in a process of its own; its log is worker.log in the settings' folder.

    `spoiled` names what is broken in it, functions of tests/kafka/spoiled.py with commas between.
    """

    def __init__(self, settings: Settings, *, arguments: tuple[str, ...] = (), web_port: int = 0, spoiled: str = "") -> None:
        self.settings = replace(settings, web_port=web_port)
        self.log_path = Path(settings.data) / f"worker-{id(self)}.log"
        self._arguments = arguments
        self.spoiled = tuple(name for name in spoiled.split(",") if name)
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end(signal.SIGTERM)

    def start(self) -> None:
        module = ["tests.kafka.spoiled", ",".join(self.spoiled)] if self.spoiled else ["agents.cli"]
        command = [sys.executable, "-m", *module, "worker", *self._arguments]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment(self.settings), stdout=log, stderr=log)

    def send_signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def end(self, number: signal.Signals) -> int:
        self.send_signal(number)
        return self.wait()

    def restart(self, number: signal.Signals = signal.SIGKILL) -> None:
        self.end(number)
        self.start()

    def wait(self) -> int:
        assert self.process is not None
        return self.process.wait(LIMIT_S)

    def address(self) -> str:
        """Return where its web server listens, once it owns partitions."""
        self.until_logged(r"assigned partitions=\S")
        found: list[str] = re.findall(r"web server on (http://\S+)", self.log())
        return found[-1]

    def assigned(self) -> list[str]:
        """Return the partitions that it was assigned last."""
        found = re.findall(r"assigned partitions=(\S+)", self.log())
        return found[-1].split(",") if found else []

    def until_logged(self, pattern: str, partitions: int = 0) -> None:
        """Return when a line of its log matches, and it owns at least so many partitions."""
        deadline = time.monotonic() + LIMIT_S
        while not re.search(pattern, self.log()) or len(self.assigned()) < partitions:
            assert self.process is not None
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")


class Loop:
    """An event loop in a thread, for tests that are not coroutines themselves."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(LIMIT_S)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class View:
    """What is in Kafka, whoever wrote it: the ends of the topics, the group's offsets, the messages between."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer
        self._consumer: Consumer
        self._partitions: list[TopicPartition] = []

    async def start(self) -> None:
        async with admin(self._settings) as client:
            topics = await partitions_of(client, self._settings)
        self._partitions = [TopicPartition(topic, number) for topic, count in sorted(topics.items()) for number in range(count)]
        options = client_options(self._settings)
        self._producer = AIOKafkaProducer(**options, max_request_size=16 * 1024 * 1024)
        # In the workers' group to read its offsets, and no member of it: it subscribes to nothing.
        self._consumer = Consumer(
            **options,
            keep_defective=True,
            group_id=self._settings.prefix,
            enable_auto_commit=False,
            isolation_level="read_committed",
            fetch_max_wait_ms=20,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=16 * 1024 * 1024,
        )
        await self._producer.start()
        await self._consumer.start()

    async def stop(self) -> None:
        await self._producer.stop()
        await self._consumer.stop()

    async def send(self, topic: str, value: bytes, headers: Headers, key: bytes | None, partition: int | None = 0) -> None:
        name = self._settings.topic(topic)
        await self._producer.send_and_wait(name, key=key, value=value, headers=list(headers), partition=partition)

    async def ends(self, *names: str) -> dict[TopicPartition, int]:
        """Return the end offsets of the partitions of these topics, of all where none is named."""
        wanted = {self._settings.topic(name) for name in names}
        partitions = [partition for partition in self._partitions if not wanted or partition.topic in wanted]
        ends: dict[TopicPartition, int] = await self._consumer.end_offsets(partitions)
        return ends

    async def read(self, begin: Mapping[TopicPartition, int]) -> list[Incoming]:
        """Return the committed messages of these partitions from the given offsets to the end."""
        self._consumer.assign(list(begin))
        ends = await self._consumer.end_offsets(list(begin))
        for partition, offset in begin.items():
            self._consumer.seek(partition, offset)
        found: list[Incoming] = []
        while any([await self._consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await self._consumer.getmany(timeout_ms=50)).values():
                found += [_incoming(record) for record in records]
        return found

    async def topic(self, name: str) -> list[Incoming]:
        """Return all committed messages of a topic."""
        return await self.read(dict.fromkeys(await self.ends(name), 0))

    async def committed(self, name: str) -> int:
        """Return the sum of the group's offsets on a topic."""
        return sum([await self._consumer.committed(partition) or 0 for partition in await self.ends(name)])

    async def settled(self) -> None:
        """Return when every stage has committed all of its input.

        In the order of the path: a stage commits its outputs with its input, so what one has done is in the next one's topic, or soon:
        Kafka shows the committed offset a moment before it marks the outputs. So it is looked at until nothing is new.
        """
        before: list[int] = []
        while before != (now := await self._ends_once_settled()):
            before = now
            await asyncio.sleep(0.2)

    async def _ends_once_settled(self) -> list[int]:
        ends: list[int] = []
        for name in INTERNAL:
            while await self.waiting(name):  # noqa: ASYNC110 - the broker knows when, and tells nobody
                await asyncio.sleep(0.05)
            ends += (await self.ends(name)).values()
        return ends

    async def waiting(self, name: str) -> int:
        """Return how many messages of a stage's topic are not committed; markers of transactions don't count."""
        ends = await self.ends(name)
        committed = {partition: await self._consumer.committed(partition) or 0 for partition in ends}
        behind = {partition: committed[partition] for partition, end in ends.items() if committed[partition] < end}
        return len(await self.read(behind)) if behind else 0


def _incoming(record: "ConsumerRecord[bytes, bytes]") -> Incoming:
    return Incoming(
        topic=record.topic,
        key=record.key,
        value=record.value or b"",
        headers=tuple(record.headers),
        timestamp=record.timestamp // 1000,
        partition=record.partition,
        offset=record.offset,
    )


class WorkerMill:
    """The contract's `Mill` on a real worker."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self._loop = Loop()
        self._settings = worker.settings
        self._view = View(worker.settings)
        self._loop.run(self._view.start())
        self._begin: dict[TopicPartition, int] = {}
        self.mark()

    def mark(self) -> None:
        """Let `messages` begin here."""
        self._begin = self._loop.run(self._view.ends())

    def produce(self, value: bytes, headers: Headers = (), key: bytes | None = None, *, topic: str = "dumps") -> None:
        self._loop.run(self._view.send(topic, value, headers, key))

    def settle(self) -> None:
        assert self.worker.process is not None
        assert self.worker.process.poll() is None, self.worker.log()
        self._loop.run(self._view.settled())

    def restart(self) -> None:
        self.worker.restart()

    def messages(self, topic: str) -> list[Incoming]:
        name = self._settings.topic(topic)
        begin = {partition: offset for partition, offset in self._begin.items() if partition.topic == name}
        return self._loop.run(self._view.read(begin))

    def close(self) -> None:
        self._loop.run(self._view.stop())
        self._loop.close()


async def until(is_so: Callable[[], bool]) -> None:
    """Return once this is so.

    Raises:
        TimeoutError: it was not within `LIMIT_S` seconds.
    """
    async with asyncio.timeout(LIMIT_S):
        while not await asyncio.to_thread(is_so):  # noqa: ASYNC110 - nothing tells us when
            await asyncio.sleep(0.05)


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment of a process with these settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NEWS_")} | settings.to_env()
