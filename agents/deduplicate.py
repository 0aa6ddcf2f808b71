"""The deduplicate agent: articles through `streams.pipeline.deduplicate`, each partition with its own copy index."""

from functools import partial

from faust.streams import Stream

from agents.intake import batches
from agents.shell import Shell, Work
from streams import pipeline


def declare(shell: Shell) -> None:
    """Have the shell's app judge articles."""

    def stage(partition: int) -> Work:
        return partial(pipeline.deduplicate, config=shell.config, index=shell.indexes.by_partition[partition])

    @shell.agent("articles")
    async def deduplicate(stream: Stream[bytes]) -> None:
        async for events in batches(stream):
            await shell.run("deduplicate", events, stage)
