"""`make soak-stories`: window and retention pass many times in minutes, while the worker that judges is killed again and again.

Reports on changing events come at a steady rate, and on one that never ends, so that its story must close. In each window one of two
workers is killed and started again, so that the other takes its partitions over with what is left of `news.index`, and at its end the
records that retention would delete are deleted. Then everything that was published is compared with what one process without interruption
makes of the same articles.
"""

import asyncio
import json
import logging
import random
import sys
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import click
import psutil
from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete
from aiokafka.errors import KafkaError

from agents.kafka.connect import admin
from agents.kafka.topics import create_missing, declared_topics
from agents.local_kafka.broker import LocalKafka
from agents.settings import Settings
from streams.deduplicate.index import CopyConfig
from streams.deduplicate.rebuild import rebuilt
from streams.messages.codec import decode_judged
from streams.records import Headers, Incoming
from streams.topics import TopicName
from tests.article_log import judged_in_one_go, outcome, unlike
from tests.deliveries import config
from tests.kafka.worker import View, Worker
from tests.soak.soak import MEGABYTE
from tests.streams.invented_texts import words

Answer = TypeVar("Answer")
WORKERS = 2
EVENTS_FOLLOWED = 6
KEPT_BEHIND_WINDOW_S = 10
COMPARED = (TopicName.ARTICLES, TopicName.JUDGED, TopicName.INDEX, TopicName.EVENTS, TopicName.DUPLICATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Of each window: articles and stories that a rebuild has in memory, and MB of the largest worker; `life_s` is of the longest story."""

    windows: int
    articles: int
    stories: int
    joined: int
    life_s: int
    ids_changed: int
    deleted_index_records: int
    remembered: list[int]
    open_stories: list[int]
    rss_mb: list[int]
    differences: list[str]


def reports(seed: int = 3) -> Iterator[bytes]:
    """Yield reports on events, of which the first and the newest are followed; each has most of its words from the facts of one event."""
    chance, events = random.Random(seed), list[list[str]]()
    for _ in count():
        if not events or chance.random() < 0.1:
            events.append(words(chance, 40))
        facts = chance.choice([events[0], *events[-EVENTS_FOLLOWED:]])
        body = [*chance.sample(facts, 24), *words(chance, chance.choice([4, 30]))]
        yield (" ".join(chance.sample(facts, 6)).capitalize() + "\n" + " ".join(body).capitalize() + ".").encode()


class StorySoak:
    """One run: `run` sends, reads along, deletes and kills."""

    def __init__(self, settings: Settings, workers: Sequence[Worker]) -> None:
        """Prepare for workers that run."""
        self._settings = settings
        self._copies = CopyConfig(window_s=settings.copy_window, stories=True)
        self._workers = workers
        self._view = View(settings)
        self._texts = reports()
        self._sent = 0
        self._seen: dict[tuple[TopicPartition, int], Incoming] = {}
        self._deleted: dict[TopicPartition, int] = {}
        self._begin: dict[TopicPartition, int] = {}
        self._remembered: list[int] = []
        self._open_stories: list[int] = []
        self._rss_mb: list[int] = []

    async def run(self, windows: int, rate: float) -> Result:
        """Return what was seen; prints a line each window."""
        await self._view.start()
        self._begin = dict.fromkeys(await answered(partial(self._view.ends, *COMPARED)), 0)
        for number in range(windows):
            sending = asyncio.create_task(self._send(self._settings.copy_window, rate))
            await asyncio.sleep(self._settings.copy_window / 2)
            await asyncio.to_thread(self._workers[number % WORKERS].restart)
            await sending
            await answered(self._view.settled)
            await answered(self._read)
            await answered(self._delete)
            self._measure()
            print(
                f"window {number + 1}: {self._remembered[-1]} articles, {self._open_stories[-1]} stories, {self._rss_mb[-1]} MB", flush=True
            )
        await self._view.stop()
        return self._result(windows)

    async def _send(self, seconds: float, rate: float) -> None:
        began, before = time.monotonic(), self._sent
        while (passed := time.monotonic() - began) < seconds:
            while self._sent - before < passed * rate:
                send = partial(self._view.send, TopicName.DUMPS, next(self._texts), _headers(self._sent), None)
                await answered(send)
                self._sent += 1
            await asyncio.sleep(0.05)

    async def _read(self) -> None:
        ends = await self._view.ends(*COMPARED)
        for message in await self._view.read(self._begin):
            self._seen[TopicPartition(message.topic, message.partition or 0), message.offset or 0] = message
        self._begin = ends

    async def _delete(self) -> None:
        """Delete the records of `news.index` and `news.articles` that are older than the window and a little, as retention would."""
        topics = {self._settings.topic(name) for name in (TopicName.INDEX, TopicName.ARTICLES)}
        newest = max(message.timestamp or 0 for message in self._of(TopicName.INDEX).values())
        oldest = newest - self._settings.copy_window - KEPT_BEHIND_WINDOW_S
        for (partition, offset), message in self._seen.items():
            if partition.topic in topics and (message.timestamp or 0) < oldest:
                self._deleted[partition] = max(self._deleted.get(partition, 0), offset + 1)
        if self._deleted:
            async with admin(self._settings) as client:
                await client.delete_records({partition: RecordsToDelete(before) for partition, before in self._deleted.items()})

    def _measure(self) -> None:
        kept: dict[TopicPartition, list[bytes]] = {}
        for partition, message in self._of(TopicName.INDEX).items():
            if partition[1] >= self._deleted.get(partition[0], 0):
                kept.setdefault(partition[0], []).append(message.value)
        indexes = [rebuilt(self._copies, values) for values in kept.values()]
        self._remembered.append(sum(map(len, indexes)))
        self._open_stories.append(sum(len(index.stories.row_of) for index in indexes if index.stories is not None))
        pids = [worker.process.pid for worker in self._workers if worker.process is not None]
        self._rss_mb.append(max(psutil.Process(pid).memory_info().rss for pid in pids) // MEGABYTE)

    def _of(self, name: str) -> Mapping[tuple[TopicPartition, int], Incoming]:
        """Return the messages of a topic in order."""
        topic = self._settings.topic(name)
        return {at: self._seen[at] for at in sorted(self._seen) if at[0].topic == topic}

    def _result(self, windows: int) -> Result:
        times, story_of, changed, joined = dict[str, list[int]](), dict[str, str](), 0, 0
        for message in self._of(TopicName.JUDGED).values():
            for one in decode_judged(message.value):
                assert one.story is not None
                changed += story_of.setdefault(one.article.id, one.story.id) != one.story.id
                joined += one.duplicate is None and not one.story.first
                if one.duplicate is None:
                    times.setdefault(one.story.id, []).append(one.article.fetched_at or 0)
        found = outcome([self._seen[at] for at in sorted(self._seen)], self._settings.prefix)
        wanted = judged_in_one_go(list(self._of(TopicName.ARTICLES).values()), config(self._settings.prefix), self._copies)
        index = self._settings.topic(TopicName.INDEX)
        return Result(
            windows=windows,
            articles=len(story_of),
            stories=len(times),
            joined=joined,
            life_s=max(max(some) - min(some) for some in times.values()),
            ids_changed=changed,
            deleted_index_records=sum(before for partition, before in self._deleted.items() if partition.topic == index),
            remembered=self._remembered,
            open_stories=self._open_stories,
            rss_mb=self._rss_mb,
            differences=[line[:200] for line in unlike(found, wanted)],
        )


async def answered(ask: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    """Return the answer; ask again where a broker that is short of processor time has lost its leadership for a moment."""
    while True:
        try:
            return await ask()
        except KafkaError as error:
            if not error.retriable:
                raise
            await asyncio.sleep(1)


def _headers(number: int) -> Headers:
    fetched_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    texts = {"source-url": f"https://stories.example/{number}", "fetched-at": fetched_at, "content-type": "text/plain"}
    return tuple((name, text.encode()) for name, text in texts.items())


async def soak(windows: int, window_s: int, rate: float, folder: Path) -> int:
    """Print what happened; return 0 where all verdicts are those of a process without interruption, and stories close."""
    with ExitStack() as stack:
        kafka = stack.enter_context(LocalKafka(folder / "kafka"))
        settings = Settings(brokers=kafka.bootstrap, prefix=f"soak{kafka.pid}", web_port=0, data=str(folder), copy_window=window_s)
        async with admin(settings) as client:
            await create_missing(client, settings, declared_topics(settings))
        workers = [stack.enter_context(Worker(settings)) for _ in range(WORKERS)]
        for worker in workers:
            await asyncio.to_thread(worker.until_logged, r"assigned partitions=\S")
        result = await StorySoak(settings, workers).run(windows, rate)
    print(json.dumps(asdict(result)))
    closes = window_s / 2 < result.life_s <= window_s
    return int(bool(result.differences) or result.ids_changed > 0 or not closes)


@click.command()
@click.option("--windows", default=10, show_default=True, help="How many windows pass.")
@click.option("--window", "window_s", default=40, show_default=True, help="Seconds of a window (NEWS_COPY_WINDOW).")
@click.option("--rate", default=10.0, show_default=True, help="Dumps a second.")
@click.option("--out", default=Path(".newsmill/soak-stories"), show_default=True, type=click.Path(path_type=Path), help="Folder for logs.")
def main(windows: int, window_s: int, rate: float, out: Path) -> None:
    """Stories over many windows in minutes: they close, memory is flat, and a worker that takes over agrees."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    out.mkdir(parents=True, exist_ok=True)
    sys.exit(asyncio.run(soak(windows, window_s, rate, out)))


if __name__ == "__main__":
    main()
