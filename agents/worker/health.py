"""Liveness, readiness and consumer lag of a worker, computed at each scrape and probe."""

import time

from aiokafka import TopicPartition
from faust.types import TP

from agents.kafka.watch import ANSWER_S, KafkaWatch
from agents.worker.runner import StageRunner
from streams.topics import TopicName


class Health:
    """The state of a worker's partitions: the messages that wait in each, and the time of its last progress."""

    def __init__(self, runner: StageRunner, kafka: KafkaWatch) -> None:
        """Watch this runner, and Kafka by `kafka`."""
        self._stage_runner = runner
        self._kafka = kafka

    def lag(self, partition: TopicPartition) -> int:
        """Return the consumer lag of a partition in messages: at the broker, in the fetcher and in the agents."""
        consumer = self._stage_runner.consumer
        highwater, position = consumer.highwater_of(partition), consumer.position_of(partition)
        waiting = max(0, highwater - position) if highwater is not None and position is not None else 0
        return waiting + self._stage_runner.inflight.messages[TP(*partition)]

    def lag_seconds(self, partition: TopicPartition) -> float:
        """Return the consumer lag of a partition in seconds: the age of the last processed message, 0 where none waits."""
        done = self._stage_runner.timestamps.get(partition)
        return max(0.0, time.time() - done) if done is not None and self.lag(partition) else 0.0

    def not_ready(self) -> str:
        """Return the reason why a worker is not ready, empty where it is. One without partitions is: it waits for the end of another."""
        if not self._kafka.is_reachable:
            return f"Kafka does not answer within {ANSWER_S:.0f} s"
        if cause := self._stage_runner.brake.cause:
            return f"the brake is on: {cause}"
        return "" if self._stage_runner.ready else "no partitions assigned yet"

    def stalled(self) -> list[str]:
        """Return the partitions with lag that made no progress for too long; a worker with one must be restarted."""
        now = time.monotonic()
        limit, since = self._stage_runner.settings.stall_timeout, self._stage_runner.taking_over_since
        stalled = [f"taking over partitions for {now - since:.0f} s"] if since is not None and now - since > limit else []
        for partition, moved in list(self._stage_runner.progress.items()):
            owned = self._stage_runner.publisher.owned.get(partition)
            is_waiting = partition.topic in self._shut_topics()
            is_paused = self._stage_runner.brake.is_pausing(partition.topic)
            if is_paused or is_waiting or not (self.lag(partition) or (owned is not None and owned.failed)):
                self._stage_runner.progress[partition] = now
            elif now - moved > limit:
                stalled.append(f"{partition.topic}-{partition.partition} has not moved for {now - moved:.0f} s")
        return stalled

    def _shut_topics(self) -> set[str]:
        """Return the topics whose records wait for others."""
        runner = self._stage_runner
        gates = {TopicName.BACKFILL: runner.backfill.is_shut, TopicName.LARGE: runner.large_dumps.is_shut}
        return {runner.settings.topic(name) for name, is_shut in gates.items() if is_shut}

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
        metrics.ready.set(not self.not_ready())
        metrics.kafka_reachable.set(self._kafka.is_reachable)
        metrics.brake_on.set(self._stage_runner.brake.is_on)
        metrics.inflight_bytes.set(self._stage_runner.inflight.total_bytes)
        metrics.show_outlets()
