"""What the agents share: a batch of one partition through one stage, in one transaction; fencing and restoring at each rebalance."""

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import cast

import faust
from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError
from faust.streams import Stream
from faust.types import EventT

from agents import crash
from agents.backfill import BackfillGate
from agents.brake import Brake
from agents.connect import client_options
from agents.consumer import BoundedConsumer, Inflight
from agents.crash import Suspicion
from agents.intake import by_size
from agents.metrics import Metrics
from agents.pipeline_config import copy_config, pipeline_config
from agents.publish import Owned, Publisher
from agents.settings import Settings
from agents.state import Indexes
from agents.stop import end_within
from agents.tracing import batch_spans
from streams.classes import ClassSet
from streams.pipeline import Output
from streams.records import Incoming

log = logging.getLogger(__name__)

# Faust's consumer can take for ever over a broker that is away; a worker that holds nothing and does not end helps nobody.
CRASH_LIMIT_S = 10

Agent = Callable[[Stream[bytes]], Awaitable[None]]
Work = Callable[[Sequence[Incoming]], Output]
# Given a partition, what takes its batches: bound to that partition's state as it now is, since a rebalance replaces it.
Stage = Callable[[int], Work]


class Shell:
    """One worker's connections, state and counts; `run` is the body of every agent."""

    def __init__(self, app: faust.App, settings: Settings, classes: ClassSet, inflight: Inflight) -> None:
        """Prepare for `app`; nothing is connected before its first rebalance."""
        options = client_options(settings)
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
        self.indexes = Indexes(settings.topic("index"), options, copy_config(settings))
        self.backfill = BackfillGate(settings)
        self.suspicion = Suspicion(settings)
        self.brake = Brake(settings)
        self.progress: dict[TopicPartition, float] = {}
        self.timestamps: dict[TopicPartition, float] = {}
        self.ready = False
        self.taking_over_since: float | None = None
        # One thread, beside the loop: a page that takes seconds must not hold up the transactions of other partitions.
        self._steps = ThreadPoolExecutor(max_workers=1, thread_name_prefix="steps")

    def agent(self, name: str) -> Callable[[Agent], object]:
        """Return the decorator of the agent of the topic `name`. Faust acknowledges nothing of it (`acks=False`)."""
        topic = self.app.topic(self.settings.topic(name), key_type=bytes, value_type=bytes, acks=False)
        return cast(Callable[[Agent], object], self.app.agent(topic, name=name))

    @property
    def consumer(self) -> BoundedConsumer:
        """The app's consumer."""
        return cast(BoundedConsumer, self.app.consumer)

    async def take_over(self) -> None:
        """Own what was assigned. Faust awaits this before it reads the committed offsets: fence, then read the index, then the offsets."""
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
        generation = self.app.consumer_generation_id
        self.inflight.reset(self.consumer)
        await self.publisher.fence(assigned, generation, lambda: self.app.consumer_generation_id == generation)
        await self.indexes.restore({partition.partition for partition in assigned if partition.topic == self.settings.topic("articles")})
        await self._rewind()
        await self.suspicion.take_over(assigned, await self._ends(assigned))
        self.progress = dict.fromkeys(assigned, time.monotonic())
        self.timestamps.clear()
        log.info("assigned partitions=%s", ",".join(f"{partition.topic}-{partition.partition}" for partition in assigned) or "none")

    async def _ends(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        ends = await self.consumer.highwaters(*partitions)
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

    async def run(self, name: str, events: Sequence[EventT[bytes]], stage: Stage) -> None:
        """Take events of any partitions through a stage, each partition's in order and in transactions of its own."""
        await self.brake.released()
        by_partition: dict[TopicPartition, list[EventT[bytes]]] = {}
        for event in events:
            by_partition.setdefault(TopicPartition(event.message.topic, event.message.partition), []).append(event)
        try:
            await asyncio.gather(*(self._run_partition(name, partition, taken, stage) for partition, taken in by_partition.items()))
        except Exception as error:
            # Faust would start the agent again with the next events, and these partitions commit past what was not done.
            for partition in by_partition.keys() & self.publisher.owned.keys():
                self.publisher.owned[partition].failed = True
            await self._give_up(error)

    async def stop(self) -> None:
        """End the running transactions and close the connections."""
        await self.let_go()
        await self.indexes.stop()
        self._steps.shutdown(wait=False, cancel_futures=True)

    async def _run_partition(self, name: str, partition: TopicPartition, events: Sequence[EventT[bytes]], stage: Stage) -> None:
        owned = self.publisher.owned.get(partition)
        try:
            if owned is None:
                return
            async with owned.lock:
                for batch in by_size(_incoming(event) for event in events if event.message.generation_id == owned.generation):
                    # Replaced while we waited for the lock, or failed before: a rebalance delivers it again.
                    if self.publisher.owned.get(partition) is not owned or owned.failed:
                        return
                    await self._run_batch(name, partition, owned, [incoming for incoming in batch if _is_new(incoming, owned)], stage)
        finally:
            self.inflight.release(partition, [len(event.message.value or b"") for event in events], self.consumer)

    async def _run_batch(self, name: str, partition: TopicPartition, owned: Owned, batch: Sequence[Incoming], stage: Stage) -> None:
        if not batch or batch[-1].offset is None:
            return
        begin, end, work = batch[0].offset or 0, batch[-1].offset + 1, stage(partition.partition)
        if self.suspicion.is_tried(partition, begin):
            work = partial(self._try, name, partition, work)
        if self.suspicion.is_marked(partition, begin):
            await self.publisher.publish(partition, owned, begin, _nothing, note=crash.note(end))
            if owned.failed:
                return
        with self.metrics.stage_seconds.labels(name).time(), self._span(name, partition, batch):
            output = await self.publisher.publish(partition, owned, end, partial(self._work, work, batch))
        if output is None:
            return
        self.progress[partition] = time.monotonic()
        self.timestamps[partition] = batch[-1].timestamp or 0
        self.metrics.stage_bytes.labels(name).observe(sum(len(incoming.value) for incoming in batch))
        self.metrics.count(output)
        self.brake.count(name, output)
        for death in output.deaths:
            log.warning(
                "dead letter stage=%s topic=%s partition=%s offset=%s key=%s reason=%s: %s",
                *(death.stage, death.incoming.topic, death.incoming.partition, death.incoming.offset, death.incoming.key, death.reason),
                death.detail[:80],
                exc_info=death.error,
            )

    async def _work(self, work: Work, batch: Sequence[Incoming]) -> Output:
        return await asyncio.get_running_loop().run_in_executor(self._steps, work, batch)

    def _try(self, name: str, partition: TopicPartition, work: Work, batch: Sequence[Incoming]) -> Output:
        def moved() -> None:
            self.progress[partition] = time.monotonic()

        return crash.without_killers(name, batch, work, prefix=self.settings.prefix, moved=moved)

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


def _is_new(incoming: Incoming, owned: Owned) -> bool:
    return incoming.offset is not None and incoming.offset >= owned.next_offset
