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

**The key tables are a function of the entries**: of the entries with a key they hold the newest `COMMON`, whatever came and went before.
That is what lets `copy_rebuild` build them once, at its end. It holds because the entries with one key go in the order of their age
(leads and texts are keys of originals only, sources of copies only), and because a text that was replaced still leads to its entry.

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
from streams.deduplicate.table import KeyTable, Places

__all__ = ["Change", "CopyConfig", "CopyIndex", "PackedChanges", "pack_changes", "unpack_changes"]

# So many of the lowest runs lead to an entry: a copy with the first third of a text misses all of 20 with probability 2e-4.
LEADS = 20
# No entry stands at place 0.
_NONE = 0
UNMARKED = ~np.uint32(1)
_ENTRY = np.dtype(
    [
        ("id", "V16"),
        ("content", "V16"),
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
        window_s: seconds after its append time that an entry is remembered, and the most that event times may differ.
        capacity: originals of one intake (live or back-fill) remembered at most; of copies, as many ids again.
    """

    window_s: int = 7 * 86400
    capacity: int = 1_000_000


def own_keys(article_id: bytes, content_id: bytes, source: int) -> list[int]:
    """Return the keys of an article itself: of its id, of its text, and of its text at its source. All are odd, leads are even.

    So no phrase that many texts have can push an id out of its list.
    """
    text = int.from_bytes(content_id[:4])
    return [int.from_bytes(article_id[:4]) | 1, text | 1, (int.from_bytes(content_id[4:8]) ^ source) | 1]


class Queue:
    """Places in the order in which they go; the links are in the entries."""

    def __init__(self) -> None:
        self.first = self.last = _NONE
        self.length = 0


class CopyIndex:
    """Remembered articles; see the module for the rules. Not thread-safe; no clock, no I/O.

    `entries`, `samples`, `tables`, `queues` and `age` are for `copy_rebuild` to fill; others read.
    """

    def __init__(self, config: CopyConfig | None = None) -> None:
        self.config = config or CopyConfig()
        self.entries: NDArray[np.void] = np.zeros(64, dtype=_ENTRY)
        # One table for each intake, so that a back-fill pushes nothing live out of a list.
        self.tables = {False: KeyTable(), True: KeyTable()}
        self.samples = Samples()
        self.queues = {(original, backfill): Queue() for original in (True, False) for backfill in (True, False)}
        self.age = 0
        self._free = list(range(63, 0, -1))
        # Of an entry whose text was replaced more than once: row and length of each text between the first and the last.
        self._between: dict[int, list[tuple[int, int]]] = {}

    def __len__(self) -> int:
        """Return how many articles are remembered, copies included."""
        return sum(queue.length for queue in self.queues.values())

    @property
    def size_bytes(self) -> int:
        """How many bytes the arrays take."""
        tables = sum(table.size_bytes for table in self.tables.values())
        return tables + self.entries.nbytes + self.samples.size_bytes

    def find(self, keys: Hashes) -> tuple[NDArray[np.intp], Places]:
        """Return all pairs (position in `keys`, place of an entry that has this key), unordered; keys are `own_keys` and runs."""
        live, backfilled = (self.tables[backfill].find(keys) for backfill in (False, True))
        if not len(backfilled[0]):
            return live
        return np.concatenate((live[0], backfilled[0])), np.concatenate((live[1], backfilled[1]))

    def entry(self, place: int) -> Entry:
        """Return the entry at `place`; zeros where there is none."""
        return Entry._make(self.entries.item(place))

    def sample(self, place: int) -> tuple[Hashes, int]:
        """Return the sample of the original at `place` and how many runs its text has."""
        entry = self.entry(place)
        return self.samples.get(entry.row, entry.sampled), entry.runs

    def first_sample(self, place: int) -> tuple[Hashes, int] | None:
        """Return the same of the text that came first, where a fuller one has replaced it."""
        entry = self.entry(place)
        if not entry.first_sampled:
            return None
        return self.samples.get(entry.first_row, entry.first_sampled), entry.first_runs

    def place_of(self, article_id: bytes) -> int:
        """Return the place of the newest remembered original with this id, 0 where there is none."""
        key = own_keys(article_id, article_id, 0)[0]
        entries = [(self.entry(place), place) for table in self.tables.values() for place in table.find_one(key)]
        return max(((entry.age, place) for entry, place in entries if not entry.of_age and entry.id == article_id), default=(0, _NONE))[1]

    def apply(self, change: Change, *, now: int, backfill: bool) -> None:
        """Remember what `change` says, appended at `now` (seconds); then forget what is too old or too much."""
        original = _NONE if change.of is None else self.place_of(bytes.fromhex(change.of))
        place = self._add(change, original, now, backfill)
        queue = self.queues[change.of is None, backfill]
        self._push(queue, place)
        if change.sample and original:
            self.replace(original, self._put_sample(change), len(change.sample) // 4, change.runs)
        if queue.length > self.config.capacity:
            self._forget_first(queue)
        self.forget(now)

    def forget(self, now: int) -> None:
        """Forget all entries appended more than the window before `now`."""
        oldest = now - self.config.window_s
        for queue in self.queues.values():
            while queue.length and self.entries["appended"].item(queue.first) < oldest:
                self._forget_first(queue)

    def replace(self, place: int, row: int, sampled: int, runs: int) -> None:
        """Let another text stand for the original at `place`: of `runs` runs, with `sampled` in `row` of the samples."""
        entry = self.entry(place)
        if entry.first_sampled:
            self._between.setdefault(place, []).append((entry.row, entry.sampled))
            fuller = entry
        else:
            fuller = entry._replace(first_row=entry.row, first_sampled=entry.sampled, first_runs=entry.runs)
        fuller = fuller._replace(row=row, sampled=sampled, runs=runs)
        new = np.setdiff1d(self._keys(place, fuller), self._keys(place, entry))
        self.entries[place] = fuller
        self.tables[entry.backfill].add(new, place, self.entries["age"])

    def take_places(self, count: int) -> Places:
        """Return so many free places."""
        while len(self._free) < count:
            self._grow()
        at = len(self._free) - count
        places = np.array(self._free[at:][::-1], dtype=np.uint32)
        del self._free[at:]
        return places

    def release(self, places: list[int]) -> None:
        """Let these places and the rows of their samples be used again; their keys are in no table any more."""
        entries = self.entries[places]
        self.samples.release([*entries["row"].tolist(), *entries["first_row"].tolist()])
        self.entries[places] = np.zeros((), dtype=_ENTRY)
        self._free.extend(places)

    def _add(self, change: Change, original: int, now: int, backfill: bool) -> int:
        if not self._free:
            self._grow()
        place = self._free.pop()
        self.age += 1
        entry = Entry(
            id=bytes.fromhex(change.id),
            content=bytes.fromhex(change.content_id),
            age=self.age,
            event=change.event,
            appended=now,
            # A copy whose original is gone keeps an age that no entry has: its id still counts as seen.
            of_age=0 if change.of is None else self.entry(original).age or -1,
            of=original,
            source=change.source,
            runs=change.runs if change.of is None else 0,
            row=self._put_sample(change) if change.of is None else 0,
            sampled=len(change.sample) // 4 if change.of is None else 0,
            backfill=backfill,
        )
        self.entries[place] = entry
        self.tables[backfill].add(self._keys(place, entry), place, self.entries["age"])
        return place

    def _put_sample(self, change: Change) -> int:
        return self.samples.put(np.frombuffer(change.sample, dtype="<u4"))

    def _keys(self, place: int, entry: Entry) -> Hashes:
        """Return the different keys of an entry: its own, and the leads of every text that stood for it.

        Only an original is found by its text alone, so that its many copies can't push it out of the list.
        """
        id_key, text_key, source_key = own_keys(entry.id, entry.content, entry.source)
        own = np.array(list({id_key, source_key if entry.of_age else text_key}), dtype=np.uint32)
        if not entry.row:
            return own
        leads = self._leads(entry.row, entry.sampled)
        if entry.first_row:
            texts = [(entry.first_row, entry.first_sampled), *self._between.get(place, ())]
            leads = np.unique(np.concatenate((leads, *(self._leads(row, sampled) for row, sampled in texts))))
        return np.concatenate((own, leads))

    def _leads(self, row: int, sampled: int) -> Hashes:
        return self.samples.get(row, min(sampled, LEADS)) & UNMARKED

    def _grow(self) -> None:
        size, more = len(self.entries), len(self.entries) // 8
        # In place, where the kernel moves pages and copies nothing: so nobody keeps a view of entries while changes are applied.
        self.entries.resize(size + more, refcheck=False)
        self._free[:0] = range(size + more - 1, size - 1, -1)

    def _push(self, queue: Queue, place: int) -> None:
        if queue.length:
            self.entries["next"][queue.last] = place
        else:
            queue.first = place
        queue.last = place
        queue.length += 1

    def _forget_first(self, queue: Queue) -> None:
        place = queue.first
        entry = self.entry(place)
        queue.first = entry.next
        queue.length -= 1
        self.tables[entry.backfill].remove(self._keys(place, entry), place)
        self.samples.release(row for row, _ in self._between.pop(place, ()))
        self.release([place])
