"""Run batches of messages through the stages: each batch in one Kafka transaction; fence, settle and restore at each rebalance.

A batch: `run` -> `_run_batch` -> `Publisher.publish` (work in a thread, then outputs and offsets in one transaction).
A rebalance: `on_partitions_revoked` ends the running transactions; `on_rebalance_complete` takes the assigned partitions over.
"""

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from itertools import groupby
from typing import cast

import faust
from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError
from faust.streams import Stream
from faust.types import EventT

from agents.kafka.compat.leaked import report_errors
from agents.kafka.compat.retry import retry
from agents.kafka.compat.transactions import Member
from agents.kafka.connect import client_options
from agents.kafka.consumer import BoundedConsumer, Inflight, message_bytes
from agents.kafka.decode.partition import Skipped, log_skipped
from agents.pipeline_config import copy_config, pipeline_config
from agents.settings import Settings
from agents.worker import quarantine
from agents.worker.backfill import BackfillGate
from agents.worker.brake import Brake
from agents.worker.copy_indexes import CopyIndexes
from agents.worker.exit import exit_within
from agents.worker.group import Group, names
from agents.worker.intake import by_partition, by_size, first_offset, incoming_of, next_offset, partition_of
from agents.worker.large_dumps import LargeDumpGate
from agents.worker.metrics import Metrics
from agents.worker.owned import OwnedPartition, PartitionBatch
from agents.worker.publish import Publisher
from agents.worker.quarantine import CrashMarkers
from agents.worker.sandbox import Work
from agents.worker.start_offsets import StartOffsets
from agents.worker.steps import Steps
from agents.worker.tracing import batch_spans
from streams.classify.class_set import ClassSet
from streams.counts import StageName
from streams.output import Output
from streams.records import Incoming
from streams.topics import TopicName

log = logging.getLogger(__name__)

# Faust's consumer may never stop while the broker is away, and a worker without partitions that does not exit is of no use.
CRASH_LIMIT_S = 10

Agent = Callable[[Stream[bytes]], Awaitable[None]]
# Returns the function for the next batch, bound to the current classes or copy indexes: a changed file or a rebalance replaces them.
WorkFactory = Callable[[], Work]
# The messages of a batch by partition, in order of offset.
ByPartition = Mapping[TopicPartition, Sequence[Incoming]]
EventsByPartition = Mapping[TopicPartition, Sequence[EventT[bytes]]]
OwnedPartitions = Mapping[TopicPartition, OwnedPartition]


