"""The split agents: dumps, live and back-filled, through `streams.pipeline.split`; articles of large dumps through `release`."""

from functools import partial

from faust.streams import Stream

from agents.worker.intake import batches
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
        async for events in batches(stream):
            for event in events:
                await runner.large_dumps.admitted(event.message.partition)
                await runner.run(StageName.SPLIT, [event], release_factory)
