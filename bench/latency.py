"""Measure the latency from sending a dump to reading each of its articles as committed, at a rate of dumps."""

import asyncio
import random
import time
from dataclasses import dataclass

import numpy as np
import orjson

from bench.dumps import ARTICLES, dumps
from bench.path import Run


@dataclass(frozen=True, slots=True)
class Latency:
    """Percentiles in milliseconds, at a rate in dumps per second."""

    dumps_per_s: float
    p50: float
    p90: float
    p99: float


async def measure(run: Run, dumps_per_s: float, count: int, first: int) -> Latency:
    """Return the latency of articles when dumps arrive at random moments, at this average rate.

    A dump's time begins when it was to be sent, so that one that is sent late does not look quick.
    """
    chance, due, sent = random.Random(first), dict[str, float](), dumps(first, count)
    gaps = [chance.expovariate(dumps_per_s) for _ in sent]
    at = time.perf_counter()

    async def send() -> None:
        moment = at
        for number, (dump, gap) in enumerate(zip(sent, gaps, strict=True)):
            moment += gap
            await asyncio.sleep(max(0.0, moment - time.perf_counter()))
            due[(dump.key or b"").decode()] = moment
            await run.send(dump, number)

    sending, waited = asyncio.create_task(send()), list[float]()
    async for record in run.records(count * ARTICLES):
        seen = time.perf_counter()
        waited.append(seen - due[orjson.loads(record.value or b"")["source"]["url"]])
    await sending
    return Latency(dumps_per_s, *(float(np.percentile(waited, rank)) * 1000 for rank in (50, 90, 99)))
