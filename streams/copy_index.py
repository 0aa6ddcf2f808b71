"""The memory of the deduplicator: which articles were seen in the window, and a sample of each original's text.

**Rebuilding.** The state is a function of the changes applied, in order, each with its time. So an empty index to which the records
of `news.index` are applied in order gives the same verdicts as the live one.

**Forgetting** is part of `apply`, never of a clock: an entry goes when a change comes more than `window_s` after it, or, above
`capacity`, as the oldest of its intake. Live and back-filled articles are counted apart, so a back-fill pushes out no live
ones, and copies apart from originals. Verdicts never use an entry older than the window, forgotten already or not.

**The topic stays bounded** by time: an entry that is still in the window was added within the window, so its record is in any
suffix of the log that covers the window. Older records can only have left entries that no verdict uses, and that are the first to go
where a list is full (`KeyTable` keeps the newest of a key, capacity takes the oldest). So retention on `news.index` above
`window_s` is enough, and no snapshot is needed. What a suffix says about an original before it is ignored: that one is out of the window.

**Memory** (measured at a million originals): about 850 bytes each, of which the sample 384, the keys 300 to 450, the entry 113;
a copy about 150.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streams.copy_changes import Change, PackedChanges, pack_changes, unpack_changes
from streams.copy_table import KeyTable, Places
from streams.fingerprint import SAMPLE_SIZE, Hashes

__all__ = ["Change", "CopyConfig", "CopyIndex", "PackedChanges", "pack_changes", "unpack_changes"]

# So many of the lowest runs lead to an entry: a copy with the first third of a text misses all of 20 with probability 2e-4.
LEADS = 20
# No entry stands at place 0, no sample in row 0.
_NONE = 0
_NO_SAMPLE = np.empty(0, dtype=np.uint32)
_BLOCK_ROWS = 1024
_ENTRY = np.dtype(
    [
        ("id", "u1", 16),
        ("content", "u1", 16),
        ("age", "i8"),  # the number of the change that added it: orders entries, 0 where the place is free
        ("event", "i8"),
        ("appended", "i8"),
        ("of_age", "i8"),  # of a copy: `age` of its original; 0 for an original
        ("of", "u4"),  # of a copy: place of its original
        ("source", "u4"),
        ("runs", "u4"),
        ("row", "u4"),  # of its sample
        ("sampled", "u4"),
        ("first_runs", "u4"),  # the same three of the text before a fuller one replaced it
        ("first_row", "u4"),
        ("first_sampled", "u4"),
        ("backfill", "?"),
        ("next", "u4"),  # the place of the entry that goes after this one
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyConfig:
    """How much is remembered.

    Attributes:
        window_s: seconds after its append time that an entry is remembered, and the most that event times may differ.
        capacity: originals of one intake (live or back-fill) remembered at most; of copies, as many ids again.
    """

    window_s: int = 7 * 86400
    capacity: int = 1_000_000


def own_keys(article_id: bytes, content_id: bytes, source: int) -> list[int]:
    """Return the keys of an article itself, never 0: of its id, of its text, and of its text at its source."""
    text = int.from_bytes(content_id[:4])
    return [int.from_bytes(article_id[:4]) or 1, text or 1, (int.from_bytes(content_id[4:8]) ^ source) or 1]


class Queue:
    """Places in the order in which they go; the links are in the entries."""

    def __init__(self) -> None:
        self.first = self.last = _NONE
        self.length = 0


class CopyIndex:
    """Remembered articles; see the module for the rules. Not thread-safe; no clock, no I/O."""

    def __init__(self, config: CopyConfig | None = None) -> None:
        self.config = config or CopyConfig()
        self.entries: NDArray[np.void] = np.zeros(64, dtype=_ENTRY)
        # One table for each intake, so that a back-fill pushes nothing live out of a list.
        self._tables = {False: KeyTable(), True: KeyTable()}
        self._blocks: list[Hashes] = []
        self._free_rows: list[int] = []
        self._free = list(range(63, 0, -1))
        self._queues = {(original, backfill): Queue() for original in (True, False) for backfill in (True, False)}
        self._age = 0

    def __len__(self) -> int:
        """Return how many articles are remembered, copies included."""
        return sum(queue.length for queue in self._queues.values())

    @property
    def size_bytes(self) -> int:
        """How many bytes the arrays take."""
        tables = sum(table.size_bytes for table in self._tables.values())
        return tables + self.entries.nbytes + sum(block.nbytes for block in self._blocks)

    def find(self, keys: Hashes) -> tuple[NDArray[np.intp], Places]:
        """Return all pairs (position in `keys`, place of an entry that has this key), unordered; keys are `own_keys` and runs."""
        live, backfilled = (self._tables[backfill].find(keys) for backfill in (False, True))
        return np.concatenate((live[0], backfilled[0])), np.concatenate((live[1], backfilled[1]))

    def sample(self, place: int) -> tuple[Hashes, int]:
        """Return the sample of the original at `place` and how many runs its text has."""
        entry = self.entries[place]
        return self._row(int(entry["row"]))[: int(entry["sampled"])], int(entry["runs"])

    def first_sample(self, place: int) -> tuple[Hashes, int] | None:
        """Return the same of the text that came first, where a fuller one has replaced it."""
        entry = self.entries[place]
        if not entry["first_sampled"]:
            return None
        return self._row(int(entry["first_row"]))[: int(entry["first_sampled"])], int(entry["first_runs"])

    def place_of(self, article_id: str) -> int:
        """Return the place of the remembered original with this id, 0 where there is none."""
        wanted = bytes.fromhex(article_id)
        _, places = self.find(np.array(own_keys(wanted, wanted, 0)[:1], dtype=np.uint32))
        for place in places.tolist():
            entry = self.entries[place]
            if not entry["of_age"] and entry["id"].tobytes() == wanted:
                return int(place)
        return _NONE

    def apply(self, change: Change, *, now: int, backfill: bool) -> None:
        """Remember what `change` says, appended at `now` (seconds); then forget what is too old or too much."""
        original = _NONE if change.of is None else self.place_of(change.of)
        place = self._add(change, original, now, backfill)
        queue = self._queues[change.of is None, backfill]
        self._push(queue, place)
        if change.sample and original:
            self._replace(original, change)
        if queue.length > self.config.capacity:
            self._forget_first(queue)
        self.forget(now)

    def forget(self, now: int) -> None:
        """Forget all entries appended more than the window before `now`."""
        oldest = now - self.config.window_s
        for queue in self._queues.values():
            while queue.length and self.entries[queue.first]["appended"] < oldest:
                self._forget_first(queue)

    def _add(self, change: Change, original: int, now: int, backfill: bool) -> int:
        if not self._free:
            self._grow()
        place = self._free.pop()
        self._age += 1
        entry = self.entries[place]
        entry["id"] = np.frombuffer(bytes.fromhex(change.id), dtype=np.uint8)
        entry["content"] = np.frombuffer(bytes.fromhex(change.content_id), dtype=np.uint8)
        entry["age"], entry["event"], entry["appended"], entry["source"] = self._age, change.event, now, change.source
        entry["of"], entry["backfill"] = original, backfill
        # A copy whose original is gone keeps an age that no entry has: its id still counts as seen.
        entry["of_age"] = 0 if change.of is None else int(self.entries[original]["age"]) or -1
        if change.of is None:
            self._write_sample(place, change)
        self._tables[backfill].add(self._keys(place), place, self.entries["age"])
        return place

    def _replace(self, place: int, change: Change) -> None:
        entry = self.entries[place]
        table = self._tables[bool(entry["backfill"])]
        table.remove(self._keys(place), place)
        if entry["first_sampled"]:
            self._free_rows.append(int(entry["row"]))
        else:
            entry["first_row"], entry["first_sampled"], entry["first_runs"] = entry["row"], entry["sampled"], entry["runs"]
        self._write_sample(place, change)
        table.add(self._keys(place), place, self.entries["age"])

    def _keys(self, place: int) -> Hashes:
        """Return the different keys of an entry: its own, and its leads.

        Only an original is found by its text alone, so that its many copies can't push it out of the list.
        """
        entry = self.entries[place]
        own = own_keys(entry["id"].tobytes(), entry["content"].tobytes(), int(entry["source"]))
        if entry["of_age"]:
            own = [own[0], own[2]]
        leads = (self.sample(place)[0][:LEADS] & ~np.uint32(1)).tolist()
        return np.array(sorted({*own, *leads}), dtype=np.uint32)

    def _row(self, row: int) -> Hashes:
        return self._blocks[row // _BLOCK_ROWS][row % _BLOCK_ROWS] if row else _NO_SAMPLE

    def _write_sample(self, place: int, change: Change) -> None:
        entry = self.entries[place]
        sample = np.frombuffer(change.sample, dtype="<u4")
        entry["runs"], entry["sampled"], entry["row"] = change.runs, len(sample), _NONE
        if len(sample):
            entry["row"] = self._free_row()
            self._row(int(entry["row"]))[: len(sample)] = sample

    def _free_row(self) -> int:
        if not self._free_rows:
            first = len(self._blocks) * _BLOCK_ROWS
            self._blocks.append(np.zeros((_BLOCK_ROWS, SAMPLE_SIZE), dtype=np.uint32))
            self._free_rows.extend(range(first + _BLOCK_ROWS - 1, max(first, 1) - 1, -1))
        return self._free_rows.pop()

    def _grow(self) -> None:
        size, more = len(self.entries), len(self.entries) // 4
        self.entries = np.concatenate((self.entries, np.zeros(more, dtype=_ENTRY)))
        self._free.extend(range(size + more - 1, size - 1, -1))

    def _push(self, queue: Queue, place: int) -> None:
        if queue.length:
            self.entries[queue.last]["next"] = place
        else:
            queue.first = place
        queue.last = place
        queue.length += 1

    def _forget_first(self, queue: Queue) -> None:
        place = queue.first
        entry = self.entries[place]
        queue.first = int(entry["next"])
        queue.length -= 1
        self._tables[bool(entry["backfill"])].remove(self._keys(place), place)
        self._free_rows.extend(row for row in (int(entry["row"]), int(entry["first_row"])) if row)
        self.entries[place] = np.zeros((), dtype=_ENTRY)
        self._free.append(place)
