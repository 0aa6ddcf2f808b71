"""The short form of fuzzing: the same hundred and more mutated inputs each time, and what was found before."""

import random
from itertools import islice

import pytest

from tests.fuzz.mutate import mutated
from tests.fuzz.seeds import PIECES, seeds
from tests.fuzz.targets import TARGETS, check

pytestmark = pytest.mark.slow

INPUTS = 160


def test_every_target_has_a_seed_and_every_seed_holds() -> None:
    for data in seeds():
        check(data)
    assert {data[0] for data in seeds()} == set(range(len(TARGETS)))


@pytest.mark.parametrize("seed", [1, 2])
def test_what_must_hold_of_any_input_holds_of_mutated_ones(seed: int) -> None:
    for data in islice(mutated(seeds(), PIECES, random.Random(seed)), INPUTS // 2):
        check(data)
