"""An end that comes, whatever hangs: what is not committed by then is done again by whoever starts next."""

import logging
import os
import threading

log = logging.getLogger(__name__)


def end_within(limit_s: float) -> None:
    """End this process with status 1 after `limit_s`, unless it has ended by itself."""
    limit = threading.Timer(limit_s, _end, args=(limit_s,))
    limit.daemon = True
    limit.start()


def _end(limit_s: float) -> None:
    log.error("not stopped within %s s: is Kafka away? Ending all the same; nothing that is committed is lost", limit_s)
    logging.shutdown()
    os._exit(1)
