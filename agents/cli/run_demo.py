"""The demo: a Kafka of its own, a worker process, the sample dumps, and what comes out of them."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from agents.client.event_filter import EventFilter
from agents.client.received_event import ReceivedEvent
from agents.client.send import SendCounts, send_dumps
from agents.client.subscribe import Subscription, receive_events
from agents.errors import UserError
from agents.inputs.input_items import InputItem, ReadOptions
from agents.inputs.inputs import read_inputs
from agents.kafka.connect import admin
from agents.kafka.lag import wait_until_consumed
from agents.kafka.topics import create_missing, declared_topics
from agents.local_kafka.broker import LocalKafka
from agents.local_kafka.errors import last_lines
from agents.local_kafka.folder import lock_folder
from agents.settings import Settings
from agents.terminal.output import note, progress
from agents.terminal.show import echo, show_event
from streams.times import parse_time
from streams.topics import TopicName

SAMPLES_FETCHED_AT = parse_time("2025-08-02T12:00:00Z")
WORKER_START_S = 60
STOP_S = 15


async def run_demo(settings: Settings, *, once: bool) -> None:
    """Run until cancelled, or with `once` until every sample is published.

    Raises:
        KafkaStartError, NotReachable: no Kafka.
        UserError: the worker did not start.
    """
    began = time.monotonic()
    async with _kafka(settings) as own, _worker(own) as address:
        note(f"worker is ready at http://{address} - open it in a browser: the live page (also /metrics, /livez, /readyz)")
        ready = asyncio.Event()
        printing = asyncio.create_task(_print_events(own, ready, began))
        try:
            await _until(ready, printing)
            counts = await _produce(own)
            async with admin(own) as client:
                await wait_until_consumed(client, own)
            await _until_printed(printing)
            await _summarize(address, counts)
            if not once:
                note(f"the live page: http://{address}")
                note(f"goes on until Ctrl-C; try: NEWS_BROKERS={own.bootstrap} .venv/bin/newsmill produce PAGE.txt")
                await printing
        finally:
            printing.cancel()
            await asyncio.gather(printing, return_exceptions=True)


@contextlib.asynccontextmanager
async def _kafka(settings: Settings) -> AsyncIterator[Settings]:
    """Yield the settings of the cluster to use, with its topics in place."""
    with contextlib.ExitStack() as stack:
        if not settings.brokers:
            folder = settings.data_folder / "demo"
            kafka = LocalKafka(folder, on_progress=note)
            lock_folder(folder).close()  # a demo that still runs there keeps its data
            shutil.rmtree(folder)
            await asyncio.to_thread(kafka.start)
            stack.callback(kafka.stop)
            settings = replace(settings, brokers=kafka.bootstrap)
            note(f"Kafka is ready at {kafka.bootstrap}; its log is {kafka.log_path}")
        async with admin(settings) as client:
            await create_missing(client, settings, declared_topics(settings))
        # The samples end after a few seconds, and one of them is broken on purpose: nothing for the brake.
        yield replace(settings, web_port=_free_port(settings), brake_share=100)


def _free_port(settings: Settings) -> int:
    """Return the port of the settings, or a free one where it is taken: a demo beside a worker is no mistake."""
    for port in (settings.web_port, 0):
        with contextlib.suppress(OSError), socket.create_server((settings.web_host, port)) as listening:
            taken: int = listening.getsockname()[1]
            return taken
    raise UserError(f"NEWS_WEB_HOST={settings.web_host}: can't listen there")


@contextlib.asynccontextmanager
async def _worker(settings: Settings) -> AsyncIterator[str]:
    """Yield the web address of a worker that is ready, in a process of its own that ends with the demo."""
    log = settings.data_folder / "demo" / "worker.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "agents.cli", "worker"),
            env=os.environ | settings.to_env(),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        await _until_ready(f"{settings.web_host}:{settings.web_port}", process, log)
        yield f"{settings.web_host}:{settings.web_port}"
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), STOP_S)
        if process.returncode is None:
            process.kill()


async def _until_ready(address: str, process: asyncio.subprocess.Process, log: Path) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(WORKER_START_S * 10):
            if process.returncode is not None:
                raise UserError(f"the worker ended at its start; its log is {log}:\n{last_lines(log)}")
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(f"http://{address}/readyz") as response:
                    if response.status == 200:
                        return
            await asyncio.sleep(0.1)
    raise UserError(f"the worker was not ready within {WORKER_START_S} s; its log is {log}")


async def _print_events(settings: Settings, ready: asyncio.Event, began: float) -> None:
    first = True
    async for event in receive_events(settings, Subscription(EventFilter(copies=True)), on_ready=ready.set):
        if first:
            note(f"first event {time.monotonic() - began:.1f} s after the start")
            first = False
        _show(event)


def _show(event: ReceivedEvent) -> None:
    echo(show_event(event.event))


async def _until(ready: asyncio.Event, printing: "asyncio.Task[None]") -> None:
    """Return when the consumer will receive every later event; raise the error that ended it, if any."""
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({waiting, printing}, return_when=asyncio.FIRST_COMPLETED)
    if printing.done():
        printing.result()


def _samples(topic: str) -> Iterator[InputItem]:
    with resources.as_file(resources.files("agents") / "samples") as folder:
        yield from read_inputs([str(folder)], ReadOptions(topic=topic, fetched_at=SAMPLES_FETCHED_AT))


async def _produce(settings: Settings) -> SendCounts:
    topic = settings.topic(TopicName.DUMPS)
    dumps = list(_samples(topic))
    counts = SendCounts()
    with progress("sample dumps", sum(dump.read_bytes for dump in dumps)) as advance:
        await send_dumps(settings, dumps, topic, counts, on_done=lambda dump: advance(dump.read_bytes))
    return counts


async def _until_printed(printing: "asyncio.Task[None]") -> None:
    """Everything is committed; give the listener the second in which it comes."""
    await asyncio.wait({printing}, timeout=1.0)


async def _summarize(address: str, counts: SendCounts) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"http://{address}/metrics") as response:
        metrics = _counts(await response.text())

    def count(metric: str, **labels: str) -> int:
        return sum(number for own, number in metrics[metric].items() if labels.items() <= dict(own).items())

    classes = sorted({dict(labels)["class"] for labels in metrics["news_events"]})
    note(f"{counts.sent} dumps sent, of them without an article: {count('news_records', stage='split', fate='no-articles')}")
    note(
        f"events: {count('news_records', fate='event')}, copies: {count('news_records', fate='duplicate')}, "
        f"seen before: {count('news_records', fate='replayed')}, dead letters: {count('news_dead_letters')}"
    )
    by_class = (f"{name} {count('news_events', **{'class': name})}" for name in classes)
    note(f"events by class: {', '.join(by_class) or 'none'}")


def _counts(text: str) -> dict[str, Counter[tuple[tuple[str, str], ...]]]:
    """Return the counters of /metrics: by name, then by labels."""
    found: dict[str, Counter[tuple[tuple[str, str], ...]]] = {
        name: Counter() for name in ("news_records", "news_events", "news_dead_letters")
    }
    for family in text_string_to_metric_families(text):
        if family.name in found:
            for sample in family.samples:
                if sample.name.endswith("_total"):
                    found[family.name][tuple(sorted(sample.labels.items()))] += int(sample.value)
    return found
