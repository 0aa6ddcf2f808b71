"""Rebuild the copy index from the records of `news.index`: the result of `CopyIndex.apply` on each change, ten times as fast.

Entries and samples are written for thousands of changes at once, and evicted by the same rules. Keys are put into the tables at the end,
for the remaining entries only: the tables are a function of these (see `index`). Copies are then joined to their remaining originals, each
of which was in the index when its copy was judged. Tests compare the verdicts with those of the live index.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streams.deduplicate.changes import ChangeColumns, change_columns, joined
from streams.deduplicate.index import LEADS, UNMARKED, CopyConfig, CopyIndex, Queue
from streams.deduplicate.story_rebuild import StoryRebuild
from streams.deduplicate.table import Keys, KeyTable, Slots

# Each step takes about 10 ms.
_CHANGES_PER_WRITE = 2048
_ENTRIES_PER_STEP = 1024
_REPLACEMENTS_PER_STEP = 64
_Ids = NDArray[np.void]


@dataclass(frozen=True, slots=True)
class _Replacement:
    """A fuller text of an original: `age` of the copy that has it, id of the original, and the text's sample."""

    age: int
    of: bytes
    row: int
    sampled: int
    runs: int


def rebuilt(config: CopyConfig, values: Iterable[bytes]) -> CopyIndex:
    """Return the index that these records of `news.index` describe, in the order of the log.

    Raises:
        UnreadableIndexRecord: as `change_columns`.
    """
    rebuild = Rebuild(config)
    for value in values:
        rebuild.add(value)
    for _ in rebuild.finish():
        pass
    return rebuild.index


