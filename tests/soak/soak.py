"""Dumps at a steady rate, and when each of their articles could be read as committed."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import orjson
import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from agents.kafka.connect import client_options
from agents.settings import Settings
from streams.records import Headers
from streams.topics import TopicName
from tests.deliveries import endless
from tests.kafka.worker import INTERNAL, View, Worker

ARTICLES_A_DUMP = 3
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Memory is that of the largest worker; lag is in messages; a latency is from a dump's sending to its article, read as committed."""

    minutes: float
    dumps_per_s: float
    articles: int
    lost: int
    twice: int
    rss_mb_start: float
    rss_mb_end: float
    lag_max: int
    lag_end: int
    latency_ms_p50: float
    latency_ms_p99: float


class Soak:
    """One run: `run` floods, then keeps half of that rate, and reads along all the time."""

    def __init__(self, settings: Settings, workers: Sequence[Worker]) -> None:
        """Prepare for workers that run."""
        self._settings = settings
        self._workers = workers
        self._dumps: Iterator[tuple[bytes, Headers]] = endless(seed=5)
        self._sent_at: dict[str, float] = {}
        self._seen: Counter[str] = Counter()
        self._articles: Counter[str] = Counter()
        self._latencies: list[float] = []
        self._is_steady = False

    async def run(self, minutes: float, flood: int) -> Result:
        """Return what was seen; prints a line each minute."""
        view = View(self._settings)
        await view.start()
        async with AIOKafkaProducer(**client_options(self._settings)) as producer:
            reading = asyncio.create_task(self._read())
            can_s = await self._flood(producer, view, flood)
            rate = flood / can_s / 2
            print(f"{flood} dumps at full speed took {can_s:.1f} s; {rate:.1f} a second from now on", flush=True)
            self._is_steady = True
            memory: list[float] = []
            lags: list[int] = []
            watching = asyncio.create_task(self._watch(view, memory, lags))
            await self._steady(producer, rate, minutes * 60)
            watching.cancel()
            await view.settled()
            await self._caught_up()
            lags.append(await self._lag(view))
            memory.append(self._memory())
            reading.cancel()
        await view.stop()
        return self._result(minutes, rate, memory, lags)

    def _result(self, minutes: float, rate: float, memory: Sequence[float], lags: Sequence[int]) -> Result:
        at = sorted(self._latencies)
        wanted = ARTICLES_A_DUMP * len(self._sent_at)
        return Result(
            minutes=minutes,
            dumps_per_s=round(rate, 1),
            articles=wanted,
            lost=wanted - len(self._articles),
            twice=sum(count > 1 for count in self._articles.values()),
            rss_mb_start=memory[0],
            rss_mb_end=memory[-1],
            lag_max=max(lags),
            lag_end=lags[-1],
            latency_ms_p50=round(1000 * at[len(at) // 2], 1),
            latency_ms_p99=round(1000 * at[len(at) * 99 // 100], 1),
        )

    async def _flood(self, producer: AIOKafkaProducer, view: View, count: int) -> float:
        """Return the seconds that the workers take for so many dumps at once."""
        began = time.monotonic()
        await asyncio.gather(*[self._send(producer, value, headers) for value, headers in islice(self._dumps, count)])
        await view.settled()
        return time.monotonic() - began

    async def _steady(self, producer: AIOKafkaProducer, rate: float, seconds: float) -> None:
        began, sent = time.monotonic(), 0
        sending: set[asyncio.Task[None]] = set()
        while (passed := time.monotonic() - began) < seconds:
            for value, headers in islice(self._dumps, round(passed * rate) - sent):
                task = asyncio.create_task(self._send(producer, value, headers))
                sending.add(task)
                task.add_done_callback(sending.discard)
                sent += 1
            await asyncio.sleep(0.01)
        await asyncio.gather(*sending)

    async def _send(self, producer: AIOKafkaProducer, value: bytes, headers: Headers) -> None:
        number = len(self._sent_at)
        self._sent_at[orjson.loads(value)["url"]] = time.monotonic()
        await producer.send_and_wait(self._settings.topic(TopicName.DUMPS), value, headers=list(headers), partition=number % 6)

    async def _read(self) -> None:
        names = [self._settings.topic(name) for name in ("events", "duplicates")]
        consumer = AIOKafkaConsumer(
            *names, **client_options(self._settings), isolation_level="read_committed", auto_offset_reset="earliest", fetch_max_wait_ms=100
        )
        async with consumer:
            async for message in consumer:
                event = orjson.loads(message.value or b"")
                self._articles[event["id"]] += 1
                if self._is_steady:
                    self._latencies.append(time.monotonic() - self._sent_at[event["source"]["url"]])

    async def _caught_up(self) -> None:
        """Return when the reader has seen nothing new for 5 s."""
        before = -1
        while before != self._articles.total():
            before = self._articles.total()
            await asyncio.sleep(5)

    async def _watch(self, view: View, memory: list[float], lags: list[int]) -> None:
        while True:
            lags.append(await self._lag(view))
            memory.append(self._memory())
            print(
                f"{time.strftime('%H:%M:%S')}  largest worker {memory[-1]:6.0f} MB, lag {lags[-1]:5}, articles {len(self._articles)}",
                flush=True,
            )
            await asyncio.sleep(60)

    async def _lag(self, view: View) -> int:
        return sum([await view.waiting(name) for name in INTERNAL])

    def _memory(self) -> float:
        pids = [worker.process.pid for worker in self._workers if worker.process is not None]
        return round(max(psutil.Process(pid).memory_info().rss for pid in pids) / MEGABYTE, 1)
