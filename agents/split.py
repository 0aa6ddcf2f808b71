"""The split agents: dumps, live and back-filled, through `streams.pipeline.split`."""

from collections.abc import Sequence

from faust.streams import Stream

from agents.shell import MAX_EVENTS, WITHIN_S, Shell
from streams import pipeline
from streams.records import Incoming


def declare(shell: Shell) -> None:
    """Have the shell's app cut dumps into articles."""

    def stage(_: int, batch: Sequence[Incoming]) -> pipeline.Output:
        return pipeline.split(batch, shell.config)

    @shell.agent("dumps")
    async def split(stream: Stream[bytes]) -> None:
        async for events in stream.take_events(MAX_EVENTS, within=WITHIN_S):
            await shell.run("split", events, stage)

    @shell.agent("dumps.backfill")
    async def split_backfill(stream: Stream[bytes]) -> None:
        async for events in stream.take_events(MAX_EVENTS, within=WITHIN_S):
            await shell.backfill.admitted()
            await shell.run("split", events, stage)
