import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from streams.deduplicate.fingerprint import fingerprint, fingerprints
from streams.deduplicate.index import Change, CopyConfig, CopyIndex, pack_changes, unpack_changes
from streams.deduplicate.judge import Verdict, judge
from streams.deduplicate.rebuild import rebuilt
from streams.records import Article
from tests.streams.invented_texts import NOW, article, cut, edited, take, text

HOUR = 3600
CONFIG = CopyConfig(window_s=50 * HOUR, capacity=60)
Step = tuple[Article, int, bool]


@cache
def _stream(seed: int) -> list[Step]:
    """Return articles with append time and intake, an hour apart: originals, copies of all kinds, repeats, replays, odd times."""
    chance, count = random.Random(seed), 240
    stories = {number: text(1000 * seed + number, chance.randint(20, 160)) for number in range(count // 3)}
    steps: list[Step] = []
    for number in range(count):
        body = stories[chance.randrange(max(1, number // 4), number // 3 + 2) % len(stories)]
        body = chance.choice([body, body, cut(body, 0.5), edited(body, number, 0.1), body + "\n" + text(number, 40)])
        fetched_at = NOW + HOUR * number - chance.choice([0, 0, 0, 60 * HOUR, 10**9, -(10**9)])
        one = article(number, body, fetched_at=fetched_at, outlet=chance.choice([None, "Tideline Post", "The Lomaverde Sun"]))
        if steps and chance.random() < 0.1:
            one = replace(chance.choice(steps)[0], replay=chance.choice([None, "d"]))
        steps.append((one, NOW + HOUR * number, chance.random() < 0.2))
    return steps


def _run(index: CopyIndex, steps: Sequence[Step], batch: int = 1) -> tuple[list[Verdict], list[bytes]]:
    """Judge all, with the fingerprints of a batch made together, and pack its changes (of one append time and intake) as the stage does."""
    batches = [steps[at : at + batch] for at in range(0, len(steps), batch)]
    prints = [found for together in batches for found in fingerprints(one.body for one, _, _ in together)]
    verdicts, log, changes = [], [], list[Change]()
    last: tuple[int, bool] | None = None
    for at, ((step, now, backfill), found) in enumerate(zip(steps, prints, strict=True)):
        if last and (last != (now, backfill) or at % batch == 0):
            log.append(pack_changes(changes, *last))
            changes = []
        last = (now, backfill)
        verdict = judge(step, found, index, now=now)
        verdicts.append(verdict)
        if verdict.change:
            index.apply(verdict.change, now=now, backfill=backfill)
            changes.append(verdict.change)
    return verdicts, [*log, pack_changes(changes, *last)] if last else log


def _reapplied(log: Sequence[bytes]) -> CopyIndex:
    index = CopyIndex(CONFIG)
    for value in log:
        packed = unpack_changes(value)
        for change in packed.changes:
            index.apply(change, now=packed.now, backfill=packed.backfill)
    return index


def _in_bulk(log: Sequence[bytes]) -> CopyIndex:
    return rebuilt(CONFIG, log)


BOTH_WAYS = pytest.mark.parametrize("rebuild", [pytest.param(_reapplied, id="one by one"), pytest.param(_in_bulk, id="in bulk")])


@pytest.mark.slow
def test_the_streams_of_these_tests_have_every_fate_and_kind() -> None:
    verdicts = [verdict for seed in range(2) for verdict in _run(CopyIndex(CONFIG), _stream(seed))[0]]
    assert {verdict.fate for verdict in verdicts} == {"original", "copy", "replayed"}
    copies = [verdict.duplicate for verdict in verdicts if verdict.duplicate]
    assert {duplicate.kind for duplicate in copies} == {"exact", "near", "excerpt", "repeat"}
    assert any(duplicate.fuller for duplicate in copies)


@cache
def _live(seed: int) -> tuple[int, list[bytes], list[Verdict]]:
    """Return how many articles a live index remembers after 160, the log of these, and the verdicts that follow."""
    live, steps = CopyIndex(CONFIG), _stream(seed)
    _, log = _run(live, steps[:160])
    return len(live), log, _run(live, steps[160:])[0]


@pytest.mark.slow
@BOTH_WAYS
@pytest.mark.parametrize("seed", range(3))
def test_a_rebuilt_index_gives_the_verdicts_of_the_live_one(seed: int, rebuild: Callable[[Sequence[bytes]], CopyIndex]) -> None:
    remembered, log, verdicts = _live(seed)
    again = rebuild(log)
    assert len(again) == remembered
    assert _run(again, _stream(seed)[160:])[0] == verdicts


@BOTH_WAYS
@pytest.mark.parametrize("seed", range(3))
def test_a_rebuild_from_a_suffix_of_the_window_gives_the_same_verdicts(seed: int, rebuild: Callable[[Sequence[bytes]], CopyIndex]) -> None:
    _, log, verdicts = _live(seed)
    oldest = _stream(seed)[160][1] - CONFIG.window_s
    suffix = [value for value in log if unpack_changes(value).now >= oldest]
    assert 0 < len(suffix) < len(log)
    assert _run(rebuild(suffix), _stream(seed)[160:])[0] == verdicts


@pytest.mark.parametrize("batch", [7, 200])
def test_batches_of_any_size_give_the_same_verdicts_and_state(batch: int) -> None:
    steps = [(one, NOW, False) for one, _, _ in _stream(1)]
    alone, _ = _run(CopyIndex(CONFIG), steps, 1)
    together, log = _run(CopyIndex(CONFIG), steps, batch)
    assert together == alone
    assert len(log) == -(-len(steps) // batch)


def test_live_entries_go_after_the_window() -> None:
    index = CopyIndex(CopyConfig(window_s=100))
    take(index, article(1, text(1)))
    take(index, article(2, text(2)), now=NOW + 50, backfill=True)
    index.evict(NOW + 100)
    assert len(index) == 2
    index.evict(NOW + 101)
    assert len(index) == 1
    index.evict(NOW + 151)
    assert len(index) == 0


def _judged(number: int, index: CopyIndex) -> Verdict:
    return judge(article(number, text(number)), fingerprint(text(number)), index, now=NOW)


def test_above_capacity_the_oldest_of_its_intake_goes() -> None:
    index = CopyIndex(CopyConfig(capacity=3))
    take(index, article(1, text(1)))
    for number in range(2, 12):
        take(index, article(number, text(number)), backfill=True)
    assert len(index) == 4
    seen = [number for number in range(1, 12) if _judged(number, index).fate == "replayed"]
    assert seen == [1, 9, 10, 11]


def test_what_is_forgotten_gives_its_memory_back() -> None:
    index, sizes = CopyIndex(CopyConfig(window_s=10, capacity=50)), set()
    for number in range(1000):
        hexadecimal = f"{number * 2654435761 % 2**32:08x}{number:024x}"
        sample = np.arange(number * 400 + 2, number * 400 + 386, 4, dtype="<u4").tobytes()
        of = f"{(number - 1) * 2654435761 % 2**32:08x}{number - 1:024x}" if number % 4 == 1 else None
        change = Change(id=hexadecimal, content_id=hexadecimal, source=1, event=NOW, of=of, runs=300, sample=sample)
        index.apply(change, now=NOW + number, backfill=False)
        sizes.add(index.size_bytes if number > 50 else 0)
    assert len(index) == 11
    assert len(sizes - {0}) == 1


def test_a_copy_outlives_its_original_as_a_seen_id_only() -> None:
    index = CopyIndex(CopyConfig(window_s=100))
    take(index, article(1, text(1), outlet="Tideline Post"))
    copied = article(2, text(1), outlet="The Lomaverde Sun", fetched_at=NOW + 90)
    assert take(index, copied, now=NOW + 90).fate == "copy"
    assert take(index, copied, now=NOW + 120).fate == "replayed"
    again = article(3, text(1), outlet="The Lomaverde Sun", fetched_at=NOW + 120)
    assert take(index, again, now=NOW + 120).fate == "original"


def test_a_copy_never_points_at_what_took_the_place_of_its_original() -> None:
    index = CopyIndex(CopyConfig(capacity=1))
    take(index, article(1, text(1), outlet="Tideline Post"))
    take(index, article(2, text(1), outlet="The Lomaverde Sun"))
    for number in (3, 4):
        take(index, article(number, text(number)))
    assert take(index, article(6, text(1), outlet="The Lomaverde Sun")).fate == "original"
