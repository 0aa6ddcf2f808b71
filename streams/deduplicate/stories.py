"""The stories of the remembered originals, beside the copy index, whose slots and eviction they share.

**State** is a function of the changes applied, as that of the copy index. Each change carries the state of its story after it, so nothing
is judged again in a rebuild. A story is forgotten with its last remembered original.

**Postings** lead from a word to the newest originals that it is a lead of, so they are a function of the remembered originals. The document
frequencies count the words of the remembered originals; they are looked up by the low bits of a word's hash, so that the table never grows,
and two words that share a cell only seem more frequent. Live and back-filled originals have stories, postings and frequencies apart.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.deduplicate.changes import HASH_BYTES, StoryChange
from streams.deduplicate.samples import Samples
from streams.deduplicate.story_words import WORD_LIMIT
from streams.deduplicate.table import KeyTable

# The words of an original are in descending weight, and so many of them lead to it.
STORY_LEADS = 12
FREQUENCY_CELLS = 1 << 19
_CELL_MASK = np.uint32(FREQUENCY_CELLS - 1)
_ONE = np.uint32(1)  # numpy adds at indexes twice as fast where the types are equal
ROW_WIDTH = WORD_LIMIT + WORD_LIMIT // 4  # hashes, then weights, 4 to a cell
MEMBER_TYPE = np.dtype(
    [
        ("story", "u4"),  # its row of the stories; 0: none
        ("previous", "u4"),  # slot of the member before it
        ("row", "u4"),  # of its words
        ("words", "u4"),
        ("source", "u4"),
        ("size", "u4"),  # from here on the state of the story after this original
        ("sources", "u4"),
        ("copies", "u4"),
        ("last_at", "i8"),
        ("score", "u2"),
        ("new_source", "?"),
    ]
)
_STORY_TYPE = np.dtype(
    [
        ("id", "V16"),
        ("first_at", "i8"),
        ("last_at", "i8"),
        ("size", "u4"),
        ("sources", "u4"),
        ("copies", "u4"),
        ("newest", "u4"),  # slot of the newest member
        ("members", "u4"),  # how many are remembered
    ]
)


def cells_of(hashes: NDArray[np.uint32]) -> NDArray[np.intp]:
    """Return the cells of the document frequencies of these words."""
    return (hashes & _CELL_MASK).astype(np.intp)


class StoryState(NamedTuple):
    """A story as remembered; the fields are those of the array of stories, and explained there."""

    id: bytes
    first_at: int
    last_at: int
    size: int
    sources: int
    copies: int
    newest: int
    members: int


class Stories:
    """Stories of remembered originals; see the module. Not thread-safe; no clock, no I/O."""

    def __init__(self) -> None:
        self.members: NDArray[np.void] = np.zeros(64, dtype=MEMBER_TYPE)  # by slot of the copy index
        self.stories: NDArray[np.void] = np.zeros(64, dtype=_STORY_TYPE)
        self.words = Samples(ROW_WIDTH)
        self.postings = {False: KeyTable(), True: KeyTable()}
        self.frequencies = {backfill: np.zeros(FREQUENCY_CELLS, dtype=np.uint32) for backfill in (False, True)}
        self.originals = {False: 0, True: 0}
        self.row_of: dict[bytes, int] = {}  # id of a story -> its row
        # (row of a story, source) as one number -> remembered members of that source
        self.source_members: dict[int, int] = {}
        self._free = list(range(63, 0, -1))

    @property
    def size_bytes(self) -> int:
        """Return the size of the arrays in bytes."""
        tables = sum(table.size_bytes for table in self.postings.values())
        return tables + self.members.nbytes + self.stories.nbytes + self.words.size_bytes + 2 * FREQUENCY_CELLS * 4

    def state(self, story: int) -> StoryState:
        """Return the state of the story in this row; zeros if the row is free."""
        return StoryState._make(self.stories.item(story))

    def member(self, slot: int) -> np.void | None:
        """Return the member at `slot`, None if there is none."""
        if not 0 < slot < len(self.members) or not self.members["story"].item(slot):
            return None
        member: np.void = self.members[slot]
        return member

    def words_of(self, slot: int) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
        """Return hashes and weights of the words of the original at `slot`."""
        count = self.members["words"].item(slot)
        row = self.words.get(self.members["row"].item(slot), ROW_WIDTH)
        return row[:count], row[WORD_LIMIT:].view(np.uint8)[:count]

    def rows_of(self, slots: list[int]) -> NDArray[np.uint32]:
        """Return the rows of the words of these originals: `WORD_LIMIT` hashes, then their weights as bytes."""
        rows = self.members["row"]
        return np.concatenate([self.words.get(rows.item(slot), ROW_WIDTH) for slot in slots]).reshape(len(slots), ROW_WIDTH)

    def frequencies_of(self, hashes: NDArray[np.uint32], backfill: bool) -> NDArray[np.int64]:
        """Return how many remembered originals have each word."""
        return self.frequencies[backfill].take(cells_of(hashes)).astype(np.int64)

    def newest_members(self, story: int, limit: int) -> list[int]:
        """Return the slots of the newest remembered members of a story, newest first."""
        slot, previous = self.stories["newest"].item(story), self.members["previous"]
        slots = [slot]
        for _ in range(min(limit, self.stories["members"].item(story)) - 1):
            slots.append(previous.item(slots[-1]))
        return slots

    def has_source(self, story: int, source: int) -> bool:
        """Return whether a remembered member of the story is of this source."""
        return (story << 32 | source) in self.source_members

    def add(self, slot: int, change: StoryChange, *, is_copy: bool, backfill: bool, ages: NDArray[np.int64]) -> None:
        """Add the original at `slot`, or only the state of its story after a copy; `ages[slot]` is the age of an entry."""
        id = bytes.fromhex(change.id)
        story = self.row_of.get(id, 0)
        if is_copy:
            if story:
                self._set_state(story, change)
            return
        self.make_room(len(ages))
        if not story:
            [story] = self.take_rows(1)
            self.row_of[id] = story
        before = self.state(story)
        words = change.hashes.ljust(WORD_LIMIT * HASH_BYTES, b"\0") + change.weights.ljust(WORD_LIMIT, b"\0")
        row = self.words.put(np.frombuffer(words, dtype="<u4"))
        state = (change.size, change.sources, change.copies)
        verdict = (change.last_at, change.score, change.new_source)
        self.members[slot] = (story, before.newest, row, len(change.weights), change.source, *state, *verdict)
        self.stories[story] = (id, change.first_at, change.last_at, *state, slot, before.members + 1)
        source = story << 32 | change.source
        self.source_members[source] = self.source_members.get(source, 0) + 1
        self.originals[backfill] += 1
        hashes = np.frombuffer(change.hashes, dtype="<u4")
        np.add.at(self.frequencies[backfill], cells_of(hashes), _ONE)
        self.postings[backfill].add(hashes[:STORY_LEADS], slot, ages)

    def make_room(self, slots: int) -> None:
        """Grow to so many slots."""
        if len(self.members) < slots:
            self.members.resize(slots, refcheck=False)

    def take_rows(self, count: int) -> list[int]:
        """Return `count` free rows of stories, and mark them as used."""
        while len(self._free) < count:
            self._grow()
        return [self._free.pop() for _ in range(count)]

    def remove(self, slot: int, *, backfill: bool) -> None:
        """Forget the original at `slot`, the oldest of its story that is remembered; nothing if it has no story."""
        member = self.member(slot)
        if member is None:
            return
        story, source = int(member["story"]), int(member["story"]) << 32 | int(member["source"])
        hashes = self.words_of(slot)[0]
        self.postings[backfill].remove(hashes[:STORY_LEADS], slot)
        np.subtract.at(self.frequencies[backfill], cells_of(hashes), _ONE)
        self.originals[backfill] -= 1
        self.words.release([int(member["row"])])
        if self.source_members[source] == 1:
            del self.source_members[source]
        else:
            self.source_members[source] -= 1
        self.stories["members"][story] -= 1
        if not self.stories["members"][story]:
            del self.row_of[self.stories["id"][story].tobytes()]
            self.stories[story] = np.zeros((), dtype=_STORY_TYPE)
            self._free.append(story)
        self.members[slot] = np.zeros((), dtype=MEMBER_TYPE)

    def _grow(self) -> None:
        size, more = len(self.stories), max(len(self.stories) // 8, 1)
        self.stories.resize(size + more, refcheck=False)
        self._free[:0] = range(size + more - 1, size - 1, -1)

    def _set_state(self, story: int, change: StoryChange) -> None:
        state = self.stories[story]
        state["last_at"], state["size"], state["sources"], state["copies"] = change.last_at, change.size, change.sources, change.copies
