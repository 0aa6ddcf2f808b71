"""The split agents: dumps, live and back-filled, through `streams.pipeline.split`."""

from functools import partial

from faust.streams import Stream

from agents.worker.intake import batches
from agents.worker.runner import Shell, Work
from streams import pipeline
from streams.counts import StageName
from streams.topics import TopicName


def declare(shell: Shell) -> None:
    """Have the shell's app cut dumps into articles."""

    def stage() -> Work:
        return partial(pipeline.split, config=shell.config)

    @shell.agent(TopicName.DUMPS)
    async def split(stream: Stream[bytes]) -> None:
        async for events in batches(stream):
            await shell.run(StageName.SPLIT, events, stage)

    @shell.agent(TopicName.BACKFILL)
    async def split_backfill(stream: Stream[bytes]) -> None:
        async for events in batches(stream):
            await shell.backfill.admitted()
            await shell.run(StageName.SPLIT, events, stage)
