"""What the agents share: a batch through one stage, in one transaction; fencing and restoring at each rebalance."""

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from functools import partial
from itertools import groupby
from typing import cast

import faust
from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError
from aiokafka.structs import OffsetAndMetadata
from faust.streams import Stream
from faust.types import TP, EventT

from agents.kafka.compat.transactions import Member
from agents.kafka.connect import admin, client_options
from agents.kafka.consumer import BoundedConsumer, Inflight
from agents.kafka.group_offsets import are_stable, stable_offsets
from agents.kafka.hanging_transactions import open_transactions
from agents.kafka.topics import partitions_of
from agents.pipeline_config import copy_config, pipeline_config
from agents.settings import Settings
from agents.worker import quarantine
from agents.worker.backfill import BackfillGate
from agents.worker.brake import Brake
from agents.worker.copy_indexes import Indexes
from agents.worker.exit import end_within
from agents.worker.intake import by_size
from agents.worker.metrics import Metrics
from agents.worker.publish import Owned, Part, Publisher
from agents.worker.quarantine import Suspicion
from agents.worker.tracing import batch_spans
from streams.classify.class_set import ClassSet
from streams.counts import StageName
from streams.pipeline import Output
from streams.records import Incoming
from streams.topics import TopicName

log = logging.getLogger(__name__)

# Faust's consumer can take for ever over a broker that is away; a worker that holds nothing and does not end helps nobody.
CRASH_LIMIT_S = 10
# Kafka looks so often for transactions that are over their time.
TIMED_OUT_S = 10
# In that time a transaction of a worker that is at work already ends, and what another one fences.
TRANSACTION_S = 0.5

Agent = Callable[[Stream[bytes]], Awaitable[None]]
Work = Callable[[Sequence[Incoming]], Output]
# What takes a batch: bound to the classes or the state as they now are, since a new file or a rebalance replaces them.
Stage = Callable[[], Work]
# What a batch has of each partition.
Parts = Mapping[TopicPartition, Sequence[Incoming]]


