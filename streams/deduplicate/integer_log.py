"""Logarithms in integers: sums of them decide verdicts, which must be equal on every machine."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

UNIT = 256  # of a binary logarithm: log2(2) is one unit
_TABLED_BITS = 12
_FRACTION_BITS = 8
_SCALE_BITS = 32
_SCALED_TWO = 2 << _SCALE_BITS


def _log2(number: int) -> int:
    """Return floor(256 * log2(number)) by repeated squaring."""
    whole = number.bit_length() - 1
    scaled, result = (number << _SCALE_BITS) >> whole, whole
    for _ in range(_FRACTION_BITS):
        scaled = scaled * scaled >> _SCALE_BITS
        result <<= 1
        if scaled >= _SCALED_TWO:
            scaled >>= 1
            result += 1
    return result


@cache
def _table() -> Integers:
    """Return the logarithms of 0 to 4095; that of 0 is 0."""
    table = np.array([0] + [_log2(number) for number in range(1, 1 << _TABLED_BITS)], dtype=np.int64)
    table.flags.writeable = False
    return table


def log2_of_all(numbers: Integers) -> Integers:
    """Return 256 * log2 of each number (at least 1), rounded down; of a number above 4095 its 12 highest bits count."""
    if not np.count_nonzero(numbers >> _TABLED_BITS):
        return _table().take(numbers)
    largest = int(numbers.max())
    shifts = np.zeros(len(numbers), dtype=np.int64)
    for bits in range(_TABLED_BITS, largest.bit_length()):
        shifts += numbers >= 1 << bits
    return _table().take(numbers >> shifts) + shifts * UNIT


def log2_of(number: int) -> int:
    """Return 256 * log2 of one number, as `log2_of_all`."""
    shift = max(number.bit_length() - _TABLED_BITS, 0)
    return int(_table()[number >> shift]) + shift * UNIT
