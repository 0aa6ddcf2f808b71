"""The options of the span of time that a command reads: from a start, and to an end if there is one."""

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from agents.cli.options import Since, Until
from agents.client.start_positions import Start
from agents.errors import UserError
from streams.times import format_time

Command = TypeVar("Command", bound=Callable[..., Any])


class StartParameter(Since):
    """A start position: "beginning", "now", or a time as for --since."""

    name = "start"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        """Return the word, or the seconds since the epoch."""
        return value if value in ("beginning", "now") else super().convert(value, parameter, context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A start, and an end: a time in seconds since the epoch, or the last record at the call."""

    start: Start
    until: int | None
    exit_at_end: bool

    @property
    def has_end(self) -> bool:
        """Return whether what is read exists already."""
        return self.exit_at_end or (self.until is not None and self.until <= time.time())


def span_options(command: Command) -> Command:
    """Add --since, --until and --exit-at-end, which the command gets as `span`."""

    @functools.wraps(command)
    def with_span(*args: Any, start: Start | None, until: int | None, exit_at_end: bool, **rest: Any) -> Any:
        span = Span(start=start or "now", until=until, exit_at_end=exit_at_end)
        if start is None and span.has_end:
            span = Span(start="beginning", until=until, exit_at_end=exit_at_end)
        if isinstance(span.start, int) and until is not None and until <= span.start:
            raise UserError(f"--until {format_time(until)} is not after --since {format_time(span.start)}")
        return command(*args, span=span, **rest)

    for option in (
        click.option("--exit-at-end", is_flag=True, help="Exit after the last event that there is."),
        click.option("--until", type=Until(), metavar="24h|DAY|TIME", help="Exit after the last event that Kafka got before this time."),
        click.option(
            "--since",
            "--from",
            "start",
            type=StartParameter(),
            metavar="beginning|now|24h|DAY|TIME",
            help="Start position; a group continues at its committed offsets.  [default: now; beginning with an end in the past]",
        ),
    ):
        with_span = option(with_span)
    return with_span  # type: ignore[return-value]