class Shell:
    """One worker's connections, state and counts; `run` is the body of every agent."""

    def __init__(self, app: faust.App, settings: Settings, classes: ClassSet, inflight: Inflight) -> None:
        """Prepare for `app`; nothing is connected before its first rebalance."""
        options = self._options = client_options(settings)
        self.app = app
        self.settings = settings
        self.config = pipeline_config(settings, classes)
        self.metrics = Metrics()
        self._span = batch_spans(os.environ, settings.prefix)
        self.inflight = inflight
        self.publisher = Publisher(
            app.conf.id,
            options,
            transaction_timeout_s=settings.transaction_timeout,
            fenced_limit_s=3 * settings.session_timeout,
            stuck_limit_s=2 * settings.stall_timeout,  # Kafka may be away for a while
            on_failure=self._give_up,
        )
        self._open_limit_s = 2 * settings.transaction_timeout + TIMED_OUT_S
        self.indexes = Indexes(settings.topic(TopicName.INDEX), options, copy_config(settings))
        self.backfill = BackfillGate(settings)
        self.suspicion = Suspicion()
        self.brake = Brake(settings)
        self.progress: dict[TopicPartition, float] = {}
        self.timestamps: dict[TopicPartition, float] = {}
        self.ready = False
        self.taking_over_since: float | None = None
        # One thread, beside the loop: a page that takes seconds must not hold up the transactions of other partitions.
        self._steps = ThreadPoolExecutor(max_workers=1, thread_name_prefix="steps")

    def agent(self, name: TopicName) -> Callable[[Agent], object]:
        """Return the decorator of the agent of the topic `name`. Faust acknowledges nothing of it (`acks=False`)."""
        topic = self.app.topic(self.settings.topic(name), key_type=bytes, value_type=bytes, acks=False)
        return cast(Callable[[Agent], object], self.app.agent(topic, name=name))

    @property
    def consumer(self) -> BoundedConsumer:
        """The app's consumer."""
        return cast(BoundedConsumer, self.app.consumer)

    async def take_over(self) -> None:
        """Own what was assigned. Faust awaits this before it reads the committed offsets: fence, let them settle, and read the index."""
        self.ready = False
        self.taking_over_since = time.monotonic()
        try:
            await self._take_over()
        except Exception as error:
            # Faust would take some of aiokafka's errors for another rebalance, and wait for it for ever.
            await self._give_up(error)
            raise
        self.taking_over_since = None
        self.ready = True

    async def _take_over(self) -> None:
        assigned = [TopicPartition(tp.topic, tp.partition) for tp in sorted(self.app.consumer.assignment())]
        member = Member(self.consumer.member_id, self.app.consumer_generation_id)
        self.inflight.reset(self.consumer)
        await self.publisher.fence(assigned, member, lambda: self.app.consumer_generation_id == member.generation)
        committed = await self._settled(assigned)
        articles = {partition.partition for partition in assigned if partition.topic == self.settings.topic(TopicName.ARTICLES)}
        await self.indexes.restore(articles, limit_s=self._open_limit_s)
        await self._rewind()
        self.suspicion.take_over(committed, await self._ends(assigned))
        self.progress = dict.fromkeys(assigned, time.monotonic())
        self.timestamps.clear()
        log.info("assigned partitions=%s", _names(assigned))

    async def _settled(self, assigned: Sequence[TopicPartition]) -> Mapping[TopicPartition, OffsetAndMetadata]:
        """Return what is committed of these partitions, once nothing of a predecessor is open."""
        group = self.app.conf.id
        async with admin(self.settings) as client:
            topics = await partitions_of(client, self.settings)
            inputs = {self.settings.topic(TopicName.DUMPS), self.settings.topic(TopicName.BACKFILL)}
            written = [TopicPartition(topic, number) for topic, count in topics.items() if topic not in inputs for number in range(count)]
            found = await open_transactions(self._options, written)
            if found or not await are_stable(client, group, assigned):
                await asyncio.sleep(TRANSACTION_S)
                again = await open_transactions(self._options, found)
                stuck = {place for place, at in found.items() if again.get(place) == at}
                if stuck or not await are_stable(client, group, assigned):
                    log.warning("open since before: aborted where ours partitions=%s", _names(sorted(stuck)))
                    await self.publisher.abort_hanging(stuck)
            return await stable_offsets(client, group, assigned, limit_s=self._open_limit_s)

    async def _ends(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        ends = await self.consumer.highwaters(*(TP(*partition) for partition in partitions))
        return {TopicPartition(*partition): end for partition, end in ends.items()}

    async def _rewind(self) -> None:
        """Go to what is committed, or to the first message: nobody took what came while partitions were taken over."""
        try:
            await self.consumer.seek_to_committed()
        except IllegalStateError:
            log.info("assigned anew while taking over")  # what was assigned is ours no more, and this is called again

    async def let_go(self) -> None:
        """Give up what is owned, with the running transactions at their end. Faust awaits this before it joins the group again."""
        self.ready = False
        await self.publisher.stop()

    async def run(self, name: StageName, events: Sequence[EventT[bytes]], stage: Stage) -> None:
        """Take events of any partitions of one topic through a stage, each partition's in order."""
        await self.brake.released()
        came: dict[TopicPartition, list[EventT[bytes]]] = {}
        for event in events:
            came.setdefault(TopicPartition(event.message.topic, event.message.partition), []).append(event)
        try:
            await self._run(name, came, stage)
        except Exception as error:
            # Faust would start the agent again with the next events, and these partitions commit past what was not done.
            for partition in came.keys() & self.publisher.owned.keys():
                self.publisher.owned[partition].failed = True
            await self._give_up(error)
        finally:
            for partition, taken in came.items():
                self.inflight.release(partition, [len(event.message.value or b"") for event in taken], self.consumer)

    async def stop(self) -> None:
        """End the running transactions and close the connections."""
        await self.let_go()
        await self.indexes.stop()
        self._steps.shutdown(wait=False, cancel_futures=True)

    async def _run(self, name: StageName, came: Mapping[TopicPartition, Sequence[EventT[bytes]]], stage: Stage) -> None:
        owned = {partition: self.publisher.owned[partition] for partition in sorted(came) if partition in self.publisher.owned}
        async with AsyncExitStack() as held:
            for each in owned.values():
                await held.enter_async_context(each.lock)
            fresh = (
                _incoming(event)
                for partition in owned
                for event in came[partition]
                if event.message.generation_id == owned[partition].generation
            )
            for batch in by_size(fresh):
                parts = {
                    place: [incoming for incoming in found if _is_new(incoming, owned[place])] for place, found in groupby(batch, _place_of)
                }
                # One that was replaced while we waited for its lock, or failed before, is delivered again by a rebalance.
                going = {place: found for place, found in parts.items() if found and self._goes_on(place, owned[place])}
                await self._run_parts(name, going, owned, stage)

    def _goes_on(self, partition: TopicPartition, owned: Owned) -> bool:
        return self.publisher.owned.get(partition) is owned and not owned.failed

    async def _run_parts(self, name: StageName, parts: Parts, owned: Mapping[TopicPartition, Owned], stage: Stage) -> None:
        """Take the parts of a batch through a stage in one transaction, but those that are suspected of killing workers each in its own."""
        tried = {place: part for place, part in parts.items() if self.suspicion.is_tried(place, _begin(part))}
        for place, part in tried.items():
            await self._run_batch(name, {place: part}, owned, partial(self._try, name, place, stage()))
        others = {place: part for place, part in parts.items() if place not in tried}
        if others:
            await self._run_batch(name, others, owned, stage())

    async def _run_batch(self, name: StageName, parts: Parts, owned: Mapping[TopicPartition, Owned], work: Work) -> None:
        batch = [incoming for part in parts.values() for incoming in part]
        marked = [
            Part(place, owned[place], _begin(part), quarantine.note(_end(part)))
            for place, part in parts.items()
            if self.suspicion.is_marked(place, _begin(part))
        ]
        if marked and await self.publisher.publish(marked, _nothing) is None:
            return
        taken = [Part(place, owned[place], _end(part)) for place, part in parts.items()]
        with self.metrics.stage_seconds.labels(name).time(), self._span(name, list(parts), batch):
            output = await self.publisher.publish(taken, partial(self._work, work, batch))
        if output is None:
            return
        for place, part in parts.items():
            self.progress[place] = time.monotonic()
            self.timestamps[place] = part[-1].timestamp or 0
        self.metrics.stage_bytes.labels(name).observe(sum(len(incoming.value) for incoming in batch))
        self.metrics.count(output.counts)
        self.brake.count(name, output.counts)
        for death in output.deaths:
            log.warning(
                "dead letter stage=%s topic=%s partition=%s offset=%s key=%s reason=%s: %s",
                *(death.stage, death.incoming.topic, death.incoming.partition, death.incoming.offset, death.incoming.key, death.reason),
                death.detail[:80],
                exc_info=death.error,
            )

    async def _work(self, work: Work, batch: Sequence[Incoming]) -> Output:
        return await asyncio.get_running_loop().run_in_executor(self._steps, work, batch)

    def _try(self, name: StageName, partition: TopicPartition, work: Work, batch: Sequence[Incoming]) -> Output:
        def moved() -> None:
            self.progress[partition] = time.monotonic()

        return quarantine.without_killers(name, batch, work, prefix=self.settings.prefix, moved=moved)

    async def _give_up(self, error: BaseException) -> None:
        """End the process: what was not committed is done again by whoever starts next."""
        end_within(CRASH_LIMIT_S)
        await self.app.crash(error)


async def _nothing() -> Output:
    return Output()


def _incoming(event: EventT[bytes]) -> Incoming:
    message = event.message
    return Incoming(
        topic=message.topic,
        key=message.key,
        value=message.value or b"",
        headers=tuple(cast(Iterable[tuple[str, bytes]], message.headers or ())),
        timestamp=int(message.timestamp),
        partition=message.partition,
        offset=message.offset,
    )


def _names(partitions: Iterable[TopicPartition]) -> str:
    return ",".join(f"{partition.topic}-{partition.partition}" for partition in partitions) or "none"


def _place_of(incoming: Incoming) -> TopicPartition:
    return TopicPartition(incoming.topic, incoming.partition or 0)


def _begin(part: Sequence[Incoming]) -> int:
    return part[0].offset or 0


def _end(part: Sequence[Incoming]) -> int:
    return (part[-1].offset or 0) + 1


def _is_new(incoming: Incoming, owned: Owned) -> bool:
    return incoming.offset is not None and incoming.offset >= owned.next_offset