class Rebuild:
    """A rebuild in small steps that leave an event loop responsive: `add` each record, exhaust `finish`, then use `index`."""

    def __init__(self, config: CopyConfig) -> None:
        self.index = CopyIndex(config)
        self._pending: list[ChangeColumns] = []
        self._pending_changes = 0
        self._replacements: list[_Replacement] = []
        self._of: _Ids = np.zeros(64, dtype="V16")  # by slot: the id of a copy's original
        self._stories = None if self.index.stories is None else StoryRebuild(self.index.stories)

    def add(self, value: bytes) -> None:
        """Add one record; takes at most 20 ms.

        Raises:
            UnreadableIndexRecord: as `change_columns`.
        """
        columns = change_columns(value)
        # The append time never falls within one write, so that evicting at its end is the same as after each change.
        if self._pending_changes >= _CHANGES_PER_WRITE or (self._pending and columns.now < self._pending[-1].now):
            self._write()
        if len(columns.changes):
            self._pending.append(columns)
            self._pending_changes += len(columns.changes)
            if self._stories is not None:
                self._stories.read(columns)

    def finish(self) -> Iterator[None]:
        """Build the tables and join copies to their originals, in steps of at most 100 ms. `index` is complete after the last step."""
        if self._pending:
            self._write()
        entries = self.index.entries
        used = np.flatnonzero(entries["age"])
        slots: Slots = used[np.argsort(-entries["age"][used])].astype(np.uint32)
        yield
        pieces = [slots[at : at + _ENTRIES_PER_STEP] for at in range(0, len(slots), _ENTRIES_PER_STEP)]
        for backfill in (False, True):
            chosen = slots[entries["backfill"][slots] == backfill]
            self.index.tables[backfill] = KeyTable.sized_for(int(np.minimum(entries["sampled"][chosen], LEADS).sum()) + 2 * len(chosen))
            yield from self.index.tables[backfill].touch()
        for piece in pieces:
            self._put_keys(piece)
            yield
        for piece in pieces:
            self._join(piece[entries["of_age"][piece] != 0])
            yield
        for at in range(0, len(self._replacements), _REPLACEMENTS_PER_STEP):
            for replacement in self._replacements[at : at + _REPLACEMENTS_PER_STEP]:
                self._replace(replacement)
            yield
        if self._stories is not None:
            yield from self._stories.finish(slots, entries["backfill"][slots], entries["age"])

    def _write(self) -> None:
        """Write the entries and samples of the pending changes, then evict the entries above window and capacity."""
        pending, self._pending, self._pending_changes = self._pending, [], 0
        index, counts = self.index, [len(columns.changes) for columns in pending]
        changes = joined([columns.changes for columns in pending])
        slots = index.take_slots(len(changes))
        entries = index.entries
        for name in ("id", "content", "source", "event"):
            entries[name][slots] = changes[name]
        entries["age"][slots] = np.arange(index.age + 1, index.age + 1 + len(changes))
        entries["appended"][slots] = np.repeat([columns.now for columns in pending], counts)
        backfills = np.repeat([columns.backfill for columns in pending], counts)
        entries["backfill"][slots] = backfills
        entries["of_age"][slots] = np.where(changes["original"], 0, -1)
        self._write_samples(changes, slots, np.concatenate([columns.samples for columns in pending]))
        index.age += len(changes)
        if self._stories is not None:
            self._stories.write(slots, changes["original"], len(entries))
        if len(self._of) < len(entries):
            self._of = np.concatenate((self._of, np.zeros(len(entries) - len(self._of), dtype="V16")))
        self._of[slots] = changes["of"]
        for (original, backfill), queue in index.queues.items():
            self._push_all(queue, slots[(changes["original"] == original) & (backfills == backfill)])
            self._evict(queue, pending[-1].now)

    def _write_samples(self, changes: NDArray[np.void], slots: Slots, samples: Keys) -> None:
        rows = self.index.samples.put_all(samples, changes["sampled"])
        original, entries = changes["original"], self.index.entries
        for name, values in (("row", rows), ("sampled", changes["sampled"]), ("runs", changes["runs"])):
            entries[name][slots[original]] = values[original]
        for at in np.flatnonzero(~original & (changes["sampled"] > 0)).tolist():
            change, age = changes[at], self.index.age + 1 + at
            found = (age, change["of"].tobytes(), int(rows[at]), int(change["sampled"]), int(change["runs"]))
            self._replacements.append(_Replacement(*found))

    def _push_all(self, queue: Queue, slots: Slots) -> None:
        if not len(slots):
            return
        following = self.index.entries["next"]
        following[slots[:-1]] = slots[1:]
        if queue.length:
            following[queue.last] = slots[0]
        else:
            queue.first = int(slots[0])
        queue.last = int(slots[-1])
        queue.length += len(slots)

    def _evict(self, queue: Queue, now: int) -> None:
        following, appended = self.index.entries["next"], self.index.entries["appended"]
        oldest, capacity = now - self.index.config.window_s, self.index.config.capacity
        evicted = []
        while queue.length and (queue.length > capacity or appended[queue.first] < oldest):
            evicted.append(queue.first)
            queue.first = int(following[queue.first])
            queue.length -= 1
        if self._stories is not None:
            self._stories.release(evicted)
        self.index.release(evicted)

    def _put_keys(self, slots: Slots) -> None:
        """Put the keys of these entries, newest first, as `CopyIndex` does for one."""
        entries = self.index.entries[slots]
        ids, texts = (np.ascontiguousarray(entries[name]).view(">u4").reshape(-1, 4).astype(np.uint32) for name in ("id", "content"))
        keys = np.zeros((len(slots), 2 + LEADS), dtype=np.uint32)
        keys[:, 0] = ids[:, 0] | 1
        keys[:, 1] = np.where(entries["of_age"] != 0, texts[:, 1] ^ entries["source"], texts[:, 0]) | 1
        leads = self.index.samples.first_of_all(entries["row"], LEADS) & UNMARKED
        keys[:, 2:] = np.where(np.arange(LEADS) < entries["sampled"][:, None], leads, 0)
        # Leads are sorted, so equal ones are neighbours, as are the two own keys if they are equal.
        keys[:, 1:][keys[:, 1:] == keys[:, :-1]] = 0
        for backfill, table in self.index.tables.items():
            lines, columns = np.nonzero(keys * (entries["backfill"] == backfill)[:, None])
            table.fill(keys[lines, columns], slots[lines], self.index.entries["age"])

    def _join(self, copies: Slots) -> None:
        """Write slot and age of their originals into these copies, unless the original was evicted."""
        entries, original_ids = self.index.entries, self._of[copies]
        keys: Keys = original_ids.view(">u4")[::4].astype(np.uint32) | np.uint32(1)
        positions, slots = self.index.find(keys)
        originals = entries[slots]
        fits = (originals["of_age"] == 0) & (originals["age"] < entries["age"][copies[positions]])
        fits &= originals["id"] == original_ids[positions]
        positions, slots, ages = positions[fits], slots[fits], originals["age"][fits]
        newest_last = np.argsort(ages)
        found = copies[positions[newest_last]]
        entries["of"][found] = slots[newest_last]
        entries["of_age"][found] = ages[newest_last]

    def _replace(self, replacement: _Replacement) -> None:
        original = self.index.slot_of(replacement.of)
        if original and self.index.entries["age"][original] < replacement.age:
            self.index.replace(original, replacement.row, replacement.sampled, replacement.runs)
        else:
            self.index.samples.release([replacement.row])
