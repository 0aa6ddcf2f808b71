"""Liveness, readiness and lag, from what a worker knows of its partitions."""

import time
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import TopicPartition
from faust.types import TP
from prometheus_client import generate_latest

from agents.kafka.watch import KafkaWatch
from agents.settings import Settings
from agents.worker.health import Health
from agents.worker.metrics import Metrics
from agents.worker.runner import StageRunner

LIVE, BACKFILL = TopicPartition("news.dumps", 2), TopicPartition("news.dumps.backfill", 2)
LARGE = TopicPartition("news.articles.large", 2)
STALL_S = 60


class FakeConsumer:
    def __init__(self, highwaters: dict[TopicPartition, int], positions: dict[TopicPartition, int]) -> None:
        self.highwaters, self.positions = highwaters, positions

    def highwater_of(self, partition: TopicPartition) -> int | None:
        return self.highwaters.get(partition)

    def position_of(self, partition: TopicPartition) -> int | None:
        return self.positions.get(partition)


def brake(cause: str = "", *, is_pausing: bool = True) -> Any:
    return SimpleNamespace(is_on=bool(cause), cause=cause, is_pausing=lambda _: bool(cause) and is_pausing)


def worker(partition: TopicPartition = LIVE, *, lag: int = 0, idle_s: float = 0.0, **more: Any) -> Any:
    """A worker that owns `partition`, with `lag` messages at the broker and the last progress `idle_s` ago."""
    owned = SimpleNamespace(failed=False)
    known = {
        "settings": Settings(stall_timeout=STALL_S),
        "consumer": FakeConsumer({partition: 100}, {partition: 100 - lag}),
        "inflight": SimpleNamespace(messages=Counter(), total_bytes=0),
        "publisher": SimpleNamespace(owned={partition: owned}),
        "brake": brake(),
        "backfill": SimpleNamespace(is_shut=False),
        "large_dumps": SimpleNamespace(is_shut=False),
        "indexes": SimpleNamespace(by_partition={}),
        "metrics": Metrics(),
        "progress": {partition: time.monotonic() - idle_s},
        "timestamps": {},
        "ready": True,
        "taking_over_since": None,
    }
    return SimpleNamespace(**known | more)


def watched(runner: Any, *, is_reachable: bool = True) -> Health:
    return Health(cast(StageRunner, runner), cast(KafkaWatch, SimpleNamespace(is_reachable=is_reachable)))


def test_lag_is_what_waits_at_the_broker_and_with_the_agents() -> None:
    runner = worker(lag=7)
    runner.inflight.messages[TP(*LIVE)] = 3
    assert watched(runner).lag(LIVE) == 10


def test_a_partition_without_a_position_has_only_the_lag_of_the_agents() -> None:
    runner = worker()
    runner.consumer.positions.clear()
    assert watched(runner).lag(LIVE) == 0


def test_lag_in_seconds_is_the_age_of_the_last_processed_message_and_0_where_none_waits() -> None:
    runner = worker(lag=1)
    runner.timestamps[LIVE] = time.time() - 30
    assert watched(runner).lag_seconds(LIVE) == pytest.approx(30, abs=5)
    runner.consumer.positions[LIVE] = 100
    assert watched(runner).lag_seconds(LIVE) == 0


@pytest.mark.parametrize(
    ("make", "stalled"),
    [
        pytest.param(lambda: worker(lag=1, idle_s=STALL_S + 1), True, id="lag and no progress"),
        pytest.param(lambda: worker(lag=1, idle_s=STALL_S - 30), False, id="lag, and progress lately"),
        pytest.param(lambda: worker(lag=0, idle_s=STALL_S + 1), False, id="nothing to do"),
        pytest.param(lambda: worker(lag=1, idle_s=STALL_S + 1, brake=brake("bug=20")), False, id="paused by the brake"),
        pytest.param(lambda: worker(lag=1, idle_s=STALL_S + 1, brake=brake("bug=20", is_pausing=False)), True, id="trial without end"),
        pytest.param(
            lambda: worker(BACKFILL, lag=1, idle_s=STALL_S + 1, backfill=SimpleNamespace(is_shut=True)), False, id="back-fill waits"
        ),
        pytest.param(
            lambda: worker(LARGE, lag=1, idle_s=STALL_S + 1, large_dumps=SimpleNamespace(is_shut=True)), False, id="large dump waits"
        ),
        pytest.param(lambda: worker(lag=1, idle_s=STALL_S + 1, backfill=SimpleNamespace(is_shut=True)), True, id="live beside back-fill"),
        pytest.param(lambda: worker(taking_over_since=time.monotonic() - STALL_S - 1), True, id="a take-over that does not end"),
        pytest.param(lambda: worker(taking_over_since=time.monotonic()), False, id="a take-over that has begun"),
    ],
)
def test_a_worker_is_stalled_where_a_partition_with_lag_makes_no_progress(make: Callable[[], Any], stalled: bool) -> None:
    assert bool(watched(make()).stalled()) == stalled


def test_a_failed_partition_without_lag_is_stalled_too() -> None:
    runner = worker(lag=0, idle_s=STALL_S + 1)
    runner.publisher.owned[LIVE].failed = True
    assert watched(runner).stalled() == [f"news.dumps-2 has not moved for {STALL_S + 1} s"]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(worker, "", id="ready"),
        pytest.param(lambda: worker(ready=False), "no partitions", id="taking over"),
        pytest.param(lambda: worker(brake=brake("bug=20")), "the brake is on: bug=20", id="paused by the brake"),
        pytest.param(lambda: worker(publisher=SimpleNamespace(owned={})), "", id="no partition is left for it"),
    ],
)
def test_a_worker_that_is_not_ready_says_why(make: Callable[[], Any], reason: str) -> None:
    runner = make()
    found = watched(runner).not_ready()
    assert reason in found
    assert bool(found) == bool(reason)
    assert f"news_ready {float(not reason)}" in scraped(watched(runner))


def test_a_worker_that_kafka_does_not_answer_is_not_ready() -> None:
    health = watched(worker(), is_reachable=False)
    assert "Kafka does not answer" in health.not_ready()
    text = scraped(health)
    assert "news_ready 0.0" in text
    assert "news_kafka_reachable 0.0" in text
    assert "news_kafka_reachable 1.0" in scraped(watched(worker()))


def scraped(health: Health) -> str:
    health.refresh()
    return generate_latest(health._stage_runner.metrics.registry).decode()


def test_a_partition_that_is_no_longer_assigned_has_no_lag_and_stalls_nothing() -> None:
    """As during a rebalance, which can wait for a frozen worker."""
    runner = worker(lag=7, idle_s=STALL_S + 1)
    runner.consumer.positions.clear()
    runner.consumer.highwaters.clear()
    health = watched(runner)
    assert health.stalled() == []
    assert 'news_lag_messages{partition="2",topic="news.dumps"} 0.0' in scraped(health)


def test_gauges_show_owned_partitions_only() -> None:
    runner = worker(lag=7, indexes=SimpleNamespace(by_partition={4: [0] * 12}))
    runner.metrics.lag_messages.labels("news.dumps", 5).set(99)
    watched(runner).refresh()
    text = generate_latest(runner.metrics.registry).decode()
    assert 'news_lag_messages{partition="2",topic="news.dumps"} 7.0' in text
    assert 'news_lag_messages{partition="5"' not in text
    assert 'news_index_entries{partition="4"} 12.0' in text
