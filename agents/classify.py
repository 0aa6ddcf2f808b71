"""The classify agent: judged articles through `streams.pipeline.classify`, to the public topics."""

from collections.abc import Sequence

from faust.streams import Stream

from agents.shell import MAX_EVENTS, WITHIN_S, Shell
from streams import pipeline
from streams.records import Incoming


def declare(shell: Shell) -> None:
    """Have the shell's app label and route articles."""

    def stage(_: int, batch: Sequence[Incoming]) -> pipeline.Output:
        return pipeline.classify(batch, shell.config)

    @shell.agent("judged")
    async def classify(stream: Stream[bytes]) -> None:
        async for events in stream.take_events(MAX_EVENTS, within=WITHIN_S):
            await shell.run("classify", events, stage)
