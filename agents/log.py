"""The log of newsmill: lines that no input can break out of, and the errors of aiokafka at a bearable rate."""

import logging
import time

SILENCE_S = 30.0
FIRST_START_S = 60.0


class CleanFormatter(logging.Formatter):
    """Escape what can't be printed (line ends, escape sequences, signs that turn text around) as Python does: `\\x1b`."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """Return the line of a record."""
        return printable(super().formatMessage(record))

    def formatException(self, error: object) -> str:  # noqa: N802 - the library's name
        """Return a traceback, each line behind a bar: an error's text may have lines that look like the log's own."""
        text = super().formatException(error)  # type: ignore[arg-type]
        return "\n".join(f"  | {printable(line)}" for line in text.split("\n"))


def printable(text: str) -> str:
    """Return the text with each character that is not printable written as its escape."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


class OnceInAWhile(logging.Filter):
    """Pass the first log line of each source line, and the next one half a minute later."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[tuple[str, int], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to show this line."""
        source_line, now = (record.pathname, record.lineno), time.monotonic()
        if now - self._last.get(source_line, -SILENCE_S) < SILENCE_S:
            return False
        self._last[source_line] = now
        return True


def is_first_start(record: logging.LogRecord) -> bool:
    """Return whether a line says what is usual at the first start: Kafka creates its topic of group offsets when the first group asks."""
    return record.relativeCreated < FIRST_START_S * 1000 and "GroupCoordinatorNotAvailableError" in record.getMessage()


def show_library_errors() -> None:
    """Log aiokafka's errors, the only sign of a lost broker in the log of a worker."""
    library, once = logging.getLogger("aiokafka"), OnceInAWhile()
    library.setLevel(logging.ERROR)
    for handler in logging.getLogger().handlers:
        handler.addFilter(lambda record: not record.name.startswith("aiokafka") or (not is_first_start(record) and once.filter(record)))
