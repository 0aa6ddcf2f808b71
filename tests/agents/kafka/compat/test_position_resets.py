"""A position that aiokafka's fetcher resets is reported once, with the position before."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from agents.kafka.compat.position_resets import report_position_resets

DUMPS = TopicPartition("news.dumps", 0)


class Rounds:
    """Rounds of requests of a fetcher, and the resets that were reported."""

    def __init__(self) -> None:
        self.reset: list[tuple[TopicPartition, int]] = []
        fetcher: Any = SimpleNamespace(_get_actions_per_node=lambda _: "actions")
        self._fetcher = fetcher
        report_position_resets(fetcher, lambda partition, position: self.reset.append((partition, position)))
        self.assign()

    def assign(self) -> None:
        self._state = SimpleNamespace(_position=None, awaiting_reset=False)
        self._assignment = SimpleNamespace(tps={DUMPS}, state_value=lambda _: self._state)

    def run(self, position: int | None, *, awaiting_reset: bool = False) -> None:
        self._state._position, self._state.awaiting_reset = position, awaiting_reset
        assert self._fetcher._get_actions_per_node(self._assignment) == "actions"


@pytest.fixture
def rounds() -> Rounds:
    return Rounds()


def test_reset_of_a_known_position_is_reported_once(rounds: Rounds) -> None:
    rounds.run(7)
    rounds.run(9)
    for _ in range(2):
        rounds.run(None, awaiting_reset=True)
    assert rounds.reset == [(DUMPS, 9)]


def test_first_position_of_an_assignment_is_no_reset(rounds: Rounds) -> None:
    rounds.run(None, awaiting_reset=True)
    rounds.run(9)
    rounds.assign()
    rounds.run(None, awaiting_reset=True)
    assert rounds.reset == []


def test_lost_position_that_is_not_reset_is_not_reported(rounds: Rounds) -> None:
    rounds.run(9)
    rounds.run(None)
    assert rounds.reset == []
