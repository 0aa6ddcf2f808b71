"""Measure the memory of a worker: at rest, and at load with 100,000 articles remembered."""

import asyncio
import time

import numpy as np
from aiokafka import AIOKafkaProducer

from agents.kafka.connect import client_options
from agents.settings import Settings
from bench.path import NEWSMILL, running
from streams.deduplicate.changes import Change, pack_changes
from streams.deduplicate.fingerprint import SAMPLE_SIZE
from streams.records import Incoming
from streams.topics import TopicName, partition_of

REMEMBERED = 100_000
_AT_ONCE = 200
COPIES = 0.45


async def remember(settings: Settings) -> None:
    """Write `REMEMBERED` articles to the index's partition of English, 45 % of them copies, as a worker would."""
    chance, now = np.random.default_rng(1), int(time.time())
    (partition,) = partition_of("en", settings.partitions)
    originals: list[str] = []
    async with AIOKafkaProducer(**client_options(settings)) as producer:
        for first in range(0, REMEMBERED, _AT_ONCE):
            changes = [remembered_change(number, originals, chance, now) for number in range(first, first + _AT_ONCE)]
            await producer.send(settings.topic(TopicName.INDEX), pack_changes(changes, now, False), partition=partition)


def remembered_change(number: int, originals: list[str], chance: np.random.Generator, now: int) -> Change:
    """Return the change of article `number`: with a random sample, or a copy of one of `originals`, to which an original is added."""
    id, is_copy = f"{number:032x}", bool(originals) and chance.random() < COPIES
    sample = np.sort(chance.integers(2, 2**32, SAMPLE_SIZE, dtype=np.uint32)).astype("<u4").tobytes()
    of = originals[int(chance.integers(len(originals)))] if is_copy else None
    if not is_copy:
        originals.append(id)
    return Change(id=id, content_id=f"{number + 2**64:032x}", source=number, event=now, of=of, runs=350, sample=b"" if is_copy else sample)


async def measure(base: Settings, sent: list[Incoming], settle_s: float = 3.0) -> tuple[float, float]:
    """Return MB at rest, before any message, and the peak at load with `REMEMBERED` articles, this load being its first."""
    async with running(base, NEWSMILL, warm=False) as run:
        await asyncio.sleep(settle_s)
        rest = run.memory_mb()
    async with running(base, NEWSMILL, prepare=remember) as run:
        return rest, (await run.load(sent)).peak_mb
