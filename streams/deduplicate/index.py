"""The copy index: the articles seen in the window, and a sample of the text of each original.

**Rebuild.** The state is a function of the changes applied, in order, each with its time. An empty index to which the records of
`news.index` are applied in order gives the same verdicts as the live index.

**Eviction** is part of `apply` and uses no clock: an entry is evicted when a change is applied more than `window_s` after it, or as the
oldest of its intake above `capacity`. Live and back-filled articles are counted separately, so a back-fill evicts no live ones; so are
copies and originals. Verdicts never use an entry older than the window, evicted or not.

**Retention** bounds the topic: an entry in the window was added within the window, so its record is in any suffix of the log that covers
the window. Older records can only leave entries that no verdict uses, and these are the first to be evicted (`KeyTable` keeps the newest of
a key, capacity evicts the oldest). So a retention of `news.index` above `window_s` is enough, and no snapshot is needed. A change of a
suffix that refers to an original before it is ignored: that original is out of the window.

**The key tables are a function of the entries**: of the entries with a key they hold the newest `MAX_SLOTS_PER_KEY`, whatever was added and
evicted before, so `rebuild` builds them once, at its end. This holds because the entries with one key are evicted in the order of their
age (leads and texts are keys of originals only, sources of copies only), and because a replaced text still leads to its entry.

**Memory** (arrays, measured at a million articles of which 45 % were copies): about 530 bytes each. An original takes about 860, of which
the sample 384, the keys 300 to 400, the entry 130; a copy about 150.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.deduplicate.changes import Change, PackedChanges, pack_changes, unpack_changes
from streams.deduplicate.fingerprint import Hashes
from streams.deduplicate.samples import Samples
from streams.deduplicate.stories import Stories
from streams.deduplicate.table import KeyTable, Slots

__all__ = ["Change", "CopyConfig", "CopyIndex", "PackedChanges", "pack_changes", "unpack_changes"]

# So many of the lowest runs lead to an entry: a copy with the first third of a text misses all of 20 with probability 2e-4.
LEADS = 20
# Slot 0 has no entry.
_NO_SLOT = 0
UNMARKED = ~np.uint32(1)
_ENTRY_TYPE = np.dtype(
    [
        ("id", "V16"),
        ("content", "V16"),
        ("age", "i8"),  # the number of the change that added it: orders entries; 0 if the slot is free
        ("event", "i8"),
        ("appended", "i8"),
        ("of_age", "i8"),  # of a copy: `age` of its original; 0 for an original
        ("of", "u4"),  # of a copy: slot of its original
        ("source", "u4"),
        ("runs", "u4"),
        ("row", "u4"),  # of its sample
        ("sampled", "u4"),
        ("first_runs", "u4"),  # the same three of the text before a fuller one replaced it
        ("first_row", "u4"),
        ("first_sampled", "u4"),
        ("backfill", "?"),
        ("next", "u4"),  # the slot of the entry to be evicted after this one
    ]
)


class Entry(NamedTuple):
    """An article as remembered; the fields are those of the array of entries, and explained there."""

    id: bytes
    content: bytes
    age: int
    event: int
    appended: int
    of_age: int
    of: int
    source: int
    runs: int
    row: int
    sampled: int
    first_runs: int = 0
    first_row: int = 0
    first_sampled: int = 0
    backfill: bool = False
    next: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyConfig:
    """How much is remembered.

    Attributes:
        window_s: seconds after its append time that an entry is remembered, and the maximum difference of event times.
        capacity: maximum of remembered originals of one intake (live or back-fill), and of its copies.
        stories: whether the stories of originals are remembered too.
    """

    window_s: int = 7 * 86400
    capacity: int = 1_000_000
    stories: bool = False


def own_keys(article_id: bytes, content_id: bytes, source: int) -> list[int]:
    """Return the keys of an article itself: of its id, of its text, and of its text and source together.

    All are odd and leads are even, so that a phrase of many texts can't push an id out of its list.
    """
    text = int.from_bytes(content_id[:4])
    return [int.from_bytes(article_id[:4]) | 1, text | 1, (int.from_bytes(content_id[4:8]) ^ source) | 1]


class Queue:
    """Slots in the order of eviction, linked by `next` of their entries."""

    def __init__(self) -> None:
        self.first = self.last = _NO_SLOT
        self.length = 0


class CopyIndex:
    """Remembered articles; see the module for the rules. Not thread-safe; no clock, no I/O.

    `entries`, `samples`, `tables`, `queues` and `age` are written by `rebuild` too, and read-only for other modules.
    """

    def __init__(self, config: CopyConfig | None = None) -> None:
        self.config = config or CopyConfig()
        self.entries: NDArray[np.void] = np.zeros(64, dtype=_ENTRY_TYPE)
        # One table for each intake, so that a back-fill pushes no live entry out of a list.
        self.tables = {False: KeyTable(), True: KeyTable()}
        self.samples = Samples()
        self.queues = {(original, backfill): Queue() for original in (True, False) for backfill in (True, False)}
        self.stories = Stories() if self.config.stories else None
        self.age = 0
        self._free = list(range(63, 0, -1))
        # Of an entry whose text was replaced more than once: row and length of each text between the first and the last.
        self._between: dict[int, list[tuple[int, int]]] = {}

    def __len__(self) -> int:
        """Return how many articles are remembered, copies included."""
        return sum(queue.length for queue in self.queues.values())

    @property
    def size_bytes(self) -> int:
        """Return the size of the arrays in bytes."""
        tables = sum(table.size_bytes for table in self.tables.values())
        stories = 0 if self.stories is None else self.stories.size_bytes
        return tables + self.entries.nbytes + self.samples.size_bytes + stories

    def find(self, keys: Hashes) -> tuple[NDArray[np.intp], Slots]:
        """Return all pairs (position in `keys`, slot of an entry that has this key), unordered; keys are `own_keys` and runs."""
        live, backfilled = (self.tables[backfill].find(keys) for backfill in (False, True))
        if not len(backfilled[0]):
            return live
        return np.concatenate((live[0], backfilled[0])), np.concatenate((live[1], backfilled[1]))

    def entry(self, slot: int) -> Entry:
        """Return the entry at `slot`; all zeros if the slot is free."""
        return Entry._make(self.entries.item(slot))

    def sample(self, slot: int) -> tuple[Hashes, int]:
        """Return the sample of the original at `slot`, and the number of runs of its text."""
        entry = self.entry(slot)
        return self.samples.get(entry.row, entry.sampled), entry.runs

    def first_sample(self, slot: int) -> tuple[Hashes, int] | None:
        """Return sample and number of runs of the first text of the original, or None if no fuller text has replaced it."""
        entry = self.entry(slot)
        if not entry.first_sampled:
            return None
        return self.samples.get(entry.first_row, entry.first_sampled), entry.first_runs

    def slot_of(self, article_id: bytes) -> int:
        """Return the slot of the newest remembered original with this id, 0 if there is none."""
        key = own_keys(article_id, article_id, 0)[0]
        entries = [(self.entry(slot), slot) for table in self.tables.values() for slot in table.find_one(key)]
        return max(((entry.age, slot) for entry, slot in entries if not entry.of_age and entry.id == article_id), default=(0, _NO_SLOT))[1]

    def apply(self, change: Change, *, now: int, backfill: bool) -> None:
        """Add the entry of a change appended at `now` (seconds), then evict the entries above window and capacity."""
        original = _NO_SLOT if change.of is None else self.slot_of(bytes.fromhex(change.of))
        slot = self._add(change, original, now, backfill)
        queue = self.queues[change.of is None, backfill]
        self._push(queue, slot)
        if self.stories is not None and change.story is not None:
            self.stories.add(slot, change.story, is_copy=change.of is not None, backfill=backfill, ages=self.entries["age"])
        if change.sample and original:
            self.replace(original, self._put_sample(change), len(change.sample) // 4, change.runs)
        if queue.length > self.config.capacity:
            self._evict_first(queue)
        self.evict(now)

    def evict(self, now: int) -> None:
        """Evict all entries appended more than the window before `now`."""
        oldest, appended = now - self.config.window_s, self.entries["appended"]
        for queue in self.queues.values():
            while queue.length and appended.item(queue.first) < oldest:
                self._evict_first(queue)

    def replace(self, slot: int, row: int, sampled: int, runs: int) -> None:
        """Compare with a fuller text of the original at `slot` from now on: of `runs` runs, `sampled` of them in `row` of the samples."""
        entry = self.entry(slot)
        if entry.first_sampled:
            self._between.setdefault(slot, []).append((entry.row, entry.sampled))
            fuller = entry
        else:
            fuller = entry._replace(first_row=entry.row, first_sampled=entry.sampled, first_runs=entry.runs)
        fuller = fuller._replace(row=row, sampled=sampled, runs=runs)
        new = np.setdiff1d(self._keys(slot, fuller), self._keys(slot, entry))
        self.entries[slot] = fuller
        self.tables[entry.backfill].add(new, slot, self.entries["age"])

    def take_slots(self, count: int) -> Slots:
        """Return `count` free slots, and mark them as used."""
        while len(self._free) < count:
            self._grow()
        at = len(self._free) - count
        slots = np.array(self._free[at:][::-1], dtype=np.uint32)
        del self._free[at:]
        return slots

    def release(self, slots: list[int]) -> None:
        """Free these slots and the rows of their samples. Their keys must have been removed from the tables."""
        entries = self.entries[slots]
        self.samples.release([*entries["row"].tolist(), *entries["first_row"].tolist()])
        self.entries[slots] = np.zeros((), dtype=_ENTRY_TYPE)
        self._free.extend(slots)

    def _add(self, change: Change, original: int, now: int, backfill: bool) -> int:
        if not self._free:
            self._grow()
        slot = self._free.pop()
        self.age += 1
        entry = Entry(
            id=bytes.fromhex(change.id),
            content=bytes.fromhex(change.content_id),
            age=self.age,
            event=change.event,
            appended=now,
            # A copy whose original was evicted has an age that no entry has: its id still counts as seen.
            of_age=0 if change.of is None else self.entry(original).age or -1,
            of=original,
            source=change.source,
            runs=change.runs if change.of is None else 0,
            row=self._put_sample(change) if change.of is None else 0,
            sampled=len(change.sample) // 4 if change.of is None else 0,
            backfill=backfill,
        )
        self.entries[slot] = entry
        self.tables[backfill].add(self._keys(slot, entry), slot, self.entries["age"])
        return slot

    def _put_sample(self, change: Change) -> int:
        return self.samples.put(np.frombuffer(change.sample, dtype="<u4"))

    def _keys(self, slot: int, entry: Entry) -> Hashes:
        """Return the distinct keys of an entry: its own, and the leads of each text that it was compared by.

        Only an original has the key of its text alone, so that its many copies can't push it out of the list.
        """
        id_key, text_key, source_key = own_keys(entry.id, entry.content, entry.source)
        own = np.array(list({id_key, source_key if entry.of_age else text_key}), dtype=np.uint32)
        if not entry.row:
            return own
        leads = self._leads(entry.row, entry.sampled)
        if entry.first_row:
            texts = [(entry.first_row, entry.first_sampled), *self._between.get(slot, ())]
            leads = np.unique(np.concatenate((leads, *(self._leads(row, sampled) for row, sampled in texts))))
        return np.concatenate((own, leads))

    def _leads(self, row: int, sampled: int) -> Hashes:
        return self.samples.get(row, min(sampled, LEADS)) & UNMARKED

    def _grow(self) -> None:
        size, more = len(self.entries), len(self.entries) // 8
        # In place: the kernel moves pages and copies nothing. So no view of the entries may be kept while changes are applied.
        self.entries.resize(size + more, refcheck=False)
        self._free[:0] = range(size + more - 1, size - 1, -1)

    def _push(self, queue: Queue, slot: int) -> None:
        if queue.length:
            self.entries["next"][queue.last] = slot
        else:
            queue.first = slot
        queue.last = slot
        queue.length += 1

    def _evict_first(self, queue: Queue) -> None:
        slot = queue.first
        entry = self.entry(slot)
        queue.first = entry.next
        queue.length -= 1
        self.tables[entry.backfill].remove(self._keys(slot, entry), slot)
        self.samples.release(row for row, _ in self._between.pop(slot, ()))
        if self.stories is not None:
            self.stories.remove(slot, backfill=entry.backfill)
        self.release([slot])
