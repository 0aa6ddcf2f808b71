"""Options shared by the commands that read dumps."""

import re
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from agents.errors import UserError
from agents.inputs.inputs import STANDARD_INPUT
from agents.terminal.output import note
from streams.errors import InvalidRecord
from streams.times import parse_time

_UNIT_S = {"m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"(\d{1,6})([mhd])", re.ASCII)
Command = TypeVar("Command", bound=Callable[..., Any])


class Time(click.ParamType):
    """An RFC 3339 time, as whole seconds since the epoch."""

    name = "time"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> int:
        """Return the seconds, or fail with the expected format."""
        if isinstance(value, int):
            return value
        try:
            return parse_time(str(value))
        except InvalidRecord as error:
            self.fail(error.detail, parameter, context)


class Since(Time):
    """A duration before now ("24h", "7d") or an RFC 3339 time, as whole seconds since the epoch."""

    name = "since"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> int:
        """Return the seconds, or fail with the expected format."""
        duration = _DURATION.fullmatch(str(value))
        if duration is None:
            return super().convert(value, parameter, context)
        return max(0, int(time.time()) - int(duration[1]) * _UNIT_S[duration[2]])


def dump_options(command: Command) -> Command:
    """Add --raw, --url and --fetched-at."""
    for option in (
        click.option(
            "--fetched-at",
            type=Time(),
            metavar="TIME",
            help="Fetch time of dumps without one, such as 2025-08-02T12:00:00Z.  [default: modification time of the file]",
        ),
        click.option("--url", metavar="URL", help="URL of dumps without one; it is part of their ids."),
        click.option("--raw", is_flag=True, help="Read each file, and standard input, as one dump, regardless of its name."),
    ):
        command = option(command)
    return command


def check_standard_input(paths: Sequence[str]) -> None:
    """Print a note if dumps are read from a terminal, which looks like hanging.

    Raises:
        UserError: standard input is among the paths but closed.
    """
    if STANDARD_INPUT not in paths:
        return
    if sys.stdin is None:
        raise UserError("standard input is closed; name files or folders instead")
    if sys.stdin.isatty():
        note("reading from the terminal; Ctrl-D ends it")
