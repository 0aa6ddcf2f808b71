import random

import numpy as np
import pytest

from streams.deduplicate import table as table_module
from streams.deduplicate.table import MAX_SLOTS_PER_KEY, MIN_BUCKETS, KeyTable

GROWTHS = [
    pytest.param((512, 512), id="all buckets at once"),
    pytest.param((3, 5), id="a few buckets at a time"),
    pytest.param((1, 10**9), id="never before the next growth"),
]


def _pairs(table: KeyTable, keys: list[int]) -> list[tuple[int, int]]:
    wanted = np.array(keys, dtype=np.uint32)
    positions, slots = table.find(wanted)
    return sorted(zip(wanted[positions].tolist(), slots.tolist(), strict=True))


def _keys(chance: random.Random, slot: int) -> list[int]:
    count = 5 if slot % 5 else 2
    return chance.sample(range(1, 60), count) if slot % 3 else chance.sample(range(1, 2**32), count)


@pytest.mark.parametrize("growth", GROWTHS)
@pytest.mark.parametrize("buckets", [1, 2, 64])
@pytest.mark.parametrize("seed", range(2))
def test_the_table_holds_the_newest_places_of_each_key_whatever_its_size(
    buckets: int, seed: int, growth: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_module, "_BUCKETS_PER_MOVE", growth[0])
    monkeypatch.setattr(table_module, "_PAIRS_PER_MOVE", growth[1])
    chance, table, model = random.Random(seed), KeyTable(buckets), dict[int, list[int]]()
    ages = np.array([chance.randrange(10**6) * 1000 + slot for slot in range(350)], dtype=np.int64)
    held = dict[int, list[int]]()
    for slot in range(1, 350):
        held[slot] = _keys(chance, slot)
        table.add(np.array(held[slot], dtype=np.uint32), slot, ages)
        for key in held[slot]:
            model[key] = sorted([*model.get(key, []), slot], key=lambda other: int(ages[other]))[-MAX_SLOTS_PER_KEY:]
        if slot % 4 == 0:
            gone = chance.choice(list(held))
            for key in held[gone]:
                model[key] = [other for other in model[key] if other != gone]
            table.remove(np.array(held.pop(gone), dtype=np.uint32), gone)
        if slot % 23 == 0 or slot == 349:
            assert _pairs(table, list(model)) == sorted((key, slot) for key, slots in model.items() for slot in slots)
    assert {key: sorted(table.find_one(key)) for key in model} == {key: sorted(slots) for key, slots in model.items()}


def test_a_growing_table_has_both_moved_and_unmoved_buckets_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "_BUCKETS_PER_MOVE", 3)
    monkeypatch.setattr(table_module, "_PAIRS_PER_MOVE", 5)
    table, unmoved = KeyTable(64), set[int]()
    for slot in range(1, 2000):
        table.add(np.array([slot * 7919, slot * 104729], dtype=np.uint32), slot, np.arange(2000))
        unmoved.add(table._unmoved)
    assert len(unmoved) > 20
    assert 0 in unmoved


@pytest.mark.parametrize("buckets", [1, 8, 64])
@pytest.mark.parametrize("at_once", [1, 17, 400])
def test_filling_a_table_is_adding_each(buckets: int, at_once: int) -> None:
    chance, added, filled = random.Random(3), KeyTable(buckets), KeyTable(buckets)
    ages = np.arange(400, dtype=np.int64)
    keys = {slot: _keys(chance, slot) for slot in range(1, 400)}
    for slot, own in keys.items():
        added.add(np.array(own, dtype=np.uint32), slot, ages)
    newest_first = sorted(keys, reverse=True)
    for at in range(0, len(newest_first), at_once):
        pairs = [(key, slot) for slot in newest_first[at : at + at_once] for key in keys[slot]]
        columns = np.array(pairs, dtype=np.uint32)
        filled.fill(columns[:, 0], columns[:, 1], ages)
    every = sorted({key for own in keys.values() for key in own})
    assert _pairs(filled, every) == _pairs(added, every)


def test_touching_a_table_leaves_it_as_it_is() -> None:
    chance, table = random.Random(5), KeyTable(MIN_BUCKETS + 1)
    keys = [np.array(_keys(chance, slot), dtype=np.uint32) for slot in range(60)]
    for slot, own in enumerate(keys[1:], start=1):
        table.add(own, slot, np.arange(60))
    every = sorted({int(key) for own in keys for key in own})
    before = _pairs(table, every)
    for _ in table.touch():
        pass
    assert _pairs(table, every) == before != []
