"""A worker's site without a worker: the real page, feed, guard and dump view, with messages sent by the test."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import orjson
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from agents.pipeline_config import copy_config, pipeline_config
from agents.settings import Settings
from agents.web.connections import Connections
from agents.web.dump_view import DumpView
from agents.web.feed import Feed
from agents.web.figures import stage_counts
from agents.web.public_records import truncate_event
from agents.web.server import classes_json
from agents.web.site import Probes, create_site
from agents.worker.metrics import Metrics
from streams.classify.class_set import builtin_classes
from streams.counts import Counts, RecordFate, StageName
from streams.local import Processor
from streams.pipeline import PipelineConfig
from streams.records import Incoming
from tests.samples import samples


@dataclass
class Site:
    """A site that runs at `url`, and the feed that its pages follow."""

    url: str
    feed: Feed
    metrics: Metrics
    connections: Connections
    port: int = 0
    published: int = 0
    answers: dict[str, bytes] = field(default_factory=dict)  # to questions that a worker asks Kafka, by path
    requests: list[tuple[str, bytes]] = field(default_factory=list)

    async def asked(self, path: str) -> None:
        """Return once the page has asked for this path and query."""
        async with asyncio.timeout(30):
            while path not in [asked for asked, _ in self.requests]:  # noqa: ASYNC110 - a request is no event
                await asyncio.sleep(0.02)

    def article(self, event: dict[str, Any], at_ms: float | None = None) -> None:
        self.published += 1
        at = time.time() * 1000 if at_ms is None else at_ms
        self.feed.publish("article", orjson.dumps({"at": at, "event": truncate_event(event)}))

    def dead(self, reason: str, detail: str, id: str = "0-1") -> None:
        letter = {"at": time.time() * 1000, "id": id, "stage": "split", "reason": reason, "detail": detail}
        self.feed.publish("dead", orjson.dumps(letter | {"name": "https://broken.example/", "bytes": 10, "preview": "Ã¿ broken"}))

    def figures(self, lag: dict[str, list[float]] | None = None, at_ms: float | None = None, not_ready: str = "") -> None:
        at = time.time() * 1000 if at_ms is None else at_ms
        figures_of_worker = {
            "at": at,
            "not_ready": not_ready,
            "owned": 24,
            "partitions": 24,
            "lag": lag or LAG,
            "remembered": 0,
            **stage_counts(self.metrics.registry),
        }
        self.feed.announce("figures", orjson.dumps(figures_of_worker))

    def count(self, records: Mapping[tuple[StageName, RecordFate], int]) -> None:
        self.metrics.count(Counts(records=Counter(records)))


LAG = {"dumps": [0, 0.0], "dumps.backfill": [0, 0.0], "articles": [0, 0.0], "judged": [0, 0.0]}


@cache
def config() -> PipelineConfig:
    return pipeline_config(Settings(), builtin_classes())


def probes(metrics: Metrics | None = None) -> Probes:
    shown = metrics or Metrics()
    return Probes(metrics=lambda: generate_latest(shown.registry), metrics_type=CONTENT_TYPE_LATEST, stalled=list, not_ready=str)


def create_view() -> DumpView:
    return DumpView(config, copy_config(Settings()))


@asynccontextmanager
async def site(port: int = 0, web_host: str = "127.0.0.1", **limits: Any) -> AsyncIterator[Site]:
    """Yield a site that serves on a loopback port; `limits` as of `Connections`."""
    feed = Feed([], linger_s=0)
    metrics = Metrics()
    connections = Connections(**limits)
    served = Site(url="", feed=feed, metrics=metrics, connections=connections)

    async def answer(request: web.Request) -> web.Response:
        served.requests.append((request.path_qs, await request.read()))
        known = served.answers.get(request.path)
        return web.Response(status=204) if known is None else web.Response(body=known)

    app = create_site(
        probes(metrics),
        feed,
        create_view(),
        connections,
        web_host=web_host,
        classes=lambda: classes_json(config()),
        readers=dict.fromkeys(("/counts", "/map", "/search", "/lookup", "/event", "/dead-letters"), answer),
        replay=answer,
    )
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5)
    await runner.setup()
    server = await connections.serve(runner, host="127.0.0.1", port=port, reuse_address=True)
    number = server.sockets[0].getsockname()[1]
    try:
        served.url, served.port = f"http://127.0.0.1:{number}", number
        yield served
    finally:
        server.close()
        await runner.cleanup()


@dataclass(frozen=True)
class Sampled:
    """What comes of the project's samples, in order: events and copies, dead letters, and the counts of records."""

    events: tuple[dict[str, Any], ...]
    letters: tuple[dict[str, str], ...]
    records: Mapping[tuple[StageName, RecordFate], int]


@cache
def sampled() -> Sampled:
    processor = Processor(config(), copy_config(Settings()), now=1_754_136_000)
    events: list[dict[str, Any]] = []
    letters: list[dict[str, str]] = []
    for sample in samples():
        value, headers = sample.dump()
        for message in processor.process(Incoming(topic="news.dumps", key=None, value=value, headers=headers)):
            if message.topic in ("news.events", "news.duplicates"):
                events.append(orjson.loads(message.value))
            elif message.topic == "news.dead-letters":
                letters.append({name: text.decode() for name, text in message.headers})
    return Sampled(events=tuple(events), letters=tuple(letters), records=processor.counts.records)


def event(number: int, **fields: Any) -> dict[str, Any]:
    """Return an invented event that is like one of the samples."""
    known = next(event for event in sampled().events if event["regions"] and event["duplicate"] is None)
    return known | {"id": f"{number:032x}", "title": f"Story {number}", "duplicate": None, "story": None} | fields


def copy_of(original: dict[str, Any], number: int, outlet: str) -> dict[str, Any]:
    duplicate = {"of": original["id"], "kind": "near", "similarity": 0.91, "fuller": False}
    return original | {"id": f"c{number:031x}", "outlet": outlet, "duplicate": duplicate}
