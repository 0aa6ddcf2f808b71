"""The options of where `newsmill subscribe` sends events: standard output in a form, a webhook, a command, a file with a feed."""

import functools
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson

from agents.classes import load_classes
from agents.client.deliver import Delivery, Target
from agents.client.received_event import ReceivedEvent
from agents.client.run_command import Command
from agents.client.webhook import Webhook
from agents.errors import UserError
from agents.settings import Settings
from agents.terminal.csv_rows import csv_header, csv_row, story_csv_header, story_csv_row
from agents.terminal.ninjs import ninjs
from agents.terminal.output import note, write_out
from agents.terminal.show import echo, show_event, show_story

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
Write = Callable[[ReceivedEvent], None]

OPTIONS = (
    click.option(
        "--format",
        "form",
        type=click.Choice(["pretty", "jsonl", "csv", "ninjs"]),
        default="pretty",
        show_default=True,
        help="A readable block, the event's JSON on one line, a row for spreadsheets, or IPTC ninjs 3.0 on one line.",
    ),
    click.option("--webhook", metavar="URL", help="POST each event there instead of printing it, until it is taken; see docs/how-to.md."),
    click.option(
        "--exec", metavar="COMMAND", help="Run this for each event, its JSON on standard input, {title} and other fields in arguments."
    ),
    click.option(
        "--undelivered",
        type=click.Path(dir_okay=False, path_type=Path),
        default="undelivered.jsonl",
        show_default=True,
        help="File of the events that --webhook or --exec does not take.",
    ),
    click.option(
        "--write-feed",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Keep the newest 100 events there as a feed, Atom or .json.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetOptions:
    """Where events go: at most one of `webhook`, `exec` and `write_feed`, else standard output."""

    form: str
    webhook: str | None
    exec: str | None
    undelivered: Path
    write_feed: Path | None

    def __post_init__(self) -> None:
        """Raise UserError for more than one."""
        if sum(target is not None for target in (self.webhook, self.exec, self.write_feed)) > 1:
            raise UserError("of --webhook, --exec and --write-feed, choose one")


def target_options(command: Decorated) -> Decorated:
    """Add the options, which the command gets as `target`."""

    @functools.wraps(command)
    def with_target(*args: Any, **rest: Any) -> Any:
        values = {name: rest.pop(name) for name in ("form", "webhook", "exec", "undelivered", "write_feed")}
        return command(*args, target=TargetOptions(**values), **rest)

    for option in reversed(OPTIONS):
        with_target = option(with_target)
    return with_target  # type: ignore[return-value]


@asynccontextmanager
async def open_target(options: TargetOptions, settings: Settings, *, are_stories: bool) -> AsyncIterator[Target]:
    """Yield what takes each event, or each state of a story."""
    if options.webhook is not None:
        async with aclosing(Webhook(options.webhook, settings.webhook_secret)) as target:
            yield Delivery(target, options.undelivered, note)
    elif options.exec is not None:
        yield Delivery(Command(options.exec), options.undelivered, note)
    else:
        write = _story_writer(options.form) if are_stories else _writer(options.form, settings)

        async def show(event: ReceivedEvent) -> None:
            write(event)

        yield show


def _writer(form: str, settings: Settings) -> Write:
    if form == "pretty":
        return lambda event: echo(show_event(event.event))
    if form == "jsonl":
        return _write_json
    if form == "csv":
        write_out(csv_header())
        return lambda event: write_out(csv_row(event.event))
    standards = {news_class.id: news_class.standard_ids for news_class in load_classes(settings).classes}
    return lambda event: write_out(orjson.dumps(ninjs(event.event, standards), option=orjson.OPT_APPEND_NEWLINE))


def _story_writer(form: str) -> Write:
    if form == "pretty":
        return lambda story: echo(show_story(orjson.loads(story.value)))
    if form == "jsonl":
        return _write_json
    write_out(story_csv_header())
    return lambda story: write_out(story_csv_row(orjson.loads(story.value)))


def _write_json(event: ReceivedEvent) -> None:
    write_out(event.value + b"\n")
