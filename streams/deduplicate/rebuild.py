"""The copy index made anew from the records of `news.index`: what `CopyIndex.apply` makes of them one by one, ten times as fast.

Entries and samples are written for thousands of changes at once, and forgotten as they would be. Keys are put into the tables at the
end, for the entries that are left: the tables are a function of these (see `index`). Of the copies whose original is left, the
original is looked up then: one that is left was there when the copy came. Tested to give the same verdicts as the live index.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streams.deduplicate.changes import ChangeColumns, change_columns
from streams.deduplicate.index import LEADS, UNMARKED, CopyConfig, CopyIndex, Queue
from streams.deduplicate.table import Keys, KeyTable, Places

# Each of these takes 10 ms.
_WRITTEN_AT_ONCE = 2048
_PUT_AT_ONCE = 1024
_REPLACED_AT_ONCE = 64
_Ids = NDArray[np.void]


@dataclass(frozen=True, slots=True)
class _Fuller:
    """A text that is to stand for its original: `age` of the copy that brought it, id of the original, and the text's sample."""

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
    """A rebuild in small steps, for a caller that has other things to do: `add` each record, go through `finish`, then take `index`."""

    def __init__(self, config: CopyConfig) -> None:
        self.index = CopyIndex(config)
        self._waiting: list[ChangeColumns] = []
        self._waiting_changes = 0
        self._fuller: list[_Fuller] = []
        self._of: _Ids = np.zeros(64, dtype="V16")  # by place: of a copy the id of its original

    def add(self, value: bytes) -> None:
        """Take one record; at most 20 ms.

        Raises:
            UnreadableIndexRecord: as `change_columns`.
        """
        columns = change_columns(value)
        # Within one write the append time never falls, so that forgetting at its end is the same as after each change.
        if self._waiting_changes >= _WRITTEN_AT_ONCE or (self._waiting and columns.now < self._waiting[-1].now):
            self._write()
        if len(columns.changes):
            self._waiting.append(columns)
            self._waiting_changes += len(columns.changes)

    def finish(self) -> Iterator[None]:
        """Build the tables and join copies to their originals, in steps of at most 100 ms; `index` is ready after the last."""
        if self._waiting:
            self._write()
        entries = self.index.entries
        held = np.flatnonzero(entries["age"])
        places: Places = held[np.argsort(-entries["age"][held])].astype(np.uint32)
        yield
        pieces = [places[at : at + _PUT_AT_ONCE] for at in range(0, len(places), _PUT_AT_ONCE)]
        for backfill in (False, True):
            chosen = places[entries["backfill"][places] == backfill]
            self.index.tables[backfill] = KeyTable.sized_for(int(np.minimum(entries["sampled"][chosen], LEADS).sum()) + 2 * len(chosen))
            yield from self.index.tables[backfill].touch()
        for piece in pieces:
            self._put_keys(piece)
            yield
        for piece in pieces:
            self._join(piece[entries["of_age"][piece] != 0])
            yield
        for at in range(0, len(self._fuller), _REPLACED_AT_ONCE):
            for fuller in self._fuller[at : at + _REPLACED_AT_ONCE]:
                self._replace(fuller)
            yield

    def _write(self) -> None:
        """Write the entries and samples of the waiting changes, then forget what they leave no room for."""
        waiting, self._waiting, self._waiting_changes = self._waiting, [], 0
        index, counts = self.index, [len(columns.changes) for columns in waiting]
        changes = np.concatenate([columns.changes for columns in waiting])
        places = index.take_places(len(changes))
        entries = index.entries
        for name in ("id", "content", "source", "event"):
            entries[name][places] = changes[name]
        entries["age"][places] = np.arange(index.age + 1, index.age + 1 + len(changes))
        entries["appended"][places] = np.repeat([columns.now for columns in waiting], counts)
        backfills = np.repeat([columns.backfill for columns in waiting], counts)
        entries["backfill"][places] = backfills
        entries["of_age"][places] = np.where(changes["original"], 0, -1)
        self._write_samples(changes, places, np.concatenate([columns.samples for columns in waiting]))
        index.age += len(changes)
        if len(self._of) < len(entries):
            self._of = np.concatenate((self._of, np.zeros(len(entries) - len(self._of), dtype="V16")))
        self._of[places] = changes["of"]
        for (original, backfill), queue in index.queues.items():
            self._push_all(queue, places[(changes["original"] == original) & (backfills == backfill)])
            self._forget(queue, waiting[-1].now)

    def _write_samples(self, changes: NDArray[np.void], places: Places, samples: Keys) -> None:
        rows = self.index.samples.put_all(samples, changes["sampled"])
        original, entries = changes["original"], self.index.entries
        for name, values in (("row", rows), ("sampled", changes["sampled"]), ("runs", changes["runs"])):
            entries[name][places[original]] = values[original]
        for at in np.flatnonzero(~original & (changes["sampled"] > 0)).tolist():
            change, age = changes[at], self.index.age + 1 + at
            found = (age, change["of"].tobytes(), int(rows[at]), int(change["sampled"]), int(change["runs"]))
            self._fuller.append(_Fuller(*found))

    def _push_all(self, queue: Queue, places: Places) -> None:
        if not len(places):
            return
        following = self.index.entries["next"]
        following[places[:-1]] = places[1:]
        if queue.length:
            following[queue.last] = places[0]
        else:
            queue.first = int(places[0])
        queue.last = int(places[-1])
        queue.length += len(places)

    def _forget(self, queue: Queue, now: int) -> None:
        following, appended = self.index.entries["next"], self.index.entries["appended"]
        oldest, capacity = now - self.index.config.window_s, self.index.config.capacity
        gone = []
        while queue.length and (queue.length > capacity or appended[queue.first] < oldest):
            gone.append(queue.first)
            queue.first = int(following[queue.first])
            queue.length -= 1
        self.index.release(gone)

    def _put_keys(self, places: Places) -> None:
        """Put the keys of these entries, newest first, as `CopyIndex` does for one."""
        entries = self.index.entries[places]
        ids, texts = (np.ascontiguousarray(entries[name]).view(">u4").reshape(-1, 4).astype(np.uint32) for name in ("id", "content"))
        keys = np.zeros((len(places), 2 + LEADS), dtype=np.uint32)
        keys[:, 0] = ids[:, 0] | 1
        keys[:, 1] = np.where(entries["of_age"] != 0, texts[:, 1] ^ entries["source"], texts[:, 0]) | 1
        leads = self.index.samples.first_of_all(entries["row"], LEADS) & UNMARKED
        keys[:, 2:] = np.where(np.arange(LEADS) < entries["sampled"][:, None], leads, 0)
        # Leads are sorted, so equal ones stand together; so do the two own ones where they are equal.
        keys[:, 1:][keys[:, 1:] == keys[:, :-1]] = 0
        for backfill, table in self.index.tables.items():
            lines, columns = np.nonzero(keys * (entries["backfill"] == backfill)[:, None])
            table.fill(keys[lines, columns], places[lines], self.index.entries["age"])

    def _join(self, copies: Places) -> None:
        """Write into these copies place and age of their originals, where those are remembered."""
        entries, wanted = self.index.entries, self._of[copies]
        keys: Keys = wanted.view(">u4")[::4].astype(np.uint32) | np.uint32(1)
        positions, places = self.index.find(keys)
        originals = entries[places]
        fits = (originals["of_age"] == 0) & (originals["age"] < entries["age"][copies[positions]])
        fits &= originals["id"] == wanted[positions]
        positions, places, ages = positions[fits], places[fits], originals["age"][fits]
        newest_last = np.argsort(ages)
        found = copies[positions[newest_last]]
        entries["of"][found] = places[newest_last]
        entries["of_age"][found] = ages[newest_last]

    def _replace(self, fuller: _Fuller) -> None:
        original = self.index.place_of(fuller.of)
        if original and self.index.entries["age"][original] < fuller.age:
            self.index.replace(original, fuller.row, fuller.sampled, fuller.runs)
        else:
            self.index.samples.release([fuller.row])
