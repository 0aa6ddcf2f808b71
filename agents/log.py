"""What aiokafka says of a broker that is away: once in a while, and not ten times a second."""

import logging
import time

SILENCE_S = 30.0


class OnceInAWhile(logging.Filter):
    """Lets the first line of each place in the code through, and the next one half a minute later."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[tuple[str, int], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to show this line."""
        place, now = (record.pathname, record.lineno), time.monotonic()
        if now - self._last.get(place, -SILENCE_S) < SILENCE_S:
            return False
        self._last[place] = now
        return True


def show_library_errors() -> None:
    """Show aiokafka's errors in the log of a worker, whose only sign of a lost broker they are."""
    library, once = logging.getLogger("aiokafka"), OnceInAWhile()
    library.setLevel(logging.ERROR)
    for handler in logging.getLogger().handlers:
        handler.addFilter(lambda record: not record.name.startswith("aiokafka") or once.filter(record))
