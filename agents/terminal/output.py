"""Write messages as JSON lines to standard output, notes and progress to standard error."""

import contextlib
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import click
import orjson

from agents.terminal.show import printable_lines
from streams.records import Message

MAX_KINDS = 12


def json_lines(messages: Iterable[Message]) -> bytes:
    r"""Return a line {"topic","key","headers","value"} for each message, UTF-8, ended by \n.

    The value is the message's JSON; that of a dead letter may be any bytes, and is in base64 under "value_base64".
    """
    return b"".join(_json_line(message) for message in messages)


def _json_line(message: Message) -> bytes:
    line: dict[str, object] = {
        "topic": message.topic,
        "key": None if message.key is None else message.key.decode(errors="replace"),
        "headers": {name: value.decode(errors="replace") for name, value in message.headers},
    }
    if message.topic.endswith(".dead-letters"):
        line |= {"value": None, "value_base64": b64encode(message.value).decode()}
    else:
        line["value"] = orjson.Fragment(message.value)
    return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def write_out(lines: bytes) -> None:
    """Write to standard output and flush, so that the next program in a pipe does not wait."""
    sys.stdout.buffer.write(lines)
    sys.stdout.buffer.flush()


def note(text: str) -> None:
    """Write a note to standard error, without control characters, which names and types in an archive may contain."""
    click.echo(f"newsmill: {printable_lines(text)}", err=True)


def amount(number: int, one: str, many: str) -> str:
    """Return "1 copy", "2 copies"."""
    return f"{number:,} {one if number == 1 else many}"


def note_skipped(counts: Counter[str]) -> None:
    """Write a note on skipped records of archives: the number of each kind, the most frequent first."""
    if counts:
        kinds = sorted(counts.items(), key=lambda kind: (-kind[1], kind[0]))
        rest = sum(count for _, count in kinds[MAX_KINDS:])
        amounts = [f"{kind} ({count:,})" for kind, count in kinds[:MAX_KINDS]] + ([f"other kinds ({rest:,})"] if rest else [])
        note(f"{counts.total():,} skipped, not pages: " + ", ".join(amounts))


@contextlib.contextmanager
def progress(label: str, total_bytes: int | None, *, shown: bool = True) -> Iterator[Callable[[int], None]]:
    """Yield a function to call with each number of bytes done. Show a bar if standard error is a terminal."""
    if not (shown and sys.stderr.isatty()):
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as bar:
        task = bar.add_task(label, total=total_bytes)
        yield lambda done: bar.advance(task, done)
