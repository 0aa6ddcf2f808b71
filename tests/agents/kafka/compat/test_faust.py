"""Faust's consumer reads committed records within the fetch limit; its worker reports the signal that stops it."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import faust
import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread

from agents import classify
from agents.classes import load_classes
from agents.kafka.compat import request_limits
from agents.kafka.compat.faust_consumer import ReadCommittedConsumer
from agents.kafka.compat.faust_worker import SignalReportingWorker
from agents.settings import Settings
from agents.worker.app import create_runner

PARTITION, OTHER = TopicPartition("news.dumps", 0), TopicPartition("news.dumps", 1)


@pytest.fixture
async def app(tmp_path: Path) -> Any:
    settings = replace(Settings(), data=str(tmp_path), inflight_bytes=8_000_000)
    return create_runner(settings, load_classes(settings), []).app


@pytest.fixture
async def kafka_consumer(app: Any) -> AsyncIterator[Any]:
    """The consumer that Faust's consumer thread would start."""
    thread = app.consumer._thread
    consumer = thread._create_consumer(loop=asyncio.get_running_loop())
    yield consumer
    consumer._closed = True  # it was never started


@pytest.mark.slow
async def test_consumer_of_an_app_reads_committed_records_within_the_fetch_limit(kafka_consumer: Any) -> None:
    assert (kafka_consumer._isolation_level, kafka_consumer._fetch_max_bytes) == ("read_committed", 1_000_000)


async def test_producer_of_an_app_passes_a_broker_that_does_not_answer(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_limits, "CONNECT_TIMEOUT_S", 0.05)
    producer = app.producer._new_producer()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        producer.client._bootstrap_servers = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(KafkaConnectionError):
            await asyncio.wait_for(producer.start(), 20)
    await producer.stop()


class FakeFetcher(SimpleNamespace):
    """The attributes of a fetcher that a started consumer replaces."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(_records={}, _isolation_level=1, fetched_records=None, **attributes)


async def test_fetches_are_restricted_once_the_consumer_has_started(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fetcher = FakeFetcher(_get_actions_per_node=lambda assignment: assignment.tps, _fetch_task=asyncio.Future())
    coordinator, client = SimpleNamespace(_coordination_task=asyncio.Future()), SimpleNamespace(_sync_task=asyncio.Future())

    async def start(thread: Any) -> None:
        thread._consumer = SimpleNamespace(_fetcher=fetcher, _coordinator=coordinator, _client=client)

    monkeypatch.setattr(AIOKafkaConsumerThread, "on_start", start)
    monkeypatch.setattr(app.consumer, "fetchable", lambda _: lambda partition: partition == PARTITION)
    await app.consumer._thread.on_start()
    state = SimpleNamespace(has_valid_position=True, _position=8)
    assignment = SimpleNamespace(tps={PARTITION, OTHER}, state_value=lambda _: state)
    assert fetcher._get_actions_per_node(assignment) == {PARTITION}


async def test_position_is_unknown_until_the_partition_is_assigned_and_has_one(app: faust.App, kafka_consumer: Any) -> None:
    consumer: Any = app.consumer
    assert isinstance(consumer, ReadCommittedConsumer)
    assert consumer.position_of(PARTITION) is None
    consumer._thread._consumer = kafka_consumer
    assert consumer.position_of(PARTITION) is None
    kafka_consumer._subscription.assign_from_user([PARTITION])
    assert consumer.position_of(PARTITION) is None
    kafka_consumer._subscription.seek(PARTITION, 8)
    assert consumer.position_of(PARTITION) == 8
    assert consumer.position_of(OTHER) is None


async def test_worker_reports_the_signal_before_it_stops(app: faust.App, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[object] = []

    async def stop(_: object) -> None:
        events.append("stop")

    monkeypatch.setattr(faust.Worker, "stop", stop)
    worker: Any = SignalReportingWorker(app, on_signal=events.append, loop=asyncio.get_running_loop(), override_logging=False)
    worker._starting_fut = None
    worker._on_sigterm()
    await worker._signal_stop_future
    assert events == [signal.SIGTERM, "stop"]


@pytest.mark.parametrize("is_stopping", [True, False])
async def test_an_agent_that_is_cancelled_as_its_app_stops_has_not_crashed(tmp_path: Path, is_stopping: bool) -> None:
    settings = replace(Settings(), data=str(tmp_path))
    runner = create_runner(settings, load_classes(settings), [classify.declare])
    agent: Any = next(iter(runner.app.agents.values()))
    crashes: list[BaseException] = []

    async def crash(error: BaseException) -> None:
        crashes.append(error)

    async def cancelled() -> None:
        raise asyncio.CancelledError

    agent.supervisor = SimpleNamespace(wakeup=lambda: None)
    if is_stopping:
        runner.app._stopped.set()
    with suppress(asyncio.CancelledError):
        await agent._execute_actor(cancelled(), SimpleNamespace(crash=crash))
    assert bool(crashes) is not is_stopping
