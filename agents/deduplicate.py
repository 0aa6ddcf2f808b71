"""The deduplicate agent: articles through `streams.pipeline.deduplicate`, each partition with its own copy index."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from faust.streams import Stream

from agents.worker.intake import batches
from agents.worker.runner import StageRunner
from agents.worker.sandbox import Work
from streams import pipeline
from streams.counts import StageName
from streams.output import Output, merged
from streams.records import Incoming
from streams.topics import TopicName


def declare(runner: StageRunner) -> None:
    """Add the agent of the deduplicate stage to the app of `runner`."""

    def work_factory() -> Work:
        indexes = runner.indexes.by_partition

        def work(batch: Sequence[Incoming]) -> Output:
            parts = groupby(batch, key=attrgetter("partition"))
            return merged(pipeline.deduplicate(list(part), runner.config, indexes[partition]) for partition, part in parts)

        return work

    @runner.agent(TopicName.ARTICLES)
    async def deduplicate(stream: Stream[bytes]) -> None:
        async for events in batches(stream):
            await runner.run(StageName.DEDUPLICATE, events, work_factory)
