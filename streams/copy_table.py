"""From a 32-bit key to the places of the entries that have it: a multimap in numpy arrays, 8 bytes a cell.

A bucket is one cache line of keys, so a look-up of hundreds of keys is one gather; what does not fit its bucket goes to a small
dict. What a look-up finds depends on the pairs put and removed alone, never on the size of the table or on when it grew.
"""

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint32]
Places = NDArray[np.uint32]

CELLS = 16
# A key with so many entries is a phrase that many texts have (a promo, a formula): it leads to no candidate, and only its newest
# entries are kept, so that no list grows with the window.
COMMON = 8
_FILL = 0.6
_SCATTER = np.uint32(0x9E3779B1)


class KeyTable:
    """A multimap from keys (uint32, never 0) to places (uint32), at most `COMMON` places for a key: those of the newest age."""

    def __init__(self, buckets: int = 64) -> None:
        self._allocate(buckets)

    def _allocate(self, buckets: int) -> None:
        self._keys = np.zeros((buckets, CELLS), dtype=np.uint32)
        self._places = np.zeros((buckets, CELLS), dtype=np.uint32)
        self._spilled = np.zeros(buckets, dtype=np.uint16)  # how many of a bucket's pairs are in the overflow
        self._overflow: dict[int, list[int]] = {}
        self._count = 0

    def _homes(self, keys: Keys) -> NDArray[np.intp]:
        """Return the bucket of each key: its scattered value as a fraction of the buckets."""
        return ((keys * _SCATTER).astype(np.uint64) * np.uint64(len(self._keys)) >> np.uint64(32)).astype(np.intp)

    @property
    def size_bytes(self) -> int:
        """How many bytes the arrays take."""
        return self._keys.nbytes + self._places.nbytes + self._spilled.nbytes

    def find(self, keys: Keys) -> tuple[NDArray[np.intp], Places]:
        """Return all pairs (position in `keys`, place), in no particular order."""
        homes = self._homes(keys)
        positions, cells = np.nonzero(self._keys[homes] == keys[:, None])
        places = self._places[homes[positions], cells]
        spilled = np.flatnonzero(self._spilled[homes]).tolist() if self._overflow else ()
        more = [(position, place) for position in spilled for place in self._overflow.get(int(keys[position]), ())]
        if more:
            positions = np.concatenate((positions, np.array([position for position, _ in more], dtype=np.intp)))
            places = np.concatenate((places, np.array([place for _, place in more], dtype=np.uint32)))
        return positions, places

    def add(self, keys: Keys, place: int, ages: NDArray[np.int64]) -> None:
        """Put `place` under each of `keys` (all different); `ages[place]` says which of two entries is the newer one."""
        if self._count + len(keys) > self._keys.size * _FILL:
            self._grow()
        homes = self._homes(keys)
        rows = self._keys[homes]
        free = rows == 0
        # Nearly all keys are new and have room in their bucket: these are written at once, the others one by one.
        simple = free.any(axis=1) & ~(rows == keys[:, None]).any(axis=1) & (self._spilled[homes] == 0)
        cells = free.argmax(axis=1)
        self._keys[homes[simple], cells[simple]] = keys[simple]
        simple &= self._keys[homes, cells] == keys  # of two that chose one cell the first is left over
        self._places[homes[simple], cells[simple]] = place
        self._count += int(np.count_nonzero(simple))
        for position in np.flatnonzero(~simple).tolist():
            self._put(int(keys[position]), int(homes[position]), place, ages)

    def remove(self, keys: Keys, place: int) -> None:
        """Take `place` away from each of `keys`; a pair that is not there (pushed out by newer ones) is no error."""
        homes = self._homes(keys)
        positions, cells = np.nonzero((self._keys[homes] == keys[:, None]) & (self._places[homes] == place))
        self._keys[homes[positions], cells] = 0
        self._places[homes[positions], cells] = 0
        self._count -= len(positions)
        if self._overflow:
            for position in np.flatnonzero(self._spilled[homes]).tolist():
                self._take(int(keys[position]), int(homes[position]), place)

    def _put(self, key: int, home: int, place: int, ages: NDArray[np.int64]) -> None:
        cells = np.flatnonzero(self._keys[home] == key).tolist()
        spilled = self._overflow.get(key, [])
        held = [(int(ages[self._places[home, cell]]), cell) for cell in cells]
        held += [(int(ages[other]), CELLS + at) for at, other in enumerate(spilled)]
        if len(held) >= COMMON:
            age, at = min(held)
            if age < int(ages[place]):
                self._replace(key, home, at, place)
            return
        self._count += 1
        free = np.flatnonzero(self._keys[home] == 0)
        if len(free):
            self._keys[home, free[0]] = key
            self._places[home, free[0]] = place
        else:
            self._overflow.setdefault(key, []).append(place)
            self._spilled[home] += 1

    def _replace(self, key: int, home: int, at: int, place: int) -> None:
        if at < CELLS:
            self._places[home, at] = place
        else:
            self._overflow[key][at - CELLS] = place

    def _take(self, key: int, home: int, place: int) -> None:
        places = self._overflow.get(key)
        if places and place in places:
            places.remove(place)
            self._spilled[home] -= 1
            self._count -= 1
            if not places:
                del self._overflow[key]

    def _grow(self) -> None:
        """Make half as many buckets more and put every pair into its new one."""
        used = self._keys != 0
        keys = np.concatenate((self._keys[used], np.repeat(*self._spilled_keys())))
        places = np.concatenate((self._places[used], np.array([p for held in self._overflow.values() for p in held], dtype=np.uint32)))
        self._allocate(len(self._keys) * 3 // 2 + 1)
        homes = self._homes(keys)
        order = np.argsort(homes, kind="stable")
        keys, places, homes = keys[order], places[order], homes[order]
        at = np.arange(len(homes))
        ranks = at - np.maximum.accumulate(np.where(np.diff(homes, prepend=-1) > 0, at, 0))
        fits = ranks < CELLS
        self._keys[homes[fits], ranks[fits]] = keys[fits]
        self._places[homes[fits], ranks[fits]] = places[fits]
        for key, home, place in zip(keys[~fits].tolist(), homes[~fits].tolist(), places[~fits].tolist(), strict=True):
            self._overflow.setdefault(key, []).append(place)
            self._spilled[home] += 1
        self._count = len(keys)

    def _spilled_keys(self) -> tuple[Keys, NDArray[np.intp]]:
        return np.array(list(self._overflow), dtype=np.uint32), np.array([len(held) for held in self._overflow.values()], dtype=np.intp)
