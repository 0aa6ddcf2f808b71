"""Liveness, readiness and consumer lag of a worker, computed at each scrape and probe."""

import asyncio
import time

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from faust.types import TP

from agents.worker.runner import StageRunner
from streams.topics import TopicName

ANSWER_S = 2.0


class Health:
    """The state of a worker's partitions: the messages that wait in each, and the time of its last progress."""

    def __init__(self, runner: StageRunner) -> None:
        """Watch this runner."""
        self._stage_runner = runner

    def lag(self, partition: TopicPartition) -> int:
        """Return the consumer lag of a partition in messages: at the broker, in the fetcher and in the agents."""
        consumer = self._stage_runner.consumer
        highwater = consumer.highwater(TP(*partition)) or 0
        position = consumer.position_of(partition)
        waiting = max(0, highwater - position) if position is not None else 0
        return waiting + self._stage_runner.inflight.messages[TP(*partition)]

    def lag_seconds(self, partition: TopicPartition) -> float:
        """Return the consumer lag of a partition in seconds: the age of the last processed message, 0 where none waits."""
        done = self._stage_runner.timestamps.get(partition)
        return max(0.0, time.time() - done) if done is not None and self.lag(partition) else 0.0

    async def not_ready(self) -> str:
        """Return the reason why a worker is not ready, empty where it is; Kafka is asked on a connection that the worker uses."""
        owned = list(self._stage_runner.publisher.owned.values())
        if cause := self._stage_runner.brake.cause:
            return f"the brake is on: {cause}"
        if not self._stage_runner.ready:
            return "no partitions assigned yet"
        if not owned:
            return ""  # more workers than partitions: this one waits for the end of another
        try:
            await asyncio.wait_for(owned[0].producer.client.fetch_all_metadata(), ANSWER_S)
        except (TimeoutError, KafkaError, OSError):
            return f"Kafka does not answer within {ANSWER_S:.0f} s"
        return ""

    def stalled(self) -> list[str]:
        """Return the partitions with lag that made no progress for too long; a worker with one must be restarted."""
        now = time.monotonic()
        limit, since = self._stage_runner.settings.stall_timeout, self._stage_runner.taking_over_since
        stalled = [f"taking over partitions for {now - since:.0f} s"] if since is not None and now - since > limit else []
        for partition, moved in list(self._stage_runner.progress.items()):
            owned = self._stage_runner.publisher.owned.get(partition)
            is_waiting = self._stage_runner.backfill.is_shut and partition.topic == self._stage_runner.settings.topic(TopicName.BACKFILL)
            is_paused = self._stage_runner.brake.is_pausing(partition.topic)
            if is_paused or is_waiting or not (self.lag(partition) or (owned is not None and owned.failed)):
                self._stage_runner.progress[partition] = now
            elif now - moved > limit:
                stalled.append(f"{partition.topic}-{partition.partition} has not moved for {now - moved:.0f} s")
        return stalled

    def refresh(self) -> None:
        """Set the gauges."""
        metrics = self._stage_runner.metrics
        for gauge in (metrics.lag_messages, metrics.lag_seconds, metrics.index_entries):
            gauge.clear()
        for partition in self._stage_runner.publisher.owned:
            metrics.lag_messages.labels(partition.topic, partition.partition).set(self.lag(partition))
            metrics.lag_seconds.labels(partition.topic, partition.partition).set(self.lag_seconds(partition))
        for number, index in self._stage_runner.indexes.by_partition.items():
            metrics.index_entries.labels(number).set(len(index))
        metrics.brake_on.set(self._stage_runner.brake.is_on)
        metrics.inflight_bytes.set(self._stage_runner.inflight.total_bytes)
        metrics.show_outlets()
