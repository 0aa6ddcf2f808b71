"""A log that nobody can write into from outside: what is in a dump, a key or an error's text stays in its line, and moves no cursor."""

import logging


class CleanFormatter(logging.Formatter):
    """Shows what can't be printed (line ends, escape sequences, signs that turn text around) as Python writes it: `\\x1b`."""

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
