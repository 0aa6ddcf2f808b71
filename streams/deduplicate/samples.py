"""The samples of the remembered texts, in blocks of rows of a fixed width. Rows are reused, so growth copies nothing."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from streams.deduplicate.fingerprint import SAMPLE_SIZE, Hashes

_BLOCK_ROWS = 1024
Rows = NDArray[np.uint32]


class Samples:
    """Samples by row, of at most `width` cells; row 0 is the empty sample. The caller keeps the length of a row."""

    def __init__(self, width: int = SAMPLE_SIZE) -> None:
        self._width = width
        self._blocks: list[Hashes] = []
        self._free: list[int] = []

    @property
    def size_bytes(self) -> int:
        """Return the size of the arrays in bytes."""
        return sum(block.nbytes for block in self._blocks)

    def get(self, row: int, length: int) -> Hashes:
        """Return the sample of `length` runs in `row`."""
        return self._blocks[row // _BLOCK_ROWS][row % _BLOCK_ROWS][:length] if row else np.empty(0, dtype=np.uint32)

    def put(self, sample: Hashes) -> int:
        """Store a sample and return its row."""
        if not len(sample):
            return 0
        if not self._free:
            self._add_block()
        row = self._free.pop()
        self._blocks[row // _BLOCK_ROWS][row % _BLOCK_ROWS, : len(sample)] = sample
        return row

    def put_all(self, samples: Hashes, lengths: NDArray[np.integer]) -> Rows:
        """Store samples, concatenated in `samples` with these lengths, and return their rows."""
        rows = np.zeros(len(lengths), dtype=np.uint32)
        filled = np.flatnonzero(lengths)
        rows[filled] = self._take(len(filled))
        wide = np.zeros((len(filled), self._width), dtype=np.uint32)
        wide[np.arange(self._width) < lengths[filled, None]] = samples
        blocks = rows[filled] // _BLOCK_ROWS
        for block in np.unique(blocks).tolist():
            self._blocks[block][rows[filled[blocks == block]] % _BLOCK_ROWS] = wide[blocks == block]
        return rows

    def first_of_all(self, rows: Rows, width: int) -> Hashes:
        """Return the first `width` cells of each row, one line each; cells after the end of a sample are undefined."""
        leads = np.zeros((len(rows), width), dtype=np.uint32)
        blocks = rows // _BLOCK_ROWS
        for block in np.unique(blocks).tolist() if self._blocks else ():
            leads[blocks == block] = self._blocks[block][rows[blocks == block] % _BLOCK_ROWS, :width]
        return leads

    def release(self, rows: Iterable[int]) -> None:
        """Free these rows."""
        self._free.extend(row for row in rows if row)

    def _take(self, count: int) -> Rows:
        while len(self._free) < count:
            self._add_block()
        at = len(self._free) - count
        rows = np.array(self._free[at:][::-1], dtype=np.uint32)
        del self._free[at:]
        return rows

    def _add_block(self) -> None:
        first = len(self._blocks) * _BLOCK_ROWS
        self._blocks.append(np.zeros((_BLOCK_ROWS, self._width), dtype=np.uint32))
        self._free[:0] = range(first + _BLOCK_ROWS - 1, max(first, 1) - 1, -1)
