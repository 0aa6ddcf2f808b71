"""Force the process to exit after a deadline. Uncommitted work is redone by the next owner of its partitions."""

import logging
import os
import threading

log = logging.getLogger(__name__)


def exit_within(limit_s: float) -> None:
    """Exit this process with status 1 after `limit_s` seconds, unless it has ended before."""
    limit = threading.Timer(limit_s, _end, args=(limit_s,))
    limit.daemon = True
    limit.start()


def _end(limit_s: float) -> None:
    log.error("not stopped within %s s (is Kafka unreachable?): exiting now; nothing that is committed is lost", limit_s)
    logging.shutdown()
    os._exit(1)
