"""Whether a worker lives and is ready, and how far it is behind; read at each scrape and probe."""

import asyncio
import time

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from faust.types import TP

from agents.worker.runner import Shell
from streams.topics import TopicName

ANSWER_S = 2.0


class Health:
    """Looks at a worker's partitions: what waits in each, and when each was last moved on."""

    def __init__(self, shell: Shell) -> None:
        """Watch this shell."""
        self._shell = shell

    def lag(self, partition: TopicPartition) -> int:
        """Return the messages of a partition that wait: at the broker, in the fetcher, and with the agents."""
        consumer = self._shell.consumer
        highwater = consumer.highwater(TP(*partition)) or 0
        position = consumer.position_of(partition)
        waiting = max(0, highwater - position) if position is not None else 0
        return waiting + self._shell.inflight.messages[TP(*partition)]

    def lag_seconds(self, partition: TopicPartition) -> float:
        """Return by how much a partition is behind: the age of the last message that is done, 0 where nothing waits."""
        done = self._shell.timestamps.get(partition)
        return max(0.0, time.time() - done) if done is not None and self.lag(partition) else 0.0

    async def not_ready(self) -> str:
        """Return why a worker does nothing now, empty where it is ready; Kafka is asked on a connection that the worker uses."""
        owned = list(self._shell.publisher.owned.values())
        if self._shell.brake.is_on:
            return "the brake is on: too many of the last records are dead; the log says how many"
        if not self._shell.ready or not owned:
            return "no partitions yet"
        try:
            await asyncio.wait_for(owned[0].producer.client.fetch_all_metadata(), ANSWER_S)
        except (TimeoutError, KafkaError, OSError):
            return f"Kafka does not answer within {ANSWER_S:.0f} s"
        return ""

    def stalled(self) -> list[str]:
        """Return the partitions with lag that have not moved for too long; a worker with one is to be started again."""
        now = time.monotonic()
        limit, since = self._shell.settings.stall_timeout, self._shell.taking_over_since
        stalled = [f"taking over partitions for {now - since:.0f} s"] if since is not None and now - since > limit else []
        for partition, moved in list(self._shell.progress.items()):
            owned = self._shell.publisher.owned.get(partition)
            is_waiting = self._shell.backfill.is_shut and partition.topic == self._shell.settings.topic(TopicName.BACKFILL)
            if self._shell.brake.is_on or is_waiting or not (self.lag(partition) or (owned is not None and owned.failed)):
                self._shell.progress[partition] = now
            elif now - moved > limit:
                stalled.append(f"{partition.topic}-{partition.partition} has not moved for {now - moved:.0f} s")
        return stalled

    def refresh(self) -> None:
        """Set the gauges that are read and not counted."""
        metrics = self._shell.metrics
        for gauge in (metrics.lag_messages, metrics.lag_seconds, metrics.index_entries):
            gauge.clear()
        for partition in self._shell.publisher.owned:
            metrics.lag_messages.labels(partition.topic, partition.partition).set(self.lag(partition))
            metrics.lag_seconds.labels(partition.topic, partition.partition).set(self.lag_seconds(partition))
        for number, index in self._shell.indexes.by_partition.items():
            metrics.index_entries.labels(number).set(len(index))
        metrics.brake_on.set(self._shell.brake.is_on)
        metrics.inflight_bytes.set(self._shell.inflight.total_bytes)
        metrics.show_outlets()
