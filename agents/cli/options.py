"""Options shared by commands: times, the filter of events, and how dumps are read."""

import functools
import re
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from agents.client.event_filter import CONDITIONS, FACETS, EventFilter
from agents.errors import UserError
from agents.inputs.inputs import STANDARD_INPUT
from agents.terminal.output import note
from streams.errors import InvalidRecord
from streams.times import parse_time

_UNIT_S = {"m": 60, "h": 3600, "d": 86_400}
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
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
    """A duration before now ("24h", "7d"), a UTC day or an RFC 3339 time, as whole seconds since the epoch: the day's first second."""

    name = "since"
    day_offset_s = 0

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> int:
        """Return the seconds, or fail with the expected format."""
        text = str(value)
        duration = _DURATION.fullmatch(text)
        if duration is None:
            if _DAY.fullmatch(text):
                return super().convert(f"{text}T00:00:00Z", parameter, context) + self.day_offset_s
            return super().convert(value, parameter, context)
        return max(0, int(time.time()) - int(duration[1]) * _UNIT_S[duration[2]])


class Until(Since):
    """As `Since`, but a day is included: its end."""

    name = "until"
    day_offset_s = _UNIT_S["d"]


def filter_options(command: Command) -> Command:
    """Add the options of a filter of events, which the command gets as `event_filter`."""

    @functools.wraps(command)
    def with_filter(*args: Any, match: str, about: bool, copies: bool, **rest: Any) -> Any:
        facets = {facet.name: rest.pop(facet.name) for facet in FACETS}
        conditions = {condition.name: rest.pop(condition.name.replace("-", "_")) for condition in CONDITIONS}
        event_filter = EventFilter(facets=facets, conditions=conditions, match_any=match == "any", about=about, copies=copies)
        return command(*args, event_filter=event_filter, **rest)

    options = [
        *(click.option(f"--{each.name}", multiple=True, metavar=each.metavar, help=f"{each.help} May be repeated.") for each in FACETS),
        *(
            click.option(
                f"--{each.name}",
                type=None if each.type is bool else each.type,
                is_flag=each.type is bool,
                metavar=each.metavar,
                help=each.help,
            )
            for each in CONDITIONS
        ),
        click.option(
            "--match",
            type=click.Choice(["all", "any"]),
            default="all",
            show_default=True,
            help="Of regions, topics, languages …, match one of each kind that is named, or one at all.",
        ),
        click.option(
            "--about", is_flag=True, help="Only events that are about a class, or about the named ones, not those that mention it."
        ),
        click.option("--copies", is_flag=True, help="Also copies, each with a link to its original."),
    ]
    for option in reversed(options):
        with_filter = option(with_filter)
    return with_filter  # type: ignore[return-value]


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
