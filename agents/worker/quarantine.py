"""Find the batches that crashed their worker, and isolate the records that are to blame.

A batch that may have crashed an earlier owner is marked before it starts: its input offset is committed again, with a note in the offset's
metadata. The commit of the batch removes the note. A new owner that finds a note knows that the batch at this offset was started and
never ended: it tries each of its records in a sandbox process first (`agents/worker/sandbox.py`).
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import Protocol

from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata

from agents.pipeline_config import copy_config
from agents.settings import Settings
from agents.worker.sandbox import CPU_S, Sandbox, Work
from streams.counts import StageName
from streams.output import Output, merged
from streams.pipeline import PipelineConfig
from streams.quarantine import crashed, judge_alone, one_by_one
from streams.records import Incoming

log = logging.getLogger(__name__)


class Survives(Protocol):
    """`Sandbox.survives`: whether a process survives its work on messages, or taking the first one apart into its articles."""

    def __call__(self, batch: Sequence[Incoming], /, *, take_apart: bool = False) -> bool: ...  # noqa: D102


NOTE = "begun to "
# A later version may write more behind the offset.
_NOTE = re.compile(rf"{NOTE}([0-9]{{1,19}})(?: .*)?", re.DOTALL)
# An earlier owner may have crashed within so many offsets of the committed one: a batch, with transaction markers between its messages.
MARKED_OFFSETS = 1000
# What a sandbox survives takes at most this part of NEWS_STALL_TIMEOUT, so that the worker survives it too.
TRIALS_PER_STALL = 4


class CrashMarkers:
    """The offsets of each owned partition whose batches are marked before they start, and those that ran when a worker crashed."""

    def __init__(self) -> None:
        """Start with no marks."""
        self._marked_below: dict[TopicPartition, int] = {}
        self._suspected_below: dict[TopicPartition, int] = {}

    def load(self, committed: Mapping[TopicPartition, OffsetAndMetadata], ends: Mapping[TopicPartition, int]) -> None:
        """Load the marks of earlier owners from committed offsets. Only offsets below `ends` can have been processed by one."""
        self._marked_below, self._suspected_below = {}, {}
        for partition, found in committed.items():
            begin, note = max(found.offset, 0), found.metadata
            self._marked_below[partition] = min(ends[partition], begin + MARKED_OFFSETS)
            if match := _NOTE.fullmatch(note):
                self._suspected_below[partition] = int(match[1])
                position = (*partition, begin)
                log.warning("may have crashed a worker, running it in a sandbox first topic=%s partition=%s offset=%s", *position)
            elif note:
                log.warning("unknown crash note ignored topic=%s partition=%s offset=%s note=%r", *partition, begin, note[:80])

    def is_marked(self, partition: TopicPartition, offset: int) -> bool:
        """Return whether to mark the batch that begins at this offset before it starts."""
        return offset < self._marked_below.get(partition, -1)

    def is_suspected(self, partition: TopicPartition, offset: int) -> bool:
        """Return whether the batch that begins at this offset may have crashed an earlier owner."""
        return offset < self._suspected_below.get(partition, -1)


def note(next_offset: int) -> str:
    """Return the note for a batch that ends before this offset."""
    return f"{NOTE}{next_offset}"


def run_after_trial(
    batch: Sequence[Incoming], *, stage: StageName, work: Work, config: PipelineConfig, settings: Settings, on_progress: Callable[[], None]
) -> Output:
    """Return the output of a stage for a batch that may have crashed a worker; each record runs here only once a sandbox survived it."""
    trial = partial(judge_alone, config=config, copy_config=copy_config(settings)) if stage is StageName.DEDUPLICATE else work
    cpu_s = max(1, min(CPU_S, settings.stall_timeout // TRIALS_PER_STALL))
    with closing(Sandbox(stage, trial, cpu_s=cpu_s, on_progress=on_progress)) as sandbox:
        return isolate_crashing_records(stage, batch, work, prefix=settings.prefix, survives=sandbox.survives)


def isolate_crashing_records(stage: StageName, batch: Sequence[Incoming], work: Work, *, prefix: str, survives: Survives) -> Output:
    """Return the output of a stage for a batch that crashed a worker; a record that crashes its process becomes a dead letter.

    Args:
        stage: its name.
        batch: the messages. They run in order, one by one, each here only once a sandbox survived it.
        work: the function of the stage.
        prefix: of the topics.
        survives: tries the stage in a sandbox. Only crashes there condemn a record, two that held nothing else: the worker may have been
            killed from outside.
    """
    return merged(output for incoming in batch for output in _isolated(stage, incoming, work, prefix, survives))


def _isolated(stage: StageName, incoming: Incoming, work: Work, prefix: str, survives: Survives) -> Iterator[Output]:
    if survives([incoming]):
        yield work([incoming])
        return
    articles = _articles_of(stage, incoming, survives)
    log.warning("a sandbox crashed stage=%s topic=%s partition=%s offset=%s articles=%s", stage, *_position(incoming), len(articles))
    for article in articles:
        # A message of one record crashed once already.
        is_safe = survives([article]) or (len(articles) > 1 and survives([article]))
        yield work([article]) if is_safe else crashed(stage, article, prefix)


def _articles_of(stage: StageName, incoming: Incoming, survives: Survives) -> list[Incoming]:
    """Return the articles of a message as messages of their own, or the message itself where decoding it crashes."""
    is_safe = stage is StageName.SPLIT or survives([incoming], take_apart=True)
    return one_by_one(stage, incoming) if is_safe else [incoming]


def _position(incoming: Incoming) -> tuple[str, int | None, int | None]:
    return incoming.topic, incoming.partition, incoming.offset
