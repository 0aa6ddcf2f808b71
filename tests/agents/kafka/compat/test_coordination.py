"""A consumer must stay in its group after errors, and say so where one of its background tasks ends."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import GroupAuthorizationFailedError

from agents.kafka.compat import coordination
from agents.kafka.compat.coordination import REJOIN_BACKOFF_S, join_again_after_errors, report_ended_tasks


class Coordinator:
    group_id = "news"
    joins = 0

    def __init__(self) -> None:
        self._closing: asyncio.Future[None] = asyncio.Future()

    def request_rejoin(self) -> None:
        self.joins += 1


async def test_error_is_logged_and_the_group_joined_again(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coordination, "REJOIN_BACKOFF_S", 0.0)
    coordinator: Any = Coordinator()
    errors: list[BaseException] = []
    join_again_after_errors(coordinator, errors.append)
    await coordinator._push_error_to_user(ValueError("of a kind that aiokafka does not handle"))
    assert [coordinator.joins, errors] == [1, []]
    assert "coordination of group news failed, joining it again: ValueError('of a kind" in caplog.text


async def test_error_that_does_not_pass_is_reported() -> None:
    coordinator: Any = Coordinator()
    coordinator._closing.set_result(None)
    errors: list[BaseException] = []
    join_again_after_errors(coordinator, errors.append)
    refused = GroupAuthorizationFailedError("news")
    await asyncio.wait_for(coordinator._push_error_to_user(refused), REJOIN_BACKOFF_S / 2)  # a consumer that closes waits for nothing
    assert errors == [refused]


async def _endless() -> None:
    await asyncio.Event().wait()


async def _failing() -> None:
    raise ValueError("ended")


@pytest.mark.parametrize("failing", range(3))
async def test_task_that_fails_is_reported_once_and_cancelled_ones_are_not(failing: int) -> None:
    tasks = [asyncio.create_task(_failing() if number == failing else _endless()) for number in range(3)]
    coordinator, client, fetcher = tasks
    consumer: Any = SimpleNamespace(
        _coordinator=SimpleNamespace(_coordination_task=coordinator),
        _client=SimpleNamespace(_sync_task=client),
        _fetcher=SimpleNamespace(_fetch_task=fetcher),
    )
    errors: list[BaseException] = []
    report_ended_tasks(consumer, errors.append)
    await asyncio.wait([tasks[failing]])
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert [str(error) for error in errors] == ["ended"]
