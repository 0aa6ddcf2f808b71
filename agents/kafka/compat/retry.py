"""Try a step again while Kafka replaces a broker: leaders and coordinators move, and metadata arrive late."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiokafka.errors import KafkaError, KafkaTimeoutError, UnknownError

from agents.errors import NotReachable
from agents.kafka.compat.leaked import is_leaked_cancellation

log = logging.getLogger(__name__)

Result = TypeVar("Result")

# Kafka declares a broker dead after 9 s (broker.session.timeout.ms); a new controller begins to count anew.
RETRY_LIMIT_S = 40.0
RETRY_BACKOFF_S = 0.25
# A moved leader or coordinator is found sooner, and needs no log line.
QUIET_S = 1.0
LOG_INTERVAL_S = 10.0
# Beside Kafka's retriable errors: a broker that has just started answers with UNKNOWN_SERVER_ERROR for a moment.
_PASSING = (TimeoutError, KafkaTimeoutError, NotReachable, UnknownError)


async def retry(purpose: str, step: Callable[[], Awaitable[Result]], *, limit_s: float = RETRY_LIMIT_S) -> Result:
    """Return the result of a step; try it again after errors that pass once Kafka has replaced a broker.

    Args:
        purpose: for the log; completes "waiting for Kafka to …".
        step: may run several times.
        limit_s: no attempt begins after it.

    Raises:
        KafkaError | TimeoutError | NotReachable: the error of the last attempt, or one that does not pass.
    """
    began = time.monotonic()
    next_log = QUIET_S
    while True:
        try:
            return await step()
        except (KafkaError, TimeoutError, NotReachable, asyncio.CancelledError) as error:
            waited_s = time.monotonic() - began
            if not (is_transient(error) or is_leaked_cancellation(error)) or waited_s > limit_s:
                raise
            if waited_s >= next_log:
                log.warning("waiting for Kafka to %s, for %.0f s more at most: %r", purpose, limit_s - waited_s, error)
                next_log = waited_s + LOG_INTERVAL_S
        await asyncio.sleep(RETRY_BACKOFF_S)


def is_transient(error: BaseException) -> bool:
    """Return whether an error, or its cause, may pass by itself: no broker answered in time, or Kafka replaces a leader or coordinator."""
    cause: BaseException | None = error  # aiokafka's producer wraps what it did not expect
    while cause is not None:
        if isinstance(cause, _PASSING) or (isinstance(cause, KafkaError) and cause.retriable):
            return True
        cause = cause.__cause__
    return False
