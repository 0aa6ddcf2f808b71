"""Keep a consumer in its group after errors that aiokafka leaves to its caller, and report where its background tasks end.

XXX aiokafka (0.14) hands an error of the group's coordination to a fetch that waits, or to the next call of `getmany`, and does nothing
until then. Faust fetches without that call: its worker ends by such an error, or, if no fetch waits, stays without heartbeats and never
joins again, and nothing says so.
"""

import asyncio
import logging
from collections.abc import Callable

from aiokafka import AIOKafkaConsumer
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    InconsistentGroupProtocolError,
    InvalidGroupIdError,
    InvalidSessionTimeoutError,
    TopicAuthorizationFailedError,
)

log = logging.getLogger(__name__)

REJOIN_BACKOFF_S = 1.0


# Kafka does not change its mind about these.
_PERMANENT = (
    GroupAuthorizationFailedError,
    InconsistentGroupProtocolError,
    InvalidGroupIdError,
    InvalidSessionTimeoutError,
    TopicAuthorizationFailedError,
)


def join_again_after_errors(coordinator: GroupCoordinator, on_error: Callable[[BaseException], None]) -> None:
    """Make the coordination of a started consumer log each error that it does not handle, and join the group again.

    `on_error` is called in the consumer's thread with one that will not pass: this client may not use the group, or not so.
    """

    async def join_again(error: BaseException) -> None:
        if isinstance(error, _PERMANENT):
            on_error(error)
        log.warning("coordination of group %s failed, joining it again: %r", coordinator.group_id, error)
        coordinator.request_rejoin()
        await asyncio.wait([coordinator._closing], timeout=REJOIN_BACKOFF_S)

    coordinator._push_error_to_user = join_again


def report_ended_tasks(consumer: AIOKafkaConsumer, on_error: Callable[[BaseException], None]) -> None:
    """Call `on_error` with the exception that ends a background task of a started consumer, which then only seems to run.

    `on_error` is called in the consumer's thread.
    """

    def report(task: "asyncio.Task[None]") -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            on_error(error)

    for task in (consumer._coordinator._coordination_task, consumer._client._sync_task, consumer._fetcher._fetch_task):
        task.add_done_callback(report)
