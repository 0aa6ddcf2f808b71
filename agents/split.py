"""The split agents: dumps, live and back-filled, through `streams.pipeline.split`."""

from functools import partial

from faust.streams import Stream

from agents.worker.intake import batches
from agents.worker.runner import Shell, Work
from streams import pipeline


def declare(shell: Shell) -> None:
    """Have the shell's app cut dumps into articles."""

    def stage() -> Work:
        return partial(pipeline.split, config=shell.config)

    @shell.agent("dumps")
    async def split(stream: Stream[bytes]) -> None:
        async for events in batches(stream):
            await shell.run("split", events, stage)

    @shell.agent("dumps.backfill")
    async def split_backfill(stream: Stream[bytes]) -> None:
        async for events in batches(stream):
            await shell.backfill.admitted()
            await shell.run("split", events, stage)
