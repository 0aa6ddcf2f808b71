"""The brake pauses a topic while too many of its last records fail by our own fault, and releases it when a tried record does not."""

import asyncio
import logging
from collections.abc import Iterable

import pytest

from agents.settings import Settings
from agents.worker import brake as brake_module
from agents.worker.brake import HOLD_S, Brake
from streams.counts import Counts, RecordFate, StageName
from streams.errors import Reason

LIVE, BACKFILL = "news.dumps", "news.dumps.backfill"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def batch(dead: int, alive: int, reason: Reason = Reason.BUG) -> Counts:
    counts = Counts()
    for _ in range(dead):
        counts.die(StageName.SPLIT, reason)
    counts.records[StageName.SPLIT, RecordFate.SPLIT] = alive
    return counts


def after(*batches: tuple[int, int], share: int = 50, reason: Reason = Reason.BUG, clock: Clock | None = None) -> Brake:
    brake = Brake(Settings(brake_share=share, brake_minimum=20), clock or Clock())
    for dead, alive in batches:
        brake.count(LIVE, batch(dead, alive, reason))
    return brake


@pytest.mark.parametrize(
    ("batches", "is_on"),
    [
        pytest.param([(11, 9)], True, id="more than half"),
        pytest.param([(10, 10)], False, id="half"),
        pytest.param([(19, 0)], False, id="too few to tell"),
        pytest.param([(1, 0)] * 20, True, id="one by one"),
        pytest.param([(0, 1000), *[(1, 0)] * 11, *[(0, 1)] * 8, (1, 0)], True, id="what is long ago does not count"),
        pytest.param([*[(1, 0)] * 10, *[(0, 1)] * 20], False, id="a bad moment that is over"),
    ],
)
def test_brake_looks_at_the_last_records(batches: list[tuple[int, int]], is_on: bool) -> None:
    assert after(*batches).is_on == is_on


@pytest.mark.parametrize("reason", Reason)
def test_only_what_newsmill_is_to_blame_for_brakes(reason: Reason) -> None:
    assert after((1000, 0), reason=reason).is_on == (reason in (Reason.BUG, Reason.CRASH))


def test_dead_letters_of_a_producer_count_as_records_that_did_not_fail() -> None:
    brake = after((10, 0), reason=Reason.EMPTY)
    brake.count(LIVE, batch(10, 0))
    assert not brake.is_on


def test_share_of_100_percent_switches_it_off() -> None:
    assert not after((1000, 0), share=100).is_on


async def test_input_topics_are_counted_and_paused_apart() -> None:
    brake = after((15, 0))
    brake.count(BACKFILL, batch(15, 0))
    assert not brake.is_on
    brake.count(BACKFILL, batch(5, 0))
    assert (brake.is_pausing(BACKFILL), brake.is_pausing(LIVE)) == (True, False)
    assert await brake.admitted(LIVE, 200) == 200


async def test_a_paused_topic_gets_nothing_before_the_hold_is_over() -> None:
    brake = after((20, 0))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(brake.admitted(LIVE, 200), 0.01)
    assert brake.is_pausing(LIVE)


async def trials(brake: Brake, clock: Clock, results: Iterable[Counts]) -> None:
    for counts in results:
        clock.now += HOLD_S
        assert await brake.admitted(LIVE, 200) == 1
        assert not brake.is_pausing(LIVE)
        brake.count(LIVE, counts)


@pytest.mark.parametrize("good", [batch(0, 1), batch(1, 0, Reason.NOT_DECODABLE)], ids=["a good one", "a producer's mistake"])
async def test_after_the_hold_one_record_is_tried_and_one_that_does_not_fail_releases_the_topic(good: Counts) -> None:
    clock = Clock()
    brake = after((20, 0), clock=clock)
    await trials(brake, clock, [batch(1, 0), batch(1, 0)])
    assert brake.is_pausing(LIVE)
    await trials(brake, clock, [good])
    assert not brake.is_on
    assert await brake.admitted(LIVE, 200) == 200
    brake.count(LIVE, batch(19, 0))
    assert not brake.is_on  # the count began anew


async def test_a_batch_that_is_only_passed_on_is_a_good_trial_and_adds_nothing() -> None:
    clock = Clock()
    brake = after((20, 0), clock=clock)
    await trials(brake, clock, [Counts()])
    assert not brake.is_on
    for _ in range(100):
        brake.count(LIVE, Counts())
    assert not brake._sources[LIVE].batches


async def test_a_trial_without_a_result_is_made_again_at_once() -> None:
    clock = Clock()
    brake = after((20, 0), clock=clock)
    clock.now += HOLD_S
    assert await brake.admitted(LIVE, 200) == 1  # a message that a rebalance took away
    assert await asyncio.wait_for(brake.admitted(LIVE, 199), 1) == 1


def test_the_rest_of_the_batch_that_set_the_brake_is_no_trial() -> None:
    brake = after((20, 0), (0, 100))
    assert brake.is_on


def test_a_topic_that_a_worker_lost_is_forgotten() -> None:
    brake = after((20, 0))
    brake.keep({BACKFILL})
    assert not brake.is_on


async def test_log_and_cause_name_topic_reasons_and_what_to_do(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brake_module, "HOLD_S", 7.0)
    with caplog.at_level(logging.ERROR):
        brake = after((0, 1), (20, 0), (20, 0))
    [line] = caplog.messages
    cause = "bug=20 of the last 20 records, more than NEWS_BRAKE_SHARE=50 percent"
    assert f"brake on topic=news.dumps {cause}" in line
    assert "newsmill dead-letters list" in line
    assert brake.cause == f"news.dumps: {cause}, next trial in 7 s"
