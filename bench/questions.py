"""Questions of the live page over many events on a real Kafka: `python -m bench.questions [EVENTS]` (100,000 is the default)."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import orjson
import psutil
from aiohttp import web
from aiokafka import AIOKafkaProducer

from agents.kafka.connect import admin, client_options
from agents.kafka.topics import create_missing, declared_topics
from agents.settings import Settings
from agents.web.connections import Connections
from agents.web.dump_view import DumpView
from agents.web.feed import Feed
from agents.web.queries import Queries
from agents.web.server import classes_json
from agents.web.site import create_site
from agents.web.topic_reader import TopicReader
from bench.path import kafka
from tests.browser.served import config, create_view, probes, sampled

EVENTS = 100_000
AGAIN = 10
MB = 1024 * 1024


async def send(settings: Settings, count: int) -> int:
    """Send events made of the samples' under other ids, with their headers; return their bytes."""
    known = [event for event in sampled().events if event["duplicate"] is None]
    producer = AIOKafkaProducer(**client_options(settings), compression_type="lz4", linger_ms=20, max_batch_size=256 * 1024)
    await producer.start()
    size = 0
    for number in range(count):
        id = f"{number:032x}"
        event = known[number % len(known)] | {"id": id, "story": None}
        ids = {kind: ",".join(label["id"] for label in event[kind]) for kind in ("regions", "topics")}
        about = ",".join(label["id"] for label in (*event["regions"], *event["topics"]) if label["about"])
        headers = {"ce_id": id, "about": about, "countries": ",".join(event["countries"]), **ids}
        value = orjson.dumps(event)
        size += len(value)
        encoded = [(name, text.encode()) for name, text in headers.items()]
        await producer.send(settings.topic("events"), value, key=id.encode(), headers=encoded)
    await producer.stop()
    return size


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[str]:
    """Yield the address of a site that reads this Kafka."""
    connections, view = Connections(), create_view()
    assert isinstance(view, DumpView)
    feed = Feed([TopicReader(settings).run])
    readers = Queries(settings).routes()
    host = "127.0.0.1"
    app = create_site(probes(), feed, view, connections, web_host=host, classes=lambda: classes_json(config()), readers=readers)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5)
    await runner.setup()
    server = await connections.serve(runner, host=host, port=0)
    try:
        yield f"http://{host}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await runner.cleanup()


async def seconds_of(session: aiohttp.ClientSession, path: str, until: bytes = b"") -> float:
    """Return the time of an answer: to its end, or to the line that begins with `until`."""
    began = time.perf_counter()
    async with session.get(path) as response:
        async for line in response.content:
            if until and line.startswith(until):
                break
    return time.perf_counter() - began


async def measure(settings: Settings, count: int) -> dict[str, float]:
    """Return seconds of each question, and the growth of this process in MB over ten repetitions of all."""
    size = await send(settings, count)
    print(f"{count:,} events of {size / count:,.0f} bytes")
    figures: dict[str, float] = {}
    async with served(settings) as address, aiohttp.ClientSession(address, read_bufsize=MB) as session:
        figures["page_start_s"] = await seconds_of(session, "/") + await seconds_of(session, "/events", b"event: following")
        figures["counts_s"] = await seconds_of(session, "/counts?over=86400")
        figures["counts_again_s"] = await seconds_of(session, "/counts?over=86400")
        figures["counts_of_a_language_s"] = await seconds_of(session, "/counts?over=86400&language=es")
        figures["search_words_s"] = await seconds_of(session, "/search?over=86400&text=lithium")
        figures["search_class_and_words_s"] = await seconds_of(session, "/search?over=86400&region=chile&text=lithium")
        print(figures, flush=True)
        before = psutil.Process().memory_info().rss
        for _ in range(AGAIN):
            await seconds_of(session, "/search?over=86400&text=lithium")
        figures["growth_mb"] = (psutil.Process().memory_info().rss - before) / MB
        figures["rss_mb"] = psutil.Process().memory_info().rss / MB
    return {name: round(value, 2) for name, value in figures.items()}


async def run(base: Settings, count: int) -> dict[str, float]:
    settings = replace(base, prefix=f"questions{time.time_ns() % 10**9}")
    async with admin(settings) as client:
        await create_missing(client, settings, declared_topics(settings))
    return await measure(settings, count)


def main() -> None:
    with kafka() as base:
        figures = asyncio.run(run(base, int(sys.argv[1]) if sys.argv[1:] else EVENTS))
    for name, value in figures.items():
        print(f"{name:28} {value:8.2f}")
    print(orjson.dumps(figures).decode())


if __name__ == "__main__":
    main()
