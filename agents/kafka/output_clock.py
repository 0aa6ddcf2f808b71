"""The timestamps of outputs: the time of this machine, or Kafka's where this machine's clock is ahead."""

import logging
import time
from collections.abc import Callable

log = logging.getLogger(__name__)


class OutputClock:
    """The client's own timestamps, until Kafka refuses one; then the time of Kafka as the timestamps of inputs show it.

    Kafka refuses timestamps that are more than `message.timestamp.after.max.ms` (an hour) ahead. It accepted those of inputs before this
    worker read them: their largest difference to this machine's clock is that of the clocks, less the time that a record waits.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        """Trust the clock of this machine at first."""
        self._now = now
        self._is_refused = False
        self._difference_s: float | None = None

    def observe(self, timestamp_s: int) -> None:
        """Learn from the timestamp of an input, in seconds since the epoch; 0 if it is unknown."""
        if not timestamp_s:
            return
        difference_s = timestamp_s - self._now()
        self._difference_s = difference_s if self._difference_s is None else max(self._difference_s, difference_s)

    def refuse(self, timestamp_ms: int | None) -> bool:
        """Stop using the clock of this machine; return whether the refused timestamp was by it, so that the outputs can be sent again."""
        if timestamp_ms is not None or self._difference_s is None:
            return False
        if not self._is_refused:
            log.error(
                "the clock of this machine is ahead: Kafka refuses its timestamps. Continuing with Kafka's time, %.0f s earlier. "
                "Set the clock (NTP) and restart this worker",
                -self._difference_s,
            )
        self._is_refused = True
        return True

    def timestamp_ms(self) -> int | None:
        """Return the timestamp for the next outputs, in milliseconds since the epoch; None leaves it to the client."""
        if not self._is_refused or self._difference_s is None:
            return None
        return int(1000 * (self._now() + self._difference_s))
