import random
from collections.abc import Sequence

import numpy as np
import pytest

from streams.deduplicate.changes import Change, change_columns, pack_changes, unpack_changes
from streams.deduplicate.index import LEADS, CopyConfig, CopyIndex, own_keys
from streams.deduplicate.rebuild import Rebuild, rebuilt
from tests.streams.invented_texts import NOW

CONFIG = CopyConfig(window_s=900, capacity=150)
Entry = tuple[object, ...]


def _id(number: int) -> str:
    return f"{number * 2654435761 % 2**32:08x}{number:024x}"


def _log(seed: int, count: int) -> list[bytes]:
    """Return records as no real stream has them: few different leads, many fuller copies, an append time that steps back."""
    chance, originals, log, number = random.Random(seed), list[str](), list[bytes](), 0
    for at in range(count):
        changes = []
        for _ in range(chance.choice([0, 1, 3, 9])):
            number += 1
            runs = {2 * chance.choice([chance.randint(1, 30), chance.randint(1, 2**31 - 1)]) for _ in range(chance.randint(1, 40))}
            of = chance.choice(originals[-200:]) if originals and chance.random() < 0.5 else None
            if of is None:
                originals.append(_id(number))
            sample = (
                np.array([run | chance.randint(0, 1) for run in sorted(runs)], dtype="<u4").tobytes()
                if of is None or chance.random() < 0.3
                else b""
            )
            content = _id(10**9 + chance.randint(1, 30))
            event = NOW - chance.randint(0, 99)
            change = Change(id=_id(number), content_id=content, source=chance.randint(0, 3), event=event, of=of, runs=99, sample=sample)
            changes.append(change)
        log.append(pack_changes(changes, NOW + at * 5 - chance.choice([0, 0, 0, 700, 2000]), chance.random() < 0.3))
    return log


def _reapply(log: Sequence[bytes], index: CopyIndex) -> None:
    for value in log:
        packed = unpack_changes(value)
        for change in packed.changes:
            index.apply(change, now=packed.now, backfill=packed.backfill)


def _entries(index: CopyIndex) -> list[Entry]:
    """Return all that verdicts use of each entry, in the order of their age, wherever they stand."""
    found = []
    for slot in np.flatnonzero(index.entries["age"]).tolist():
        entry, first = index.entries[slot], index.first_sample(slot)
        original = index.entries[int(entry["of"])]
        of = original["id"].tobytes().hex() if entry["of_age"] and original["age"] == entry["of_age"] else bool(entry["of_age"])
        own = [int(entry[name]) for name in ("age", "event", "appended", "source", "backfill")]
        sample, runs = index.sample(slot)
        texts = (sample.tolist(), runs, first and (first[0].tolist(), first[1]))
        found.append((*own, entry["id"].tobytes(), entry["content"].tobytes(), of, *texts))
    return sorted(found)


def _lists(index: CopyIndex, log: Sequence[bytes]) -> list[tuple[int, int]]:
    """Return for each key that was ever put the ages of the entries that it leads to."""
    keys = set[int]()
    for value in log:
        for change in unpack_changes(value).changes:
            keys.update(own_keys(bytes.fromhex(change.id), bytes.fromhex(change.content_id), change.source))
            keys.update(run & ~1 for run in np.frombuffer(change.sample, dtype="<u4").tolist()[:LEADS])
    wanted = np.array(sorted(keys), dtype=np.uint32)
    positions, slots = index.find(wanted)
    return sorted(zip(wanted[positions].tolist(), index.entries["age"][slots].tolist(), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_rebuild_in_bulk_makes_the_index_that_changes_one_by_one_make(seed: int) -> None:
    log, one_by_one = _log(seed, 140), CopyIndex(CONFIG)
    for end, value in enumerate(log, start=1):
        _reapply([value], one_by_one)
        if end % 35 == 0:
            in_bulk = rebuilt(CONFIG, log[:end])
            assert _entries(in_bulk) == _entries(one_by_one)
            assert _lists(in_bulk, log) == _lists(one_by_one, log)
            assert len(in_bulk) == len(one_by_one)


def test_a_copy_is_not_joined_to_an_article_of_the_same_id_that_came_after_it() -> None:
    config = CopyConfig(capacity=1)
    ofs = {1: None, 2: _id(1), 3: None, 4: None}
    numbers = {1: 1, 2: 2, 3: 3, 4: 1}
    log = [
        pack_changes([Change(id=_id(numbers[at]), content_id=_id(5), source=1, event=NOW, of=of, runs=9, sample=b"")], NOW, False)
        for at, of in ofs.items()
    ]
    one_by_one = CopyIndex(config)
    _reapply(log, one_by_one)
    assert _entries(rebuilt(config, log)) == _entries(one_by_one)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_rebuilt_index_goes_on_as_the_live_one_does_until_all_of_it_is_forgotten(seed: int) -> None:
    log, one_by_one = _log(seed, 280), CopyIndex(CONFIG)
    in_bulk = rebuilt(CONFIG, log[:140])
    _reapply(log, one_by_one)
    _reapply(log[140:], in_bulk)
    assert _entries(in_bulk) == _entries(one_by_one)
    assert _lists(in_bulk, log) == _lists(one_by_one, log)
    in_bulk.evict(NOW + 10**6)
    assert (_entries(in_bulk), _lists(in_bulk, log)) == ([], [])


def test_the_logs_of_these_tests_have_texts_replaced_more_than_once_and_full_lists() -> None:
    log, index = _log(0, 140), CopyIndex(CONFIG)
    _reapply(log, index)
    assert index._between
    assert np.unique([key for key, _ in _lists(index, log)], return_counts=True)[1].max() > 7


def test_a_rebuild_of_nothing_is_an_empty_index() -> None:
    assert len(rebuilt(CONFIG, [])) == len(rebuilt(CONFIG, [pack_changes([], NOW, False)])) == 0


def test_a_bad_record_stops_a_rebuild() -> None:
    with pytest.raises(ValueError, match="index record"):
        Rebuild(CONFIG).add(b"\x02cut")


def test_columns_share_the_memory_of_their_record() -> None:
    columns = change_columns(_log(1, 30)[-1])
    assert not columns.changes.flags.owndata
    assert not columns.samples.flags.owndata
