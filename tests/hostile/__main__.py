"""Measure what each hostile dump does to a worker on Kafka: `python -m tests.hostile [NAME…]`, or `make hostile`.

Each dump meets a worker that has just started. Ordinary dumps follow it at once, on every partition. Printed are the worker's largest
resident size, and the longest time from sending an ordinary dump to reading its event as committed. `NAME` is a part of a name of
`hostile_dumps`.
"""

import asyncio
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import orjson

from agents.kafka.compat.decoder import Consumer
from agents.kafka.connect import admin, client_options
from agents.kafka.topics import create_missing, declared_topics
from agents.local_kafka.broker import LocalKafka
from agents.settings import Settings
from tests.hostile.containers import Made
from tests.hostile.dumps import hostile_dumps
from tests.kafka.test_flood import resident
from tests.kafka.worker import View, Worker
from tests.stories import story

MIB = 1024 * 1024
MAX_RESIDENT_MIB, MAX_WAIT_S = 512, 5.0
LIMIT_S = 120.0
PARTITIONS = 6


class _Events:
    """The committed events and dead letters, and when each was read."""

    def __init__(self, settings: Settings) -> None:
        self._topics = [settings.topic(name) for name in ("events", "duplicates", "dead-letters")]
        self._consumer = Consumer(
            **client_options(settings), keep_defective=True, isolation_level="read_committed", auto_offset_reset="earliest"
        )
        self.read_at: dict[str, float] = {}
        self.outcomes: Counter[str] = Counter()

    async def start(self) -> None:
        await self._consumer.start()
        self._consumer.subscribe(self._topics)

    async def stop(self) -> None:
        await self._consumer.stop()

    async def poll(self) -> None:
        """Read what is there."""
        for partition, records in (await self._consumer.getmany(timeout_ms=100)).items():
            for record in records:
                if partition.topic == self._topics[-1]:
                    headers = dict(record.headers)
                    self.outcomes[headers.get("__connect.errors.exception.class.name", b"").decode()] += 1
                else:
                    self.outcomes["articles"] += 1
                    self.read_at[orjson.loads(record.value or b"")["source"]["url"]] = time.monotonic()

    async def until(self, urls: set[str]) -> bool:
        """Read until the events of these addresses are there, or the limit is over."""
        end = time.monotonic() + LIMIT_S
        while not urls <= self.read_at.keys() and time.monotonic() < end:
            await self.poll()
        return urls <= self.read_at.keys()


async def _send_ordinary(view: View, tag: str) -> dict[str, float]:
    """Send an ordinary dump to each partition; return the time of sending by address."""
    sent: dict[str, float] = {}
    for partition in range(PARTITIONS):
        number = crc32(f"{tag} {partition}".encode())
        url, body = f"https://{number}.example/", f"A headline of the day\n{story(number)}"
        sent[url] = time.monotonic()
        await view.send("dumps", body.encode(), (("source-url", url.encode()), ("content-type", b"text/plain")), None, partition)
    return sent


async def _measure(name: str, make: Callable[[], Made], settings: Settings, view: View, events: _Events) -> None:
    value, content_type = make()
    with Worker(settings) as worker:
        await asyncio.to_thread(worker.address)
        assert await events.until(set(await _send_ordinary(view, f"before {name}")))
        events.outcomes.clear()
        headers = (("content-type", content_type.encode()),) if content_type else ()
        await view.send("dumps", value, (*headers, ("source-url", b"https://hostile.example/")), None, 0)
        sent = await _send_ordinary(view, f"behind {name}")
        is_done = await events.until(set(sent))
        await asyncio.wait_for(view.settled(), LIMIT_S)
        await events.poll()
        waits = [events.read_at.get(url, sent[url] + LIMIT_S) - sent[url] for url in sent]
        peak = resident(worker) // MIB
        assert worker.process is not None
        over = " OVER" if peak > MAX_RESIDENT_MIB or max(waits) > MAX_WAIT_S or not is_done or worker.process.poll() is not None else ""
        print(
            f"{name:50} {len(value) / MIB:5.1f} MiB  peak {peak:4} MiB  wait {max(waits):6.2f} s  {dict(events.outcomes)}{over}", flush=True
        )


async def _run(wanted: list[str], settings: Settings) -> None:
    async with admin(settings) as client:
        await create_missing(client, settings, declared_topics(settings))
    view, events = View(settings), _Events(settings)
    await view.start()
    await events.start()
    try:
        for name, make in hostile_dumps().items():
            if not wanted or any(part in name for part in wanted):
                await _measure(name, make, settings, view, events)
    finally:
        await events.stop()
        await view.stop()


def main(wanted: list[str]) -> None:
    """Measure the dumps whose names have one of these parts, or all, on a Kafka of its own."""
    logging.basicConfig(level=logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder, LocalKafka(Path(folder, "kafka")) as kafka:
        asyncio.run(_run(wanted, Settings(brokers=kafka.bootstrap, prefix="hostile", data=folder, session_timeout=3)))


if __name__ == "__main__":
    main(sys.argv[1:])