class StageRunner:
    """The connections, state and counts of a worker; `run` is the body of every agent."""

    def __init__(self, app: faust.App, settings: Settings, classes: ClassSet, inflight: Inflight) -> None:
        """Prepare for `app`; connections are opened at the first rebalance."""
        options = client_options(settings)
        self.app = app
        self.settings = settings
        self.config = pipeline_config(settings, classes)
        self.metrics = Metrics()
        self._span = batch_spans(os.environ, settings.prefix)
        self.inflight = inflight
        self.group = Group(settings, app.conf.id)
        self.publisher = Publisher(
            app.conf.id,
            options,
            self.group,
            transaction_timeout_s=settings.transaction_timeout,
            fenced_limit_s=3 * settings.session_timeout,
            stuck_limit_s=2 * settings.stall_timeout,  # Kafka may be unreachable for a while
            on_failure=self._crash,
        )
        self.start_offsets = StartOffsets(settings, self.group, self.publisher, self.metrics)
        self.indexes = CopyIndexes(settings.topic(TopicName.INDEX), settings.partitions, options, copy_config(settings), self.count_skipped)
        self.backfill = BackfillGate(settings)
        self.large_dumps = LargeDumpGate(settings)
        self.crash_markers = CrashMarkers()
        self.brake = Brake(settings)
        self.progress: dict[TopicPartition, float] = {}
        self.timestamps: dict[TopicPartition, float] = {}
        self.ready = False
        self.taking_over_since: float | None = None
        self._run_after_trial = partial(quarantine.run_after_trial, config=self.config, settings=settings, on_progress=self._on_trial)
        self.steps = Steps(settings.stall_timeout)

    def agent(self, name: TopicName) -> Callable[[Agent], object]:
        """Return the decorator of the agent of the topic `name`, with Faust's own offset commits off (`acks=False`).

        A body that ends by an error ends the worker: Faust would start it again, and commit past the events that it had in hand.
        """
        topic = self.app.topic(self.settings.topic(name), key_type=bytes, value_type=bytes, acks=False)
        declare = cast(Callable[[Agent], object], self.app.agent(topic, name=name))
        return lambda body: declare(report_errors(body, lambda error: self._end(self.publisher.owned.values(), error)))

    @property
    def consumer(self) -> BoundedConsumer:
        """The app's consumer."""
        return cast(BoundedConsumer, self.app.consumer)

    async def on_rebalance_complete(self) -> None:
        """Take over the assigned partitions: fence, settle, restore. Faust awaits this before it seeks to the committed offsets."""
        self.ready = False
        self.taking_over_since = time.monotonic()
        try:
            await self._take_over()
        except Exception as error:
            # Faust takes some of aiokafka's errors for another rebalance, and would wait for it forever.
            await self._crash(error)
            raise
        self.taking_over_since = None
        self.metrics.rebalances.inc()
        self.ready = True

    async def _take_over(self) -> None:
        assigned = [TopicPartition(tp.topic, tp.partition) for tp in sorted(self.app.consumer.assignment())]
        member = Member(self.consumer.member_id, self.app.consumer_generation_id)
        self.inflight.reset(self.consumer)
        is_current = lambda: self.app.consumer_generation_id == member.generation  # noqa: E731
        was_committed = await self.publisher.committed_ids(assigned)
        await retry("fence the earlier owners", partial(self.publisher.fence, assigned, member, is_current, was_committed))
        committed, logs = await self.start_offsets.take_over(assigned, self._on_take_over_progress)
        article_partitions = {each.partition for each in assigned if each.topic == self.settings.topic(TopicName.ARTICLES)}
        await retry("serve the copy index", partial(self.indexes.restore, article_partitions, limit_s=self.group.open_limit_s))
        await retry("serve the committed offsets", self._seek_to_committed)
        self.crash_markers.load(committed, {partition: log.end for partition, log in logs.items()})
        self.brake.keep({partition.topic for partition in assigned})
        self.progress = dict.fromkeys(assigned, time.monotonic())
        self.timestamps.clear()
        log.info("assigned partitions=%s", names(assigned))

    def _on_take_over_progress(self) -> None:
        self.taking_over_since = time.monotonic()

    def on_position_reset(self, partition: TopicPartition, position: int) -> None:
        """Handle a position outside the log; called in the consumer's thread."""
        asyncio.run_coroutine_threadsafe(self._on_position_reset(partition, position, is_running=self.ready), self.app.loop)

    def on_consumer_error(self, error: BaseException) -> None:
        """End the worker, whose consumer has ended; called in the consumer's thread."""
        if not self.app.should_stop:
            asyncio.run_coroutine_threadsafe(self._crash(error), self.app.loop)

    async def _on_position_reset(self, partition: TopicPartition, position: int, *, is_running: bool) -> None:
        try:
            await self.start_offsets.on_position_reset(self.consumer, partition, position, is_running=is_running)
        except Exception as error:
            await self._crash(error)

    async def _seek_to_committed(self) -> None:
        """Seek to the committed offsets, or to the first message: Faust drops what it fetches during a rebalance."""
        try:
            await self.consumer.seek_to_committed()
        except IllegalStateError:
            log.info("reassigned during the take-over")  # this assignment is over; the next one calls this again

    async def on_partitions_revoked(self) -> None:
        """Give up the owned partitions once their running transactions have ended. Faust awaits this before it rejoins the group."""
        self.ready = False
        await self.publisher.stop()

    async def run(self, stage: StageName, events: Sequence[EventT[bytes]], work_factory: WorkFactory) -> None:
        """Run events of any partitions of one topic through a stage, in order within each partition, as the brake admits them."""
        while events:
            admitted = await self.brake.admitted(events[0].message.topic, len(events))
            await self._run_admitted(stage, events[:admitted], work_factory)
            events = events[admitted:]

    async def _run_admitted(self, stage: StageName, events: Sequence[EventT[bytes]], work_factory: WorkFactory) -> None:
        parts = by_partition(events)
        try:
            await self._run(stage, parts, work_factory)
        except Exception as error:
            # Faust would restart the agent with the next events, and their commit would skip these.
            await self._end([self.publisher.owned[partition] for partition in parts.keys() & self.publisher.owned.keys()], error)
        finally:
            for partition, taken in parts.items():
                self.inflight.release(partition, [message_bytes(event.message) for event in taken], self.consumer)

    def count_skipped(self, skipped: Skipped) -> None:
        """Log and count records that a consumer of this worker cannot read."""
        log_skipped(skipped)
        self.metrics.records_skipped.labels(skipped.partition.topic, skipped.reason).inc(skipped.count)

    async def stop(self) -> None:
        """End the running transactions and close the connections."""
        await self.on_partitions_revoked()
        await self.indexes.stop()
        self.steps.stop()

    async def _run(self, stage: StageName, events: Mapping[TopicPartition, Sequence[EventT[bytes]]], work_factory: WorkFactory) -> None:
        owned = {partition: self.publisher.owned[partition] for partition in sorted(events) if partition in self.publisher.owned}
        async with AsyncExitStack() as locks:
            for each in owned.values():
                await locks.enter_async_context(each.lock)
            # The smallest first: many ordinary records do not wait for a large one.
            by_bytes = sorted(owned, key=lambda partition: sum(message_bytes(event.message) for event in events[partition]))
            current_generation = (
                incoming_of(event)
                for partition in by_bytes
                for event in events[partition]
                if event.message.generation_id == owned[partition].member.generation
            )
            for batch in by_size(current_generation):
                parts = {
                    partition: [incoming for incoming in part if _is_uncommitted(incoming, owned[partition])]
                    for partition, part in groupby(batch, partition_of)
                }
                # A partition that was reassigned while this waited for its lock, or that failed, is delivered again by a rebalance.
                ready_parts = {partition: part for partition, part in parts.items() if part and self._is_ready(partition, owned[partition])}
                await self._run_parts(stage, ready_parts, owned, work_factory)

    def _is_ready(self, partition: TopicPartition, owned: OwnedPartition) -> bool:
        return self.publisher.owned.get(partition) is owned and not owned.failed

    async def _run_parts(self, stage: StageName, parts: ByPartition, owned: OwnedPartitions, work_factory: WorkFactory) -> None:
        """Run the parts of a batch in one transaction; those that may have crashed a worker each in a transaction of its own."""
        suspected = {partition: part for partition, part in parts.items() if self.crash_markers.is_suspected(partition, first_offset(part))}
        for partition, part in suspected.items():
            tried = partial(self._run_after_trial, stage=stage, work=work_factory())
            await self._run_batch(stage, {partition: part}, owned, tried)
        others = {partition: part for partition, part in parts.items() if partition not in suspected}
        if others:
            await self._run_batch(stage, others, owned, work_factory())

    async def _run_batch(self, stage: StageName, parts: ByPartition, owned: OwnedPartitions, work: Work) -> None:
        batch = [incoming for part in parts.values() for incoming in part]
        marked = [
            PartitionBatch(partition, owned[partition], first_offset(part), quarantine.note(next_offset(part)))
            for partition, part in parts.items()
            if self.crash_markers.is_marked(partition, first_offset(part))
        ]
        if marked and await self.publisher.publish(marked, _nothing) is None:
            return
        taken = [
            PartitionBatch(partition, owned[partition], next_offset(part), newest_s=max(each.timestamp or 0 for each in part))
            for partition, part in parts.items()
        ]
        with self.metrics.stage_seconds.labels(stage).time(), self._span(stage, list(parts), batch):
            output = await self.publisher.publish(taken, partial(self.steps.run, work, batch))
        if output is None:
            return
        for partition, part in parts.items():
            self.progress[partition] = time.monotonic()
            self.timestamps[partition] = part[-1].timestamp or 0
        self.metrics.stage_bytes.labels(stage).observe(sum(len(incoming.value) for incoming in batch))
        self.metrics.count(output.counts)
        self.brake.count(batch[0].topic, output.counts)
        for death in output.deaths:
            log.warning(
                "dead letter stage=%s topic=%s partition=%s offset=%s key=%s reason=%s: %s",
                *(death.stage, death.incoming.topic, death.incoming.partition, death.incoming.offset, death.incoming.key, death.reason),
                death.detail[:80],
                exc_info=death.error,
            )

    def _on_trial(self) -> None:
        """Count a running trial as progress of all partitions, as all wait for its thread."""
        self.steps.progress()
        progress, now = self.progress, time.monotonic()  # another assignment may replace it meanwhile
        progress.update(dict.fromkeys(list(progress), now))

    async def _end(self, owned: Iterable[OwnedPartition], error: BaseException) -> None:
        """Process nothing more of these partitions, and end the process."""
        for each in owned:
            each.failed = True
        await self._crash(error)

    async def _crash(self, error: BaseException) -> None:
        """End the process; the next owner of its partitions redoes what is not committed."""
        exit_within(CRASH_LIMIT_S, error)
        await self.app.crash(error)


async def _nothing() -> Output:
    return Output()


def _is_uncommitted(incoming: Incoming, owned: OwnedPartition) -> bool:
    return incoming.offset is not None and incoming.offset >= owned.next_offset
