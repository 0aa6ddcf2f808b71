"""A run: produce at a steady rate, let the faults happen one after another, wait until all is done, and read what came out."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from agents.kafka.connect import admin, client_options
from agents.kafka.topics import create_missing, declared_topics
from agents.settings import Settings
from streams.records import Headers, Incoming
from streams.topics import TopicName
from tests.chaos.faults import AWAY_S, LASTING, Fault
from tests.chaos.fleet import PERMANENT
from tests.chaos.progress import Progress
from tests.chaos.scene import Scene, scene
from tests.kafka.worker import View
from tests.samples import CLASS_TOPICS

START_LIMIT_S = 90.0
# Of dumps a second: what two workers beside a broker on two cores can do while they are also killed.
MOST_A_SECOND = 60.0
# What is left once the faults are over; the workers may lag behind it.
REST_A_SECOND = 200.0
FAULT_S = 10.0
# A frozen broker never answers; what is sent again by then and was taken is the same dump twice, which a run may have.
SEND_LIMIT_S = 5.0
SEND_AGAIN_S = 0.5
# Six partitions of dumps, and those of five language groups on articles and judged.
WITH_WORK = 16
TOPICS = ("events", "duplicates", "dead-letters", "articles", *CLASS_TOPICS)

Dumps = Sequence[tuple[bytes, Headers]]


@dataclass(slots=True)
class Run:
    """What is known of a run: what happened (one row a fault), and what came out by topic name without prefix.

    `sent`: by the number of each dump that a broker took, when it was sent, in seconds since the epoch.
    """

    prefix: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    topics: dict[str, list[Incoming]] = field(default_factory=dict)
    ended_by_themselves: list[str] = field(default_factory=list)
    tracebacks: int = 0
    settled: bool = False
    faults_left: int = 0
    sent: dict[int, float] = field(default_factory=dict)


async def drive(dumps: Dumps, faults: Sequence[Fault], out: Path, brokers: int = 1, spoiled: str = "") -> Run:
    """Return what came out of `dumps` while `faults` happened; logs and Kafka's folder stay in `out`. Bounded in time.

    Raises:
        TimeoutError: the workers did not start, or what came out could not be read.
    """
    async with scene(brokers, out, spoiled) as opened:
        run = Run(opened.settings.prefix, faults_left=len(faults))
        try:
            async with admin(opened.settings) as client:
                await create_missing(client, opened.settings, declared_topics(opened.settings))
            await _work(run, opened, dumps, faults)
            await asyncio.to_thread(opened.heal)
            run.topics = await asyncio.wait_for(_read(opened.settings), START_LIMIT_S + len(dumps) / 20)
        finally:
            await opened.fleet.stop()
            run.ended_by_themselves, run.tracebacks = opened.fleet.ended_by_themselves, opened.fleet.tracebacks()
    return run


async def _work(run: Run, scene: Scene, dumps: Dumps, faults: Sequence[Fault]) -> None:
    """Take all dumps through, or note that this did not end within the limit."""
    progress = Progress(scene.reachable)
    away_s = sum(AWAY_S for fault in faults if fault.kind in LASTING)
    limit_s = START_LIMIT_S + len(faults) * 2 * scene.layout.recovery_limit_s + away_s + len(dumps) / 10
    for slot in range(PERMANENT):
        scene.fleet.start(slot)
    await asyncio.wait_for(scene.fleet.assigned(range(PERMANENT)), START_LIMIT_S)
    async with _beside(progress.watch(), scene.fleet.supervise(), _send_all(run, scene.settings, dumps)) as (_, _, sending):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                await progress.begun(WITH_WORK)
                for fault in faults:
                    await _suffer(run, scene, progress, fault)
                    run.faults_left -= 1
                await sending
                await _settle(scene.settings, 60 + len(dumps) / 20)
                run.settled = True


@contextlib.asynccontextmanager
async def _beside(*work: Coroutine[Any, Any, None]) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Have this done beside the body, and no longer than it."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _suffer(run: Run, scene: Scene, progress: Progress, fault: Fault) -> None:
    """Let one fault happen, and return when work moves again everywhere or after a bounded time; what was taken away is back by then.

    Its recovery lasts from its first moment (of the `LASTING`, from their end) until each worker that it started has been assigned
    partitions and, after that, each partition with work has committed more: longer than the work itself stands still, and never shorter.
    That from a worker or broker that stays away ends while it is away, once the others have taken over.
    """
    await asyncio.sleep(fault.gap_s)
    began, began_at, ended_before = time.monotonic(), time.time(), len(scene.fleet.ended_by_themselves)
    inflicted = await scene.inflict[fault.kind](fault)
    if fault.kind in LASTING:
        began = time.monotonic()
    stuck = await _recovered(scene, progress, inflicted.started)
    recovery_s = round(time.monotonic() - began, 2)
    if inflicted.undo is not None:
        await inflicted.undo()
        stuck += await _recovered(scene, progress, [])
    ended = scene.fleet.ended_by_themselves[ended_before:]
    found = {"victim": inflicted.victim, "recovery_s": recovery_s, "stuck": stuck, "ended_by_themselves": ended}
    times = {"ended": time.strftime("%H:%M:%S"), "began_at": began_at, "ended_at": time.time()}
    row = {**asdict(fault), **times, **found}
    run.rows.append(row)
    remarks = [*(f"{name} did not move" for name in stuck), *(f"{name} ended by itself" for name in ended)]
    line = f"{row['ended']}  {fault.kind:18} {inflicted.victim}: recovered after {recovery_s:.1f} s"
    print("; ".join([line, *remarks]), flush=True)


async def _recovered(scene: Scene, progress: Progress, started: Sequence[int]) -> list[str]:
    """Return when these workers have partitions and then every partition with work has moved, or what has not."""
    limit_s = scene.layout.recovery_limit_s
    try:
        await asyncio.wait_for(scene.fleet.assigned(started), limit_s)
    except TimeoutError:
        return [f"worker {slot}" for slot in started]
    return [f"{partition.topic}-{partition.partition}" for partition in await progress.everywhere(limit_s)]


async def _send_all(run: Run, settings: Settings, dumps: Dumps) -> None:
    """Send to all partitions side by side: one whose leader is away must not keep the others without work."""
    began = time.monotonic()

    def pause_s() -> float:
        """Return the time between two dumps, so that they last as long as the faults, as those before took."""
        a_fault_s = (time.monotonic() - began) / len(run.rows) if run.rows else FAULT_S
        lasting = (len(dumps) - len(run.sent)) / (run.faults_left * a_fault_s + 1)
        return 1 / (min(MOST_A_SECOND, lasting) if run.faults_left else REST_A_SECOND)

    async def send_to(partition: int) -> None:
        for number in range(partition, len(dumps), settings.partitions):
            run.sent[number] = await _send(producer, settings.topic(TopicName.DUMPS), *dumps[number], partition)
            await asyncio.sleep(settings.partitions * pause_s())

    options = {**client_options(settings), "acks": "all", "request_timeout_ms": round(SEND_LIMIT_S * 1000)}
    async with AIOKafkaProducer(**options) as producer, asyncio.TaskGroup() as group:
        for partition in range(settings.partitions):
            group.create_task(send_to(partition))


async def _send(producer: AIOKafkaProducer, topic: str, value: bytes, headers: Headers, partition: int) -> float:
    """Send a dump until a broker takes it, and return when that was sent which it took."""
    while True:
        at = time.time()
        try:
            await producer.send_and_wait(topic, value, headers=list(headers), partition=partition)
        except KafkaError:
            await asyncio.sleep(SEND_AGAIN_S)
        else:
            return at


async def _settle(settings: Settings, limit_s: float) -> None:
    """Return when every stage has committed all of its input.

    Raises:
        TimeoutError: that took longer than `limit_s`.
    """
    view = View(settings)
    await view.start()
    try:
        await asyncio.wait_for(view.settled(), limit_s)
    finally:
        await view.stop()


async def _read(settings: Settings) -> dict[str, list[Incoming]]:
    view = View(settings)
    await view.start()
    try:
        return {name: await view.topic(name) for name in TOPICS}
    finally:
        await view.stop()
