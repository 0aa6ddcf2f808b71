"""Collect the figures of one worker for the live page: records by fate, lag, and seconds per batch."""

import time
from collections import defaultdict
from collections.abc import Iterator

import orjson
from prometheus_client import CollectorRegistry

from agents.worker.health import Health
from agents.worker.runner import StageRunner
from streams.pipeline import INPUT_TOPICS


def figures(runner: StageRunner, health: Health) -> bytes:
    """Return the figures as one line of JSON; counts are since the worker's start, the page computes rates."""
    lag: dict[str, list[float]] = {}
    for partition in runner.publisher.owned:
        name = partition.topic.removeprefix(runner.settings.topic(""))
        waiting = lag.setdefault(name, [0, 0.0])
        waiting[0] += health.lag(partition)
        waiting[1] = max(waiting[1], health.lag_seconds(partition))
    return orjson.dumps(
        {
            "at": time.time() * 1000,
            "not_ready": health.not_ready(),
            "owned": len(runner.publisher.owned),
            "partitions": runner.settings.partitions * len(INPUT_TOPICS),
            "lag": lag,
            **stage_counts(runner.metrics.registry),
        }
    )


def stage_counts(registry: CollectorRegistry) -> dict[str, object]:
    """Return {"records": {stage: {fate: n}}, "seconds": {stage: [batches, seconds]}} of a worker's registry."""
    records: dict[str, dict[str, int]] = defaultdict(dict)
    for labels, value in _samples(registry, "news_records_total"):
        records[labels["stage"]][labels["fate"]] = int(value)
    seconds: dict[str, list[float]] = defaultdict(lambda: [0, 0.0])
    for slot, name in enumerate(("news_stage_seconds_count", "news_stage_seconds_sum")):
        for labels, value in _samples(registry, name):
            seconds[labels["stage"]][slot] = value
    return {"records": records, "seconds": seconds}


def _samples(registry: CollectorRegistry, name: str) -> Iterator[tuple[dict[str, str], float]]:
    for metric in registry.restricted_registry([name]).collect():
        for sample in metric.samples:
            yield sample.labels, sample.value
