"""A step is tried again after errors that pass by themselves, for a limited time, and says what it waits for."""

import logging

import pytest
from aiokafka.errors import (
    CoordinatorNotAvailableError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    NodeNotReadyError,
    NotLeaderForPartitionError,
    RequestTimedOutError,
    UnknownError,
    UnknownTopicOrPartitionError,
)

from agents.errors import NotReachable
from agents.kafka.compat import retry as module
from agents.kafka.compat.retry import retry

TRANSIENT = [
    *(CoordinatorNotAvailableError, KafkaConnectionError, KafkaTimeoutError, NodeNotReadyError, NotLeaderForPartitionError),
    *(RequestTimedOutError, UnknownError, UnknownTopicOrPartitionError, NotReachable, TimeoutError),
]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY_BACKOFF_S", 0.001)
    monkeypatch.setattr(module, "QUIET_S", 0.0)


class Step:
    """Fails so many times, and then returns the number of attempts."""

    def __init__(self, error: Exception, failures: int) -> None:
        self.error = error
        self.failures = failures
        self.attempts = 0

    async def __call__(self) -> int:
        self.attempts += 1
        if self.attempts <= self.failures:
            raise self.error
        return self.attempts


@pytest.mark.parametrize("error", TRANSIENT)
async def test_error_that_passes_by_itself_is_tried_again(error: type[Exception], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert await retry("elect a leader", Step(error(), 2)) == 3
    assert "waiting for Kafka to elect a leader, for" in caplog.text


async def test_error_whose_cause_passes_by_itself_is_tried_again() -> None:
    error = KafkaError("Unexpected error during batch delivery")
    error.__cause__ = KafkaError("wrapped")
    error.__cause__.__cause__ = KafkaConnectionError()
    assert await retry("end the batch", Step(error, 2)) == 3


async def test_error_that_does_not_pass_is_raised_at_once() -> None:
    step = Step(GroupAuthorizationFailedError(), 1)
    with pytest.raises(GroupAuthorizationFailedError):
        await retry("let us in", step)
    assert step.attempts == 1


async def test_last_error_is_raised_after_the_limit() -> None:
    with pytest.raises(NodeNotReadyError):
        await retry("answer", Step(NodeNotReadyError(), 10**6), limit_s=0.05)
