"""`make bench-delivery`: articles a second with transactions and without, taken in turns in one run on one Kafka."""

import asyncio
import json
import logging
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
import psutil

from agents.kafka.connect import admin
from agents.kafka.topics import create_missing, declared_topics
from agents.local_kafka.broker import LocalKafka
from agents.settings import Settings
from streams.records import Headers
from streams.topics import TopicName
from tests.deliveries import dumps
from tests.kafka.worker import View, Worker

MODES = {"with": "", "without": "without_transactions"}
ARTICLES_A_DUMP = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn took: seconds by the clock, and processor seconds of the worker and of Kafka."""

    articles: int
    seconds: float
    worker_s: float
    kafka_s: float


async def turn(kafka: LocalKafka, prefix: str, spoiled: str, sent: Sequence[tuple[bytes, Headers]], folder: str) -> Turn:
    """Return what one worker takes for dumps that are all there when it starts, from its assignment until all is committed."""
    settings = Settings(brokers=kafka.bootstrap, prefix=prefix, web_port=0, data=folder)
    async with admin(settings) as client:
        await create_missing(client, settings, declared_topics(settings))
    view = View(settings)
    await view.start()
    await asyncio.gather(*(view.send("dumps", value, headers, None, at % 6) for at, (value, headers) in enumerate(sent)))
    with Worker(settings, spoiled=spoiled) as worker:
        await asyncio.to_thread(worker.until_logged, r"assigned partitions=\S")
        assert worker.process is not None
        processes = [psutil.Process(worker.process.pid), psutil.Process(kafka.pid)]
        before, began = [_cpu_s(process) for process in processes], time.monotonic()
        await view.settled()
        seconds = time.monotonic() - began
        worker_s, kafka_s = (_cpu_s(process) - used for process, used in zip(processes, before, strict=True))
        published = len(await view.topic(TopicName.EVENTS)) + len(await view.topic(TopicName.DUPLICATES))
    await view.stop()
    assert published == ARTICLES_A_DUMP * len(sent), f"{published} articles of {ARTICLES_A_DUMP * len(sent)}"
    return Turn(published, seconds, worker_s, kafka_s)


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


async def compare(count: int, turns: int) -> None:
    """Print each turn, and as the last line what the guarantee costs, by the medians."""
    found: dict[str, list[Turn]] = {mode: [] for mode in MODES}
    with tempfile.TemporaryDirectory() as folder, LocalKafka(Path(folder) / "kafka") as kafka:
        sent = dumps(count)
        for number in range(turns):
            for mode, spoiled in sorted(MODES.items(), reverse=number % 2 == 1):
                one = await turn(kafka, f"{mode}{number}", spoiled, sent, folder)
                found[mode].append(one)
                print(f"{mode:8} transactions: {one.articles / one.seconds:7.0f} articles/s; of processor time", end=" ")
                print(f"{one.worker_s:.1f} s for the worker, {one.kafka_s:.1f} s for Kafka", flush=True)
    rate = {mode: median(one.articles / one.seconds for one in some) for mode, some in found.items()}
    cpu = {mode: median(one.worker_s + one.kafka_s for one in some) for mode, some in found.items()}
    line: dict[str, float] = {f"articles_per_s_{mode}": round(value) for mode, value in rate.items()}
    line["cost"] = round(1 - rate["with"] / rate["without"], 3)
    line["cost_of_processor_time"] = round(1 - cpu["without"] / cpu["with"], 3)  # steadier than the clock where a machine is shared
    print(json.dumps(line))


@click.command()
@click.option("--dumps", "count", default=4000, show_default=True, help="Dumps of three articles in each turn.")
@click.option("--turns", default=3, show_default=True, help="Turns of each kind.")
def main(count: int, turns: int) -> None:
    """What nothing lost and nothing twice costs."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    asyncio.run(compare(count, turns))


if __name__ == "__main__":
    main()
