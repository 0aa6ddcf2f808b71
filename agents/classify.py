"""The classify agent: judged articles through `streams.pipeline.classify`, to the public topics."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from faust.streams import Stream

from agents.classes import read_extra_files
from agents.kafka.topics import prepare_topics
from agents.worker.class_watch import POLL_S, ClassWatch
from agents.worker.intake import batches
from agents.worker.runner import StageRunner
from agents.worker.sandbox import Work
from streams import pipeline
from streams.counts import StageName
from streams.topics import TopicName


def declare(runner: StageRunner) -> None:
    """Add the agent of the classify stage to the app of `runner`; changed class files are reloaded."""
    settings = runner.settings
    folder, extra = Path(settings.classes), read_extra_files(settings)
    watch = ClassWatch(folder, runner.config.classes, partial(prepare_topics, settings), runner.metrics, extra)

    def work_factory() -> Work:
        return partial(pipeline.classify, config=replace(runner.config, classes=watch.classes))

    @runner.agent(TopicName.JUDGED)
    async def classify(stream: Stream[bytes]) -> None:
        async for events in batches(stream):
            await runner.run(StageName.CLASSIFY, events, work_factory)

    if settings.classes:
        runner.app.timer(POLL_S)(watch.poll)
