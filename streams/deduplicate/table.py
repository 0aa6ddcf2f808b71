"""A multimap from 32-bit keys to the slots of the entries that have them, in numpy arrays, 8 bytes a cell.

A bucket is one cache line of keys, so a look-up of hundreds of keys is one gather; pairs that do not fit their bucket go to a small dict.
The result of a look-up depends only on the pairs added and removed, never on the size of the table or on when it grew.

**Growth** happens in place and a few buckets at a time, so that no article waits for it. The bucket of a key is a fraction of the number of
buckets, so in a larger table it is the same one or a later one, and buckets move, from the last to the first, into free ones.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint32]
Slots = NDArray[np.uint32]

_CELL_BITS = 4
CELLS = 1 << _CELL_BITS
_CELL_MASK = CELLS - 1
# A key of more entries is a phrase of many texts (a promo, a formula): it leads to no candidate, and only its newest entries are kept, so
# that no list grows with the window.
MAX_SLOTS_PER_KEY = 8
_MAX_FILL = 0.6
# Room for the keys of 3,000 articles in 512 KB. A smaller table would grow nearly all the time; keys are scattered over the whole table, so
# that a larger one costs more page faults and cache misses than it saves.
MIN_BUCKETS = 1 << 12
_SCATTER = np.uint32(0x9E3779B1)
_HALF = np.uint64(32)
_LOW_HALF = (1 << 32) - 1
# The highest byte of a product with this number is the sum of all bytes.
_EACH_BYTE, _HIGHEST_BYTE = np.uint64(0x0101010101010101), np.uint64(56)
# So few keys are added one by one in less time than the array calls for all of them take.
_FEW_KEYS = 3
# A growth by a fourth must end before the next one, 2.4 pairs a bucket later. Two buckets move for each pair added, so that it is over in a
# fifth of that time. Moving many buckets at once is cheapest (4 ms).
_BUCKETS_PER_MOVE = 2048
_PAIRS_PER_MOVE = 1024
_BUCKETS_PER_TOUCH = 1 << 15


class KeyTable:
    """A multimap from keys (uint32, never 0) to slots (uint32); a key keeps its `MAX_SLOTS_PER_KEY` slots of the newest age."""

    def __init__(self, buckets: int = MIN_BUCKETS) -> None:
        self._keys = np.zeros((buckets, CELLS), dtype=np.uint32)
        self._slots = np.zeros((buckets, CELLS), dtype=np.uint32)
        self._spilled = np.zeros(buckets, dtype=np.uint16)  # number of pairs of a bucket in the overflow
        self._overflow: dict[int, list[int]] = {}  # bucket -> its pairs, each as key << 32 | slot
        self._count = 0
        # During growth: the number of buckets before it, and how many of these, the first ones, have not moved yet; else 0.
        self._before = self._unmoved = 0
        self._added_since_move = 0

    @classmethod
    def sized_for(cls, pairs: int) -> "KeyTable":
        """Return an empty table with room for `pairs` without growing."""
        return cls(max(MIN_BUCKETS, int(pairs / CELLS / _MAX_FILL * 1.125)))

    def touch(self) -> Iterator[None]:
        """Write all memory back unchanged, in steps of 10 ms, as the kernel clears pages when they are first written (2 MB at a time).

        A table of the smallest size is left as it is, so that an index without articles takes no memory.
        """
        if len(self._keys) == MIN_BUCKETS:
            return
        for at in range(0, len(self._keys), _BUCKETS_PER_TOUCH):
            for array in (self._keys, self._slots):
                array[at : at + _BUCKETS_PER_TOUCH] |= np.uint32(0)
            yield

    def _homes(self, keys: Keys) -> NDArray[np.int64]:
        """Return the bucket of each key: its scattered value as a fraction of the buckets."""
        scattered = (keys * _SCATTER).astype(np.uint64)
        homes = scattered * np.uint64(len(self._keys))
        homes >>= _HALF
        if self._unmoved:
            before = scattered * np.uint64(self._before) >> _HALF
            homes = np.where(before < self._unmoved, before, homes)
        return homes.view(np.int64)

    def _home(self, key: int) -> int:
        """Return the bucket of one key."""
        scattered = key * int(_SCATTER) & _LOW_HALF
        before = scattered * self._before >> 32
        return before if before < self._unmoved else scattered * len(self._keys) >> 32

    @property
    def size_bytes(self) -> int:
        """Return the size of the arrays in bytes."""
        return self._keys.nbytes + self._slots.nbytes + self._spilled.nbytes

    def find(self, keys: Keys) -> tuple[NDArray[np.intp], Slots]:
        """Return all pairs (position in `keys`, slot), in no particular order."""
        if not self._count:
            return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.uint32)
        homes = self._homes(keys)
        hits = (self._keys.take(homes, axis=0) == keys[:, None]).ravel().nonzero()[0]
        positions = hits >> _CELL_BITS
        slots = self._slots.ravel().take((homes.take(positions) << _CELL_BITS) + (hits & _CELL_MASK))
        if not self._overflow:
            return positions, slots
        spilled = self._spilled.take(homes).nonzero()[0].tolist()
        more = [(at, pair & _LOW_HALF) for at in spilled for pair in self._overflow[homes.item(at)] if pair >> 32 == keys.item(at)]
        if more:
            positions = np.concatenate((positions, np.array([position for position, _ in more], dtype=np.intp)))
            slots = np.concatenate((slots, np.array([slot for _, slot in more], dtype=np.uint32)))
        return positions, slots

    def find_one(self, key: int) -> list[int]:
        """Return the slots of one key, in no particular order."""
        if not self._count:
            return []
        home = self._home(key)
        spilled = [pair & _LOW_HALF for pair in self._overflow.get(home, ()) if pair >> 32 == key]
        slots: list[int] = self._slots[home][self._keys[home] == key].tolist()
        return slots + spilled

    def add(self, keys: Keys, slot: int, ages: NDArray[np.int64]) -> None:
        """Add `slot` to each of `keys` (all different); `ages[slot]` is the age of its entry."""
        self._make_room(len(keys))
        if len(keys) <= _FEW_KEYS:
            for key in keys.tolist():
                self._put(key, self._home(key), slot, ages)
            return
        homes = self._homes(keys)
        rows = self._keys.take(homes, axis=0)
        cells = (homes << _CELL_BITS) + (rows == 0).argmax(axis=1)
        # Nearly all keys have room in their list and their bucket, and are written at once; the others one by one.
        every_key = self._keys.ravel()
        simple = every_key.take(cells) == 0
        equal = (rows == keys[:, None]).ravel().nonzero()[0]
        if len(equal) >= MAX_SLOTS_PER_KEY:
            simple &= np.bincount(equal >> _CELL_BITS, minlength=len(keys)) < MAX_SLOTS_PER_KEY
        if self._overflow:
            simple &= self._spilled.take(homes) == 0
        every_key[cells[simple]] = keys[simple]
        simple &= every_key.take(cells) == keys  # of two keys with one cell, the first is written below
        self._slots.ravel()[cells[simple]] = slot
        written = int(np.count_nonzero(simple))
        self._count += written
        if written < len(keys):
            for position in (~simple).nonzero()[0].tolist():
                self._put(keys.item(position), homes.item(position), slot, ages)

    def fill(self, keys: Keys, slots: Slots, ages: NDArray[np.int64]) -> None:
        """Add all pairs, which must be in descending age over all calls, so that a full list takes no more.

        The table must be large enough, and nothing removed from it, so that its buckets are filled from the first cell on.
        """
        if not len(keys):
            return
        scattered = (keys * _SCATTER).astype(np.uint64)
        order = (np.sort(scattered << _HALF | np.arange(len(keys), dtype=np.uint64)) & np.uint64(_LOW_HALF)).astype(np.intp)
        keys, slots = keys.take(order), slots.take(order)
        homes = self._homes(keys)
        rows = self._keys.take(homes, axis=0)
        plain = self._spilled.take(homes) == 0
        is_open = plain & (_ranks(keys) + _count_true(rows == keys[:, None]) < MAX_SLOTS_PER_KEY)
        open_positions = is_open.nonzero()[0]
        open_homes = homes.take(open_positions)
        cells = _count_true(rows != 0).take(open_positions) + _ranks(open_homes)
        fits = cells < CELLS
        at, cells = open_positions[fits], (open_homes[fits] << _CELL_BITS) + cells[fits]
        self._keys.ravel()[cells] = keys.take(at)
        self._slots.ravel()[cells] = slots.take(at)
        self._count += len(at)
        for position in np.concatenate((np.flatnonzero(~plain), open_positions[~fits])).tolist():
            self._put(int(keys[position]), int(homes[position]), int(slots[position]), ages)

    def remove(self, keys: Keys, slot: int) -> None:
        """Remove `slot` from each of `keys`; ignore pairs that newer ones have pushed out."""
        homes = self._homes(keys)
        positions, cells = np.nonzero((self._keys[homes] == keys[:, None]) & (self._slots[homes] == slot))
        self._keys[homes[positions], cells] = 0
        self._slots[homes[positions], cells] = 0
        self._count -= len(positions)
        if self._overflow:
            for position in np.flatnonzero(self._spilled[homes]).tolist():
                self._remove_overflowing(int(homes[position]), int(keys[position]) << 32 | slot)

    def _put(self, key: int, home: int, slot: int, ages: NDArray[np.int64]) -> None:
        keys, spilled = self._keys[home].tolist(), self._overflow.get(home, [])
        if keys.count(key) + len(spilled) >= MAX_SLOTS_PER_KEY:
            slots = self._slots[home].tolist()
            cells_of_key = [(ages.item(slots[cell]), cell) for cell in range(CELLS) if keys[cell] == key]
            cells_of_key += [(ages.item(pair & _LOW_HALF), CELLS + at) for at, pair in enumerate(spilled) if pair >> 32 == key]
            if len(cells_of_key) >= MAX_SLOTS_PER_KEY:
                age, at = min(cells_of_key)
                if age < ages.item(slot) and at < CELLS:
                    self._slots[home, at] = slot
                elif age < ages.item(slot):
                    spilled[at - CELLS] = key << 32 | slot
                return
        self._count += 1
        if 0 in keys:
            cell = keys.index(0)
            self._keys[home, cell] = key
            self._slots[home, cell] = slot
        else:
            self._overflow.setdefault(home, []).append(key << 32 | slot)
            self._spilled[home] += 1

    def _remove_overflowing(self, home: int, pair: int) -> None:
        pairs = self._overflow.get(home, [])
        if pair in pairs:
            pairs.remove(pair)
            self._spilled[home] -= 1
            self._count -= 1
            if not pairs:
                del self._overflow[home]

    def _make_room(self, pairs: int) -> None:
        """Start to grow if `pairs` more would exceed the maximum fill, and continue a growth."""
        self._added_since_move += pairs
        if self._unmoved and self._added_since_move >= _PAIRS_PER_MOVE:
            self._added_since_move = 0
            self._move(_BUCKETS_PER_MOVE)
        if self._count + pairs > self._keys.size * _MAX_FILL:
            buckets = len(self._keys) * 5 // 4 + 1
            # In place: the kernel moves pages and copies nothing, but clears the new ones (60 ms at a million articles). So one array grows
            # during one article, the other during the next. No view of these arrays outlives a method.
            if len(self._slots) < buckets:
                self._slots.resize((buckets, CELLS), refcheck=False)
                return
            self._move(self._unmoved)
            self._before = self._unmoved = len(self._keys)
            self._keys.resize((buckets, CELLS), refcheck=False)
            self._spilled.resize(buckets, refcheck=False)

    def _move(self, count: int) -> None:
        """Move the pairs of the last `count` unmoved buckets into their new buckets."""
        first, last, buckets = max(self._unmoved - count, 0), self._unmoved, len(self._keys)
        if not last:
            return
        # The new buckets of these pairs; the last one may have pairs of the bucket that moved before.
        targets = np.arange(max(first * buckets // self._before, last), min(last * buckets // self._before + 1, buckets))
        rows = np.concatenate((np.arange(first, last), targets))
        keys, slots = self._pop_pairs(rows)
        self._unmoved = first
        homes = self._homes(keys)
        order = np.argsort(homes, kind="stable")
        keys, slots, homes = keys[order], slots[order], homes[order]
        cells = _ranks(homes)
        fits = cells < CELLS
        self._keys[homes[fits], cells[fits]] = keys[fits]
        self._slots[homes[fits], cells[fits]] = slots[fits]
        for key, home, slot in zip(keys[~fits].tolist(), homes[~fits].tolist(), slots[~fits].tolist(), strict=True):
            self._overflow.setdefault(home, []).append(key << 32 | slot)
            self._spilled[home] += 1

    def _pop_pairs(self, rows: NDArray[np.intp]) -> tuple[Keys, Slots]:
        """Remove all pairs of these buckets and return them."""
        keys, slots = self._keys[rows], self._slots[rows]
        used = keys != 0
        more = np.array([pair for home in rows[self._spilled[rows] > 0].tolist() for pair in self._overflow.pop(home)], dtype=np.uint64)
        self._keys[rows] = self._slots[rows] = 0
        self._spilled[rows] = 0
        return np.concatenate((keys[used], (more >> _HALF).astype(np.uint32))), np.concatenate((slots[used], more.astype(np.uint32)))


def _count_true(cells: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return how many of the `CELLS` of each row are true: `np.count_nonzero` by axis takes several times as long."""
    halves = cells.view(np.uint64)
    return ((halves[:, 0] + halves[:, 1]) * _EACH_BYTE >> _HIGHEST_BYTE).view(np.intp)


def _ranks(ordered: NDArray[np.generic]) -> NDArray[np.intp]:
    """Return for each element the number of equal ones before it; equal elements must be neighbours."""
    at = np.arange(len(ordered))
    changed = np.ones(len(ordered), dtype=np.bool_)
    changed[1:] = ordered[1:] != ordered[:-1]
    result: NDArray[np.intp] = at - np.maximum.accumulate(np.where(changed, at, 0))
    return result
