"""The split agents: dumps, live and back-filled, through `streams.pipeline.split`; articles of large dumps through `release`."""

import asyncio
import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import starmap

from aiokafka import TopicPartition
from faust.streams import Stream
from faust.types import EventT

from agents.worker.intake import batches, by_partition
from agents.worker.runner import StageRunner
from agents.worker.sandbox import Work
from streams import pipeline
from streams.counts import StageName
from streams.topics import TopicName


def declare(runner: StageRunner) -> None:
    """Add the agents of the split stage to the app of `runner`."""

    def work_factory() -> Work:
        return partial(pipeline.split, config=runner.config)

    def release_factory() -> Work:
        return partial(pipeline.release, config=runner.config)

    @runner.agent(TopicName.DUMPS)
    async def split(stream: Stream[bytes]) -> None:
        async for events in batches(stream):
            await runner.run(StageName.SPLIT, events, work_factory)

    @runner.agent(TopicName.BACKFILL)
    async def split_backfill(stream: Stream[bytes]) -> None:
        async for events in batches(stream):
            await runner.backfill.admitted()
            await runner.run(StageName.SPLIT, events, work_factory)

    @runner.agent(TopicName.LARGE)
    async def split_large(stream: Stream[bytes]) -> None:
        async for events in batches(stream, math.inf):  # each partition takes turns of its own, and waits for no other
            await asyncio.gather(*starmap(partial(_pass_on_in_turns, runner, release_factory), by_partition(events).items()))


async def _pass_on_in_turns(
    runner: StageRunner, work_factory: Callable[[], Work], partition: TopicPartition, events: Sequence[EventT[bytes]]
) -> None:
    """Pass the batches of one partition on, each once the later stages have processed the one before."""
    for event in events:
        if runner.publisher.is_current(partition, event.message.generation_id):
            await runner.large_dumps.admitted(partition.partition % runner.settings.partitions)
        await runner.run(StageName.SPLIT, [event], work_factory)
