"""The brake holds a worker once too large a share of a stage's last records is dead, and not before."""

import asyncio
import logging

import pytest

from agents.settings import Settings
from agents.worker.brake import Brake
from streams.counts import Counts, RecordFate, StageName
from streams.errors import Reason


def batch(stage: StageName, dead: int, alive: int) -> Counts:
    counts = Counts()
    counts.records[stage, RecordFate.DEAD] = dead
    counts.records[stage, RecordFate.SPLIT] = alive
    counts.dead_letters[stage, Reason.BUG] = dead
    return counts


def after(*batches: tuple[int, int], share: int = 50, minimum: int = 20) -> Brake:
    brake = Brake(Settings(brake_share=share, brake_minimum=minimum))
    for dead, alive in batches:
        brake.count(StageName.SPLIT, batch(StageName.SPLIT, dead, alive))
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


def test_share_of_100_percent_switches_it_off() -> None:
    assert not after((1000, 0), share=100).is_on


def test_stages_are_counted_apart() -> None:
    brake = after((15, 0))
    brake.count(StageName.CLASSIFY, batch(StageName.CLASSIFY, 15, 0))
    assert not brake.is_on


async def test_once_on_it_holds_and_says_once_why_and_what_to_do(caplog: pytest.LogCaptureFixture) -> None:
    brake = after((0, 1))
    await brake.released()
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            brake.count(StageName.SPLIT, batch(StageName.SPLIT, 20, 0))
        brake.count(StageName.SPLIT, batch(StageName.SPLIT, 0, 1000))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(brake.released(), 0.01)
    [line] = caplog.messages
    assert "brake on stage=split dead=20 of the last 20 records, more than NEWS_BRAKE_SHARE=50 percent" in line
    assert "newsmill dead-letters list" in line
