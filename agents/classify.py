"""The classify agent: judged articles through `streams.pipeline.classify`, to the public topics."""

from functools import partial

from faust.streams import Stream

from agents.shell import MAX_EVENTS, WITHIN_S, Shell, Work
from streams import pipeline


def declare(shell: Shell) -> None:
    """Have the shell's app label and route articles."""

    def stage(_: int) -> Work:
        return partial(pipeline.classify, config=shell.config)

    @shell.agent("judged")
    async def classify(stream: Stream[bytes]) -> None:
        async for events in stream.take_events(MAX_EVENTS, within=WITHIN_S):
            await shell.run("classify", events, stage)
