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
from agents.local_kafka.broker import LocalKafka
from agents.settings import Settings
from streams.records import Headers, Incoming
from streams.topics import TopicName
from tests.chaos.faults import AWAY_S, Fault
from tests.chaos.fleet import PERMANENT, Fleet
from tests.chaos.inflict import INFLICT, Scene, thaw
from tests.chaos.progress import Progress
from tests.kafka.worker import View
from tests.samples import CLASS_TOPICS

SESSION_S = 3
TRANSACTION_S = 5
RECOVERY_LIMIT_S = 45.0
START_LIMIT_S = 90.0
# Of dumps a second: what two workers beside a broker on two cores can do while they are also killed.
MOST_A_SECOND = 60.0
# What is left once the faults are over; the workers may lag behind it.
REST_A_SECOND = 200.0
FAULT_S = 10.0
# Six partitions of dumps, and those of five language groups on articles and judged.
WITH_WORK = 16
TOPICS = ("events", "duplicates", "dead-letters", "articles", *CLASS_TOPICS)

Dumps = Sequence[tuple[bytes, Headers]]


@dataclass(slots=True)
class Run:
    """What is known of a run: what happened (one row a fault), and what came out by topic name without prefix."""

    settings: Settings
    rows: list[dict[str, Any]] = field(default_factory=list)
    topics: dict[str, list[Incoming]] = field(default_factory=dict)
    ended_by_themselves: list[str] = field(default_factory=list)
    tracebacks: int = 0
    settled: bool = False
    faults_left: int = 0
    dumps_sent: int = 0


async def drive(sent: Dumps, faults: Sequence[Fault], out: Path, spoiled: str = "") -> Run:
    """Return what came out of `sent` while `faults` happened; logs and the broker's folder stay in `out`. Bounded in time.

    Raises:
        TimeoutError: the workers did not start, or what came out could not be read.
    """
    kafka = LocalKafka(out / "kafka")
    await asyncio.to_thread(kafka.start)
    settings = Settings(brokers=kafka.bootstrap, prefix="chaos", web_port=0, session_timeout=SESSION_S, transaction_timeout=TRANSACTION_S)
    run = Run(settings, faults_left=len(faults))
    scene = Scene(Fleet(settings, out, spoiled), kafka)
    try:
        async with admin(settings) as client:
            await create_missing(client, settings, declared_topics(settings))
        await _work(run, scene, sent, faults)
        run.topics = await asyncio.wait_for(_read(settings), START_LIMIT_S + len(sent) / 20)
    finally:
        await scene.fleet.stop()
        await asyncio.to_thread(kafka.stop)
        run.ended_by_themselves, run.tracebacks = scene.fleet.ended_by_themselves, scene.fleet.tracebacks()
    return run


async def _work(run: Run, scene: Scene, sent: Dumps, faults: Sequence[Fault]) -> None:
    """Take all dumps through, or note that this did not end within the limit."""
    progress = Progress(run.settings)
    limit_s = (
        START_LIMIT_S + len(faults) * 2 * RECOVERY_LIMIT_S + sum(AWAY_S for fault in faults if fault.kind == "broker-away") + len(sent) / 10
    )
    for slot in range(PERMANENT):
        scene.fleet.start(slot)
    await asyncio.wait_for(scene.fleet.assigned(range(PERMANENT)), START_LIMIT_S)
    async with _beside(progress.watch(), scene.fleet.supervise(), _send_all(run, sent)) as (_, _, sending):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                await progress.begun(WITH_WORK)
                for fault in faults:
                    await _suffer(run, scene, progress, fault)
                    run.faults_left -= 1
                await sending
                await _settle(run.settings, 60 + len(sent) / 20)
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
    """Let one fault happen, and return when work moves again everywhere or after a bounded time; a frozen worker is back by then.

    Its recovery lasts from its first moment until whoever it started has been assigned partitions and, after that, each partition with
    work has committed more: longer than the work itself stands still, and never shorter. A frozen worker's ends while it is still frozen,
    where the others have taken over. That from a broker that was away for long begins when it is back.
    """
    await asyncio.sleep(fault.gap_s)
    began = time.monotonic()
    victim = scene.victim(fault)
    started = await INFLICT[fault.kind](scene, fault)
    if fault.kind == "broker-away":
        began = time.monotonic()  # nothing can move before it is back
    back = asyncio.create_task(thaw(scene, victim, SESSION_S + 1 + 2 * fault.hold_s)) if fault.kind == "freeze" else None
    stuck = await _recovered(scene, progress, started)
    recovery_s = round(time.monotonic() - began, 2)
    if back is not None:
        await back
        stuck += await _recovered(scene, progress, [])
    row = {**asdict(fault), "ended": time.strftime("%H:%M:%S"), "slot": victim, "recovery_s": recovery_s, "stuck": stuck}
    run.rows.append(row)
    print(f"{row['ended']}  {fault.kind:12} worker {victim}  recovered after {recovery_s:5.1f} s  {' '.join(stuck)}", flush=True)


async def _recovered(scene: Scene, progress: Progress, started: list[int]) -> list[str]:
    """Return when who was started has partitions and then every partition with work has moved, or what has not."""
    try:
        await asyncio.wait_for(scene.fleet.assigned(started), RECOVERY_LIMIT_S)
    except TimeoutError:
        return [f"worker {slot}" for slot in started]
    return [f"{partition.topic}-{partition.partition}" for partition in await progress.everywhere(RECOVERY_LIMIT_S)]


async def _send_all(run: Run, sent: Dumps) -> None:
    """Send at a rate that lasts as long as the faults do, as those before took; what the broker does not take is sent again."""
    began = time.monotonic()
    async with AIOKafkaProducer(**client_options(run.settings)) as producer:
        for number, (value, headers) in enumerate(sent):
            run.dumps_sent = number
            await _send(producer, run.settings.topic(TopicName.DUMPS), value, headers, number % run.settings.partitions)
            a_fault_s = (time.monotonic() - began) / len(run.rows) if run.rows else FAULT_S
            lasting = (len(sent) - number) / (run.faults_left * a_fault_s + 1)
            await asyncio.sleep(1 / (min(MOST_A_SECOND, lasting) if run.faults_left else REST_A_SECOND))
    run.dumps_sent = len(sent)


async def _send(producer: AIOKafkaProducer, topic: str, value: bytes, headers: Headers, partition: int) -> None:
    while True:
        try:
            await producer.send_and_wait(topic, value, headers=list(headers), partition=partition)
        except KafkaError:
            await asyncio.sleep(0.5)
        else:
            return


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
