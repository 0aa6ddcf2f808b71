"""`make soak`: two workers at half of what they can do; a table of each minute and, as the last line, one JSON object."""

import asyncio
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path

import click

from agents.kafka.connect import admin
from agents.kafka.topics import create_missing, declared_topics
from agents.local_kafka.broker import LocalKafka
from agents.settings import Settings
from tests.kafka.worker import Worker
from tests.soak.soak import Soak

WORKERS = 2


async def soak(minutes: float, flood: int, folder: Path) -> int:
    """Print what happened; return 0 where every article came once."""
    with LocalKafka(folder / "kafka") as kafka:
        settings = Settings(brokers=kafka.bootstrap, prefix=f"soak{kafka.pid}", web_port=0, data=str(folder))
        async with admin(settings) as client:
            await create_missing(client, settings, declared_topics(settings))
        workers = [Worker(settings) for _ in range(WORKERS)]
        for worker in workers:
            worker.start()
        try:
            for worker in workers:
                await asyncio.to_thread(worker.until_logged, r"assigned partitions=\S")
            result = await Soak(settings, workers).run(minutes, flood)
        finally:
            for worker in workers:
                await asyncio.to_thread(worker.__exit__, None, None, None)
    print(json.dumps(asdict(result)))
    return int(result.lost > 0 or result.twice > 0)


@click.command()
@click.option("--minutes", default=30.0, show_default=True, help="How long dumps are sent.")
@click.option("--flood", default=2000, show_default=True, help="Dumps at full speed before, to see what the workers can do.")
@click.option("--out", default=Path(".newsmill/soak"), show_default=True, type=click.Path(path_type=Path), help="Folder for logs.")
def main(minutes: float, flood: int, out: Path) -> None:
    """Half load for long: what memory, lag and latency do."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    out.mkdir(parents=True, exist_ok=True)
    sys.exit(asyncio.run(soak(minutes, flood, out)))


main()
