"""Where a run takes place: one broker or three, the workers, and the faults there are."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from agents.local_kafka.broker import LocalKafka
from agents.settings import Settings
from tests.chaos.broker_faults import BrokerFaults
from tests.chaos.cluster_faults import ClusterFaults
from tests.chaos.faults import CLUSTER_KINDS, KINDS
from tests.chaos.fleet import Fleet
from tests.chaos.inflicted import Inflict
from tests.chaos.worker_faults import WorkerFaults
from tests.cluster.cluster import Cluster

CLUSTER_BROKERS = 3
PREFIX = "chaos"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What a run on so many brokers has: kinds of faults, workers that come and go, and the time within which work must move again."""

    kinds: tuple[str, ...]
    guests: int
    recovery_limit_s: float


LAYOUTS = {
    1: Layout(kinds=KINDS, guests=1, recovery_limit_s=45),
    # Two permanent workers and three more. Kafka alone takes 9 s to notice a dead broker, 10 s to abort a transaction.
    CLUSTER_BROKERS: Layout(kinds=CLUSTER_KINDS, guests=3, recovery_limit_s=120),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Kafka and the workers of a run.

    Attributes:
        settings: of the driver itself, which no fault of the network reaches.
        inflict: by kind of fault.
        reachable: returns `settings` with the addresses of the brokers that can answer now.
        heal: ends all faults of Kafka that a run without time left behind.
    """

    layout: Layout
    settings: Settings
    fleet: Fleet
    inflict: Mapping[str, Inflict]
    reachable: Callable[[], Settings]
    heal: Callable[[], None]


@contextlib.asynccontextmanager
async def scene(brokers: int, out: Path, spoiled: str) -> AsyncIterator[Scene]:
    """Yield a scene whose Kafka runs, in `out`; workers are not started. In the end all that runs is ended."""
    opened = _on_cluster(out, spoiled) if brokers == CLUSTER_BROKERS else _on_one_broker(out, spoiled)
    async with opened as made:
        try:
            yield made
        finally:
            await made.fleet.stop()


@contextlib.asynccontextmanager
async def _on_one_broker(out: Path, spoiled: str) -> AsyncIterator[Scene]:
    kafka = LocalKafka(out / "kafka")
    await asyncio.to_thread(kafka.start)
    try:
        settings = Settings(brokers=kafka.bootstrap, prefix=PREFIX, web_port=0, session_timeout=3, transaction_timeout=5)
        fleet = Fleet(settings, out, spoiled)
        inflict = {**WorkerFaults(fleet, settings.session_timeout).by_kind(), **BrokerFaults(kafka).by_kind()}

        def heal() -> None:
            if kafka.pid is None:
                kafka.start()

        yield Scene(layout=LAYOUTS[1], settings=settings, fleet=fleet, inflict=inflict, reachable=lambda: settings, heal=heal)
    finally:
        await asyncio.to_thread(kafka.stop)


@contextlib.asynccontextmanager
async def _on_cluster(out: Path, spoiled: str) -> AsyncIterator[Scene]:
    """Yield a scene with the shipped time-outs, the workers behind the proxy."""
    layout = LAYOUTS[CLUSTER_BROKERS]
    cluster = Cluster(out / "kafka")
    try:
        await asyncio.to_thread(cluster.start)
        settings = Settings(brokers=cluster.bootstrap, prefix=PREFIX, web_port=0, replication=CLUSTER_BROKERS)
        fleet = Fleet(replace(settings, brokers=cluster.proxied), out, spoiled, layout.guests)
        inflict = {**WorkerFaults(fleet, settings.session_timeout).by_kind(), **ClusterFaults(cluster, PREFIX).by_kind()}
        yield Scene(
            layout=layout,
            settings=settings,
            fleet=fleet,
            inflict=inflict,
            reachable=lambda: replace(settings, brokers=cluster.answering),
            heal=cluster.heal,
        )
    finally:
        await asyncio.to_thread(cluster.stop)
