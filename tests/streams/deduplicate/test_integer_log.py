"""Logarithms in integers are close to those of real numbers, and never fall."""

from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.deduplicate.integer_log import UNIT, log2_of, log2_of_all

NUMBERS = st.integers(1, 2**40)


@given(NUMBERS)
def test_a_logarithm_is_rounded_down_within_one_part_of_a_unit(number: int) -> None:
    assert log2(number) * UNIT - 1.5 <= log2_of(number) <= log2(number) * UNIT + 1e-6


@given(st.lists(NUMBERS, min_size=1, max_size=20))
def test_the_logarithms_of_an_array_are_those_of_its_numbers(numbers: list[int]) -> None:
    assert log2_of_all(np.array(numbers, dtype=np.int64)).tolist() == [log2_of(number) for number in numbers]


@given(NUMBERS, NUMBERS)
def test_a_larger_number_has_no_smaller_logarithm(one: int, other: int) -> None:
    assert log2_of(min(one, other)) <= log2_of(max(one, other))


@pytest.mark.parametrize("power", range(0, 40, 3))
def test_the_logarithm_of_a_power_of_two_is_exact(power: int) -> None:
    assert log2_of(1 << power) == power * UNIT
