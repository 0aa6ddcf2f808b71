"""What the commands that take dumps have in common: their paths and the options of how to read them."""

import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from agents.errors import UserError
from agents.inputs.inputs import STANDARD_INPUT
from agents.terminal.output import note
from streams.errors import InvalidRecord
from streams.times import parse_time

Command = TypeVar("Command", bound=Callable[..., Any])


class Time(click.ParamType):
    """An RFC 3339 time, as whole seconds since the epoch."""

    name = "time"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> int:
        """Return the seconds, or fail with what is expected."""
        if isinstance(value, int):
            return value
        try:
            return parse_time(str(value))
        except InvalidRecord as error:
            self.fail(error.detail, parameter, context)


def reading_options(command: Command) -> Command:
    """Add --raw, --url and --fetched-at."""
    for option in (
        click.option(
            "--fetched-at",
            type=Time(),
            metavar="TIME",
            help="When dumps that do not say it were fetched, as 2025-08-02T12:00:00Z.  [default: when their file was saved]",
        ),
        click.option("--url", metavar="URL", help="The address of dumps that do not name theirs; it is part of their ids."),
        click.option("--raw", is_flag=True, help="Take each file, and standard input, as one dump, whatever its name."),
    ):
        command = option(command)
    return command


def check_standard_input(paths: Sequence[str]) -> None:
    """Say so where dumps are to come from a terminal, which looks like hanging.

    Raises:
        UserError: standard input is to be read and closed.
    """
    if STANDARD_INPUT not in paths:
        return
    if sys.stdin is None:
        raise UserError("standard input is closed; name files or folders instead")
    if sys.stdin.isatty():
        note("reading from the terminal; Ctrl-D ends it")
