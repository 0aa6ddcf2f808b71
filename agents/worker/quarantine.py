"""Find the batches that crashed their worker, and isolate the records that are to blame.

A batch that may have crashed an earlier owner is marked before it starts: its input offset is committed again, with a note in the offset's
metadata. The commit of the batch removes the note. A new owner that finds a note knows that the batch at this offset was started and
never ended: it runs the batch in a sandbox process first (`agents/worker/sandbox.py`), and halves it where that process crashes.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata

from agents.worker.sandbox import runs_without_crashing
from streams.counts import StageName
from streams.pipeline import Output, merged
from streams.quarantine import crashed, one_by_one
from streams.records import Incoming

log = logging.getLogger(__name__)

Work = Callable[[Sequence[Incoming]], Output]
RunsWithoutCrashing = Callable[[Callable[[], Output | None]], bool]

NOTE = "begun to "
# A later version may write more behind the offset.
_NOTE = re.compile(rf"{NOTE}([0-9]{{1,19}})(?: .*)?", re.DOTALL)
# An earlier owner may have crashed within so many offsets of the committed one: a batch, with transaction markers between its messages.
MARKED_OFFSETS = 1000


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


def isolate_crashing_records(
    stage: StageName,
    batch: Sequence[Incoming],
    work: Work,
    *,
    prefix: str,
    on_progress: Callable[[], None],
    is_safe: RunsWithoutCrashing = runs_without_crashing,
) -> Output:
    """Return the output of a stage for a batch that crashed a worker; a record that crashes its process becomes a dead letter.

    Args:
        stage: its name.
        batch: the messages.
        work: the function of the stage. Parts of the batch run in order, each here only once it has run in a sandbox.
        prefix: of the topics.
        on_progress: called after each run in a sandbox, as the partition makes progress by it.
        is_safe: runs work in a sandbox and returns whether it survived. Only a crash there condemns a record: the worker may have been
            killed from outside.
    """

    def check(work: Callable[[], Output | None]) -> bool:
        result = is_safe(work)
        on_progress()
        return result

    def run(part: Sequence[Incoming]) -> Iterator[Output]:
        if check(lambda: work(part)):
            yield work(part)
            return
        log.warning("a sandbox crashed stage=%s topic=%s partition=%s offset=%s messages=%s", stage, *_position(part[0]), len(part))
        units = part if len(part) > 1 else _articles_of(stage, part[0], check)
        if len(units) > 1:
            middle = len(units) // 2
            yield from run(units[:middle])
            yield from run(units[middle:])
        else:
            yield work(units) if check(lambda: work(units)) else crashed(stage, units[0], prefix)

    return merged(run(batch))


def _articles_of(stage: StageName, incoming: Incoming, check: RunsWithoutCrashing) -> list[Incoming]:
    """Return the articles of a message as messages of their own, or the message itself where decoding it crashes."""
    is_safe = stage is StageName.SPLIT or check(lambda: _nothing(one_by_one(stage, incoming)))
    return one_by_one(stage, incoming) if is_safe else [incoming]


def _nothing(_: object) -> None:
    return None


def _position(incoming: Incoming) -> tuple[str, int | None, int | None]:
    return incoming.topic, incoming.partition, incoming.offset
