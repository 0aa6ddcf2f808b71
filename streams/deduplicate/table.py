"""From a 32-bit key to the places of the entries that have it: a multimap in numpy arrays, 8 bytes a cell.

A bucket is one cache line of keys, so a look-up of hundreds of keys is one gather; what does not fit its bucket goes to a small
dict. What a look-up finds depends on the pairs put and removed alone, never on the size of the table or on when it grew.

**Growing** happens in place and a few buckets at a time, so that no article waits for it: the bucket of a key is a fraction of the
buckets, so of a larger table it is the same one or a later one, and buckets move from the last to the first into free ones.
"""

from collections.abc import Iterator

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
_HALF = np.uint64(32)
_LOW_HALF = (1 << 32) - 1
# A growth by a fourth must be through before the next, which is 2.4 pairs a bucket later: here two are put for each bucket that moves.
# Many buckets at once cost the least (1 ms).
_MOVED_AT_ONCE = 512
_PAIRS_BETWEEN = 1024
_TOUCHED_AT_ONCE = 1 << 15


class KeyTable:
    """A multimap from keys (uint32, never 0) to places (uint32), at most `COMMON` places for a key: those of the newest age."""

    def __init__(self, buckets: int = 64) -> None:
        self._keys = np.zeros((buckets, CELLS), dtype=np.uint32)
        self._places = np.zeros((buckets, CELLS), dtype=np.uint32)
        self._spilled = np.zeros(buckets, dtype=np.uint16)  # how many of a bucket's pairs are in the overflow
        self._overflow: dict[int, list[int]] = {}  # bucket -> its pairs, each as key << 32 | place
        self._count = 0
        # While it grows: how many buckets there were, and how many of them, the first ones, have not moved yet; else 0.
        self._before = self._unmoved = 0
        self._put_since_move = 0

    @classmethod
    def sized_for(cls, pairs: int) -> "KeyTable":
        """Return an empty table that takes so many pairs without growing."""
        return cls(max(64, int(pairs / CELLS / _FILL * 1.125)))

    def touch(self) -> Iterator[None]:
        """Write all memory once as it is, in steps of 10 ms: the kernel clears it where it is first written, 2 MB at a time."""
        for at in range(0, len(self._keys), _TOUCHED_AT_ONCE):
            for array in (self._keys, self._places):
                array[at : at + _TOUCHED_AT_ONCE] |= np.uint32(0)
            yield

    def _homes(self, keys: Keys) -> NDArray[np.intp]:
        """Return the bucket of each key: its scattered value as a fraction of the buckets."""
        scattered = (keys * _SCATTER).astype(np.uint64)
        homes = (scattered * np.uint64(len(self._keys)) >> _HALF).astype(np.intp)
        if self._unmoved:
            before = (scattered * np.uint64(self._before) >> _HALF).astype(np.intp)
            homes = np.where(before < self._unmoved, before, homes)
        return homes

    def _home(self, key: int) -> int:
        """Return the same of one key."""
        scattered = key * int(_SCATTER) & _LOW_HALF
        before = scattered * self._before >> 32
        return before if before < self._unmoved else scattered * len(self._keys) >> 32

    @property
    def size_bytes(self) -> int:
        """How many bytes the arrays take."""
        return self._keys.nbytes + self._places.nbytes + self._spilled.nbytes

    def find(self, keys: Keys) -> tuple[NDArray[np.intp], Places]:
        """Return all pairs (position in `keys`, place), in no particular order."""
        if not self._count:
            return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.uint32)
        homes = self._homes(keys)
        hits = (self._keys.take(homes, axis=0) == keys[:, None]).ravel().nonzero()[0]
        positions = hits // CELLS
        places = self._places.ravel().take(homes[positions] * CELLS + hits % CELLS)
        spilled = self._spilled.take(homes).nonzero()[0].tolist() if self._overflow else ()
        more = [(at, pair & _LOW_HALF) for at in spilled for pair in self._overflow[homes.item(at)] if pair >> 32 == keys.item(at)]
        if more:
            positions = np.concatenate((positions, np.array([position for position, _ in more], dtype=np.intp)))
            places = np.concatenate((places, np.array([place for _, place in more], dtype=np.uint32)))
        return positions, places

    def find_one(self, key: int) -> list[int]:
        """Return the places of one key, in no particular order."""
        home = self._home(key)
        spilled = [pair & _LOW_HALF for pair in self._overflow.get(home, ()) if pair >> 32 == key]
        places: list[int] = self._places[home][self._keys[home] == key].tolist()
        return places + spilled

    def add(self, keys: Keys, place: int, ages: NDArray[np.int64]) -> None:
        """Put `place` under each of `keys` (all different); `ages[place]` says which of two entries is the newer one."""
        self._make_room(len(keys))
        homes = self._homes(keys)
        rows = self._keys.take(homes, axis=0)
        held = np.bincount((rows == keys[:, None]).ravel().nonzero()[0] // CELLS, minlength=len(keys))
        cells = homes * CELLS + (rows == 0).argmax(axis=1)
        # Nearly all keys have room in their list and in their bucket: these are written at once, the others one by one.
        every_key, every_place = self._keys.ravel(), self._places.ravel()
        simple = (every_key.take(cells) == 0) & (held < COMMON) & (self._spilled.take(homes) == 0)
        chosen, put = cells[simple], keys[simple]
        every_key[chosen] = put
        simple[simple] = every_key.take(chosen) == put  # of two that chose one cell the first is left over
        every_place[cells[simple]] = place
        self._count += int(np.count_nonzero(simple))
        for position in (~simple).nonzero()[0].tolist():
            self._put(keys.item(position), homes.item(position), place, ages)

    def fill(self, keys: Keys, places: Places, ages: NDArray[np.int64]) -> None:
        """Put all pairs, of newer entries first, and none older than an entry put before: so a full list takes no more.

        For a table that is large enough and from which nothing was removed, so that its buckets are filled from the first cell on.
        """
        if not len(keys):
            return
        scattered = (keys * _SCATTER).astype(np.uint64)
        order = (np.sort(scattered << _HALF | np.arange(len(keys), dtype=np.uint64)) & np.uint64(_LOW_HALF)).astype(np.intp)
        keys, places = keys[order], places[order]
        homes = self._homes(keys)
        rows = self._keys[homes]
        plain = self._spilled[homes] == 0
        taken = np.flatnonzero(plain & (_ranks(keys) + np.count_nonzero(rows == keys[:, None], axis=1) < COMMON))
        cells = np.count_nonzero(rows[taken], axis=1) + _ranks(homes[taken])
        fits = cells < CELLS
        at, cells = taken[fits], cells[fits]
        self._keys[homes[at], cells] = keys[at]
        self._places[homes[at], cells] = places[at]
        self._count += len(at)
        for position in np.concatenate((np.flatnonzero(~plain), taken[~fits])).tolist():
            self._put(int(keys[position]), int(homes[position]), int(places[position]), ages)

    def remove(self, keys: Keys, place: int) -> None:
        """Take `place` away from each of `keys`; a pair that is not there (pushed out by newer ones) is no error."""
        homes = self._homes(keys)
        positions, cells = np.nonzero((self._keys[homes] == keys[:, None]) & (self._places[homes] == place))
        self._keys[homes[positions], cells] = 0
        self._places[homes[positions], cells] = 0
        self._count -= len(positions)
        if self._overflow:
            for position in np.flatnonzero(self._spilled[homes]).tolist():
                self._take(int(homes[position]), int(keys[position]) << 32 | place)

    def _put(self, key: int, home: int, place: int, ages: NDArray[np.int64]) -> None:
        keys, places, spilled = self._keys[home].tolist(), self._places[home].tolist(), self._overflow.get(home, [])
        held = [(ages.item(places[cell]), cell) for cell in range(CELLS) if keys[cell] == key]
        held += [(ages.item(pair & _LOW_HALF), CELLS + at) for at, pair in enumerate(spilled) if pair >> 32 == key]
        if len(held) >= COMMON:
            age, at = min(held)
            if age < ages.item(place) and at < CELLS:
                self._places[home, at] = place
            elif age < ages.item(place):
                spilled[at - CELLS] = key << 32 | place
            return
        self._count += 1
        if 0 in keys:
            cell = keys.index(0)
            self._keys[home, cell] = key
            self._places[home, cell] = place
        else:
            self._overflow.setdefault(home, []).append(key << 32 | place)
            self._spilled[home] += 1

    def _take(self, home: int, pair: int) -> None:
        pairs = self._overflow.get(home, [])
        if pair in pairs:
            pairs.remove(pair)
            self._spilled[home] -= 1
            self._count -= 1
            if not pairs:
                del self._overflow[home]

    def _make_room(self, pairs: int) -> None:
        """Begin to grow where so many more would be too full, and go on growing."""
        self._put_since_move += pairs
        if self._unmoved and self._put_since_move >= _PAIRS_BETWEEN:
            self._put_since_move = 0
            self._move(_MOVED_AT_ONCE)
        if self._count + pairs > self._keys.size * _FILL:
            buckets = len(self._keys) * 5 // 4 + 1
            # In place: the kernel moves pages, and copies nothing, but it clears the new ones (60 ms at a million articles): so one array
            # for one article, the other for the next. No view of these arrays outlives a method.
            if len(self._places) < buckets:
                self._places.resize((buckets, CELLS), refcheck=False)
                return
            self._move(self._unmoved)
            self._before = self._unmoved = len(self._keys)
            self._keys.resize((buckets, CELLS), refcheck=False)
            self._spilled.resize(buckets, refcheck=False)

    def _move(self, count: int) -> None:
        """Put the pairs of the last `count` buckets that have not moved into their new ones."""
        first, last, buckets = max(self._unmoved - count, 0), self._unmoved, len(self._keys)
        if not last:
            return
        # The new buckets of these pairs; the last of them may have pairs of the bucket that moved before.
        targets = np.arange(max(first * buckets // self._before, last), min(last * buckets // self._before + 1, buckets))
        rows = np.concatenate((np.arange(first, last), targets))
        keys, places = self._taken_out(rows)
        self._unmoved = first
        homes = self._homes(keys)
        order = np.argsort(homes, kind="stable")
        keys, places, homes = keys[order], places[order], homes[order]
        cells = _ranks(homes)
        fits = cells < CELLS
        self._keys[homes[fits], cells[fits]] = keys[fits]
        self._places[homes[fits], cells[fits]] = places[fits]
        for key, home, place in zip(keys[~fits].tolist(), homes[~fits].tolist(), places[~fits].tolist(), strict=True):
            self._overflow.setdefault(home, []).append(key << 32 | place)
            self._spilled[home] += 1

    def _taken_out(self, rows: NDArray[np.intp]) -> tuple[Keys, Places]:
        """Return the pairs of these buckets, which are empty then."""
        keys, places = self._keys[rows], self._places[rows]
        used = keys != 0
        more = np.array([pair for home in rows[self._spilled[rows] > 0].tolist() for pair in self._overflow.pop(home)], dtype=np.uint64)
        self._keys[rows] = self._places[rows] = 0
        self._spilled[rows] = 0
        return np.concatenate((keys[used], (more >> _HALF).astype(np.uint32))), np.concatenate((places[used], more.astype(np.uint32)))


def _ranks(ordered: NDArray[np.generic]) -> NDArray[np.intp]:
    """Return for each element how many equal ones stand before it; equal ones stand together."""
    at = np.arange(len(ordered))
    changed = np.ones(len(ordered), dtype=np.bool_)
    changed[1:] = ordered[1:] != ordered[:-1]
    result: NDArray[np.intp] = at - np.maximum.accumulate(np.where(changed, at, 0))
    return result
