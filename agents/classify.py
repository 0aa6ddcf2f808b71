"""The classify agent: judged articles through `streams.pipeline.classify`, to the public topics."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from faust.streams import Stream

from agents.classes import read_extra_files
from agents.kafka.topics import prepare_topics
from agents.worker.class_watch import LOOK_S, ClassWatch
from agents.worker.intake import batches
from agents.worker.runner import Shell, Work
from streams import pipeline
from streams.counts import StageName
from streams.topics import TopicName


def declare(shell: Shell) -> None:
    """Have the shell's app label and route articles, with the classes as their files now are."""
    settings = shell.settings
    folder, extra = Path(settings.classes), read_extra_files(settings)
    watch = ClassWatch(folder, shell.config.classes, partial(prepare_topics, settings), shell.metrics, extra)

    def stage() -> Work:
        return partial(pipeline.classify, config=replace(shell.config, classes=watch.classes))

    @shell.agent(TopicName.JUDGED)
    async def classify(stream: Stream[bytes]) -> None:
        async for events in batches(stream):
            await shell.run(StageName.CLASSIFY, events, stage)

    if settings.classes:
        shell.app.timer(LOOK_S)(watch.look)
