"""Force the process to exit after a deadline. Uncommitted work is redone by the next owner of its partitions."""

import logging
import os
import threading

log = logging.getLogger(__name__)


def exit_within(limit_s: float, cause: BaseException | None = None) -> None:
    """Exit this process with status 1 after `limit_s` seconds, unless it has ended before; `cause`: the error that ends it."""
    limit = threading.Timer(limit_s, _end, args=(limit_s, cause))
    limit.daemon = True
    limit.start()


def describe(error: BaseException) -> str:
    """Return the type and the text of an error as one line."""
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def _end(limit_s: float, cause: BaseException | None) -> None:
    reason = "" if cause is None else f"; worker failed: {describe(cause)}"
    log.error("not stopped within %s s (is Kafka unreachable?): exiting now; nothing that is committed is lost%s", limit_s, reason)
    exit_now()


def exit_now() -> None:
    """Exit this process at once with status 1."""
    logging.shutdown()
    os._exit(1)
