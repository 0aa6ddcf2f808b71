from collections import Counter

import pytest

from tests.chaos.faults import CLUSTER_KINDS, KINDS, LASTING, schedule


def test_full_run_has_each_kind_at_least_five_times() -> None:
    counts = Counter(fault.kind for fault in schedule(60, seed=1))
    assert counts.total() == 60
    assert counts.keys() == set(KINDS)
    assert min(counts.values()) >= 5


def test_seed_gives_the_same_faults_again_and_another_seed_others() -> None:
    assert schedule(30, seed=7) == schedule(30, seed=7)
    assert schedule(30, seed=7) != schedule(30, seed=8)


@pytest.mark.parametrize("seed", range(20))
def test_third_worker_joins_before_it_leaves(seed: int) -> None:
    turns = [fault.kind for fault in schedule(60, seed) if fault.kind in ("join", "leave")]
    assert turns == ["join", "leave"] * (len(turns) // 2) + ["join"] * (len(turns) % 2)


def test_full_run_on_three_brokers_has_each_kind_at_least_four_times() -> None:
    counts = Counter(fault.kind for fault in schedule(80, seed=1, kinds=CLUSTER_KINDS, guests=3))
    assert counts.total() == 80
    assert counts.keys() == set(CLUSTER_KINDS)
    assert all(count >= 4 for kind, count in counts.items() if kind not in ("join", "leave"))


@pytest.mark.parametrize("seed", range(20))
def test_all_guests_join_before_they_leave(seed: int) -> None:
    turns = [fault.kind for fault in schedule(200, seed, CLUSTER_KINDS, guests=3) if fault.kind in ("join", "leave")]
    assert turns[:9] == ["join"] * 3 + ["leave"] * 3 + ["join"] * 3


def test_each_kind_whose_recovery_begins_at_its_end_is_a_kind() -> None:
    assert {*KINDS, *CLUSTER_KINDS} >= LASTING
