"""Batches that their worker did not survive: which they are, as Kafka remembers it, and which of their records is to blame.

A batch that a predecessor may have died of is marked before it begins: its input's offset is committed again, with a note beside it. A
batch that ends takes the note away, as it commits another offset. So whoever takes a partition over and finds the note there has a batch
before it that was begun and never ended. It is tried in a process of its own (`agents/worker/sandbox.py`), and halved where that dies.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata

from agents.worker.sandbox import survives
from streams.counts import StageName
from streams.pipeline import Output, merged
from streams.quarantine import crashed, one_by_one
from streams.records import Incoming

log = logging.getLogger(__name__)

Work = Callable[[Sequence[Incoming]], Output]
Trial = Callable[[Callable[[], Output | None]], bool]

NOTE = "begun to "
# A later version may write more behind the offset.
_NOTE = re.compile(rf"{NOTE}([0-9]{{1,19}})(?: .*)?", re.DOTALL)
# Offsets behind the committed one in which a predecessor may have died: those of a batch, with the markers between its messages.
MARKED_OFFSETS = 1000


class Suspicion:
    """Which offsets of each owned partition are marked before they are worked on, and which are tried."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._marked_below: dict[TopicPartition, int] = {}
        self._tried_below: dict[TopicPartition, int] = {}

    def take_over(self, committed: Mapping[TopicPartition, OffsetAndMetadata], ends: Mapping[TopicPartition, int]) -> None:
        """Take what predecessors left: `ends` are those of the partitions, and no predecessor can have died of what came later."""
        self._marked_below, self._tried_below = {}, {}
        for partition, found in committed.items():
            begin, note = max(found.offset, 0), found.metadata
            self._marked_below[partition] = min(ends[partition], begin + MARKED_OFFSETS)
            if match := _NOTE.fullmatch(note):
                self._tried_below[partition] = int(match[1])
                log.warning("begun and never ended topic=%s partition=%s offset=%s: tried apart", *partition, begin)
            elif note:
                log.warning("unknown crash note ignored topic=%s partition=%s offset=%s note=%r", *partition, begin, note[:80])

    def is_marked(self, partition: TopicPartition, offset: int) -> bool:
        """Return whether the batch that begins here is to be marked first."""
        return offset < self._marked_below.get(partition, -1)

    def is_tried(self, partition: TopicPartition, offset: int) -> bool:
        """Return whether a predecessor may have died of the batch that begins here, and its successor too."""
        return offset < self._tried_below.get(partition, -1)


def note(next_offset: int) -> str:
    """Return what is noted of a batch that reaches to this offset."""
    return f"{NOTE}{next_offset}"


def without_killers(
    stage: StageName, batch: Sequence[Incoming], work: Work, *, prefix: str, moved: Callable[[], None], trial: Trial = survives
) -> Output:
    """Return what a stage makes of a batch whose worker died: a record that kills its process ends as a dead letter, the rest goes on.

    Args:
        stage: its name.
        batch: the messages.
        work: the stage; parts are taken through it in order, each only once it has been survived elsewhere.
        prefix: of the topics.
        moved: is called after each trial, as the partition makes progress by it.
        trial: whether a process lives through work; only that counts, so that a worker killed by others condemns nobody.
    """

    def outlived(attempt: Callable[[], Output | None]) -> bool:
        result = trial(attempt)
        moved()
        return result

    def parts(some: Sequence[Incoming]) -> Iterator[Output]:
        if outlived(lambda: work(some)):
            yield work(some)
            return
        log.warning("a process died of stage=%s topic=%s partition=%s offset=%s messages=%s", stage, *_place(some[0]), len(some))
        units = some if len(some) > 1 else _apart(stage, some[0], outlived)
        if len(units) > 1:
            middle = len(units) // 2
            yield from parts(units[:middle])
            yield from parts(units[middle:])
        else:
            yield work(units) if outlived(lambda: work(units)) else crashed(stage, units[0], prefix)

    return merged(parts(batch))


def _apart(stage: StageName, incoming: Incoming, outlived: Trial) -> list[Incoming]:
    """Return the articles of a message as messages of their own, or the message where taking it apart is what kills."""
    is_safe = stage is StageName.SPLIT or outlived(lambda: _nothing(one_by_one(stage, incoming)))
    return one_by_one(stage, incoming) if is_safe else [incoming]


def _nothing(_: object) -> None:
    return None


def _place(incoming: Incoming) -> tuple[str, int | None, int | None]:
    return incoming.topic, incoming.partition, incoming.offset
