"""Rebuild the stories from the sections of `news.index`: the result of `Stories.add` and `remove` for each change, many at once.

Words and verdicts are written with the entries of the copy index; which story a member is of, the state of each story, postings and
frequencies are made at the end, for what is still remembered.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from streams.deduplicate.changes import ChangeColumns, joined
from streams.deduplicate.stories import MEMBER_TYPE, ROW_WIDTH, STORY_LEADS, Stories, cells_of
from streams.deduplicate.story_changes import StoryColumns, story_columns
from streams.deduplicate.story_words import WORD_LIMIT
from streams.deduplicate.table import KeyTable, Slots

_ID_BYTES = 16
_VERDICT = ("source", "size", "sources", "copies", "last_at", "score", "new_source", "words")
_STATE = ("first_at", "last_at", "size", "sources", "copies")
_PER_STEP = 1024
_LOOPED_PER_STEP = 1 << 15


class StoryRebuild:
    """`read` each record, `write` those of a step, `release` what is evicted, exhaust `finish`."""

    def __init__(self, stories: Stories) -> None:
        self._stories = stories
        self._pending: list[StoryColumns] = []
        self._rows: list[NDArray[np.void]] = []  # of all changes with a story
        self._ids: NDArray[np.void] = np.zeros(64, dtype="V16")  # by slot: the id of a member's story

    def read(self, columns: ChangeColumns) -> None:
        """Read the section of one record.

        Raises:
            UnreadableIndexRecord: as `story_columns`.
        """
        self._pending.append(story_columns(columns))

    def write(self, slots: Slots, original: NDArray[np.bool_], size: int) -> None:
        """Write what was read at these slots, one for each change, of an index with `size` slots."""
        rows = joined([part.rows for part in self._pending])
        hashes = np.concatenate([part.hashes for part in self._pending])
        weights = np.concatenate([part.weights for part in self._pending])
        self._pending = []
        self._stories.make_room(size)
        if len(self._ids) < size:
            self._ids = np.concatenate((self._ids, np.zeros(size - len(self._ids), dtype="V16")))
        has_story = rows["size"] > 0
        self._rows.append(rows[has_story])
        is_member = has_story & original
        members, written = self._stories.members, slots[is_member]
        for name in _VERDICT:
            members[name][written] = rows[name][is_member]
        members["row"][written] = self._put_words(rows["words"][is_member], hashes, weights)
        self._ids[written] = rows["story"][is_member]

    def release(self, slots: list[int]) -> None:
        """Forget the members at these slots."""
        members = self._stories.members
        self._stories.words.release(members["row"][slots].tolist())
        members[slots] = np.zeros((), dtype=MEMBER_TYPE)

    def finish(self, slots: Slots, backfill: NDArray[np.bool_], ages: NDArray[np.int64]) -> Iterator[None]:
        """Make stories, postings and frequencies of the entries at `slots`, newest first, in steps of at most 100 ms."""
        is_member = self._stories.members["size"][slots] > 0
        slots, backfill = slots[is_member], backfill[is_member]
        yield from self._group(slots)
        yield from self._set_states()
        for intake in (False, True):
            chosen = slots[backfill == intake]
            self._stories.originals[intake] = len(chosen)
            table = self._stories.postings[intake] = KeyTable.sized_for(STORY_LEADS * len(chosen))
            yield from table.touch()
            for at in range(0, len(chosen), _PER_STEP):
                self._put_keys(chosen[at : at + _PER_STEP], intake, ages)
                yield

    def _put_words(self, counts: NDArray[np.uint8], hashes: NDArray[np.uint32], weights: NDArray[np.uint8]) -> NDArray[np.uint32]:
        packed = np.zeros((len(counts), ROW_WIDTH), dtype=np.uint32)
        is_word = np.arange(WORD_LIMIT) < counts[:, None]
        packed[:, :WORD_LIMIT][is_word] = hashes
        unpacked = np.zeros((len(counts), WORD_LIMIT), dtype=np.uint8)
        unpacked[is_word] = weights
        packed[:, WORD_LIMIT:] = unpacked.view(np.uint32)
        return self._stories.words.put_all(packed.ravel(), np.full(len(counts), ROW_WIDTH))

    def _group(self, slots: Slots) -> Iterator[None]:
        """Number the stories in the order of their oldest remembered member, and link each member to the one before it."""
        oldest_first = slots[::-1]
        ids = self._ids[oldest_first].tobytes()
        numbers, rows = dict[bytes, int](), np.zeros(len(slots), dtype=np.int64)
        for at in range(0, len(slots), _LOOPED_PER_STEP):
            end = min(at + _LOOPED_PER_STEP, len(slots))
            rows[at:end] = [
                numbers.setdefault(ids[start : start + _ID_BYTES], len(numbers))
                for start in range(at * _ID_BYTES, end * _ID_BYTES, _ID_BYTES)
            ]
            yield
        stories = self._stories
        taken = np.array(stories.take_rows(len(numbers)), dtype=np.int64)
        stories.row_of = dict(zip(numbers, taken.tolist(), strict=True))
        stories.stories["id"][taken] = np.frombuffer(b"".join(numbers), dtype="V16")
        rows = taken[rows] if len(rows) else rows
        stories.members["story"][oldest_first] = rows
        yield
        order = np.argsort(rows, kind="stable")
        linked, of = oldest_first[order], rows[order]
        is_same = of[1:] == of[:-1]
        stories.members["previous"][linked[1:]] = np.where(is_same, linked[:-1], 0)
        stories.members["previous"][linked[:1]] = 0
        newest = np.concatenate((~is_same, np.ones(min(len(of), 1), dtype=np.bool_)))
        stories.stories["newest"][of[newest]] = linked[newest]
        stories.stories["members"] += np.bincount(of, minlength=len(stories.stories)).astype(np.uint32)
        yield
        sources = rows << 32 | stories.members["source"][oldest_first].astype(np.int64)
        keys, counts = np.unique(sources, return_counts=True)
        stories.source_members = dict(zip(keys.tolist(), counts.tolist(), strict=True))
        yield

    def _set_states(self) -> Iterator[None]:
        """Give each story the state after the last change of it."""
        stories = self._stories
        for rows in self._rows:
            ids = rows["story"].tobytes()
            found = [stories.row_of.get(ids[start : start + _ID_BYTES], 0) for start in range(0, len(ids), _ID_BYTES)]
            for name in _STATE:  # of equal indexes, numpy assigns the last
                stories.stories[name][found] = rows[name]
            yield
        stories.stories[0] = np.zeros((), dtype=stories.stories.dtype)

    def _put_keys(self, slots: Slots, backfill: bool, ages: NDArray[np.int64]) -> None:
        words = self._stories.words.first_of_all(self._stories.members["row"][slots], WORD_LIMIT)
        np.add.at(self._stories.frequencies[backfill], cells_of(words[words != 0]), np.uint32(1))
        leads = words[:, :STORY_LEADS]
        lines, columns = np.nonzero(leads)
        self._stories.postings[backfill].fill(leads[lines, columns], slots[lines], ages)
