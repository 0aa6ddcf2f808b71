"""`newsmill subscribe`."""

import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import click
import orjson

from agents.classes import load_classes
from agents.cli.options import Since, Until, filter_options
from agents.cli.write_feed import write_feed as keep_feed
from agents.client.deliver import Delivery, Target
from agents.client.event_filter import EventFilter
from agents.client.run_command import Command
from agents.client.subscribe import ReceivedEvent, Start, receive_events
from agents.client.webhook import Webhook
from agents.errors import UserError
from agents.settings import Settings
from agents.terminal.csv_rows import csv_header, csv_row
from agents.terminal.interrupt import run_until_signal
from agents.terminal.ninjs import ninjs
from agents.terminal.output import note, write_out
from agents.terminal.show import echo, show_event
from streams.times import format_time


class StartParameter(Since):
    """A start position: "beginning", "now", or a time as for --since."""

    name = "start"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        """Return the word, or the seconds since the epoch."""
        return value if value in ("beginning", "now") else super().convert(value, parameter, context)


@click.command("subscribe")
@filter_options
@click.option(
    "--since",
    "--from",
    "start",
    type=StartParameter(),
    metavar="beginning|now|24h|DAY|TIME",
    help="Start position; a group continues at its committed offsets.  [default: now; beginning with an end in the past]",
)
@click.option("--until", type=Until(), metavar="24h|DAY|TIME", help="Exit after the last event that Kafka got before this time.")
@click.option("--exit-at-end", is_flag=True, help="Exit after the last event that there is.")
@click.option("--group", metavar="NAME", help="Read as this consumer group; all members of a group share the events.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["pretty", "jsonl", "csv", "ninjs"]),
    default="pretty",
    show_default=True,
    help="A readable block, the event's JSON on one line, a row for spreadsheets, or IPTC ninjs 3.0 on one line.",
)
@click.option("--webhook", metavar="URL", help="POST each event there instead of printing it, until it is taken; see docs/how-to.md.")
@click.option(
    "--exec", "exec_", metavar="COMMAND", help="Run this for each event, its JSON on standard input, {title} and other fields in arguments."
)
@click.option(
    "--undelivered",
    type=click.Path(dir_okay=False, path_type=Path),
    default="undelivered.jsonl",
    show_default=True,
    help="File of the events that --webhook or --exec does not take.",
)
@click.option(
    "--write-feed",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Keep the newest 100 events there as a feed, Atom or .json.",
)
@click.option("--max", "max_events", type=click.IntRange(min=1), metavar="N", help="Exit after N events.")
@click.pass_obj
def command(
    settings: Settings,
    *,
    event_filter: EventFilter,
    start: Start | None,
    until: int | None,
    exit_at_end: bool,
    group: str | None,
    form: str,
    webhook: str | None,
    exec_: str | None,
    undelivered: Path,
    write_feed: Path | None,
    max_events: int | None,
) -> None:
    """Show classified events as they arrive, until Ctrl-C.

    Values of one kind are alternatives, and kinds narrow each other: --region chile --region peru --topic mining shows mining in Chile or
    Peru; with --match any, everything of Chile, of Peru, or on mining. A day is of UTC, from its first or to its last second.

    \b
      newsmill subscribe --region chile --about
      newsmill subscribe --since 24h --exit-at-end --topic mining --format csv > mining.csv
      newsmill subscribe --since 2025-08-02 --until 2025-08-03 --text '"lithium permit" council' --language es
      newsmill subscribe --from beginning --format jsonl | jq .title
      newsmill subscribe --group alarm --webhook https://example.org/hook --topic mining --about
      newsmill subscribe --exec 'notify-send {title} {url}' --region chile
      newsmill subscribe --write-feed mining.atom --topic mining
      newsmill subscribe --group archive --from beginning --copies --format jsonl >> archive.jsonl
    """
    if group == "":
        raise UserError("--group needs a name")
    if group == settings.prefix:
        raise UserError(f"--group {group} is the consumer group of the workers; choose another name")
    has_end = exit_at_end or (until is not None and until <= time.time())
    first: Start = start if start is not None else "beginning" if has_end else "now"
    if isinstance(first, int) and until is not None and until <= first:
        raise UserError(f"--until {format_time(until)} is not after --since {format_time(first)}")
    _check_targets(webhook, exec_, write_feed, has_group_or_end=group is not None or has_end)
    if write_feed is not None:
        run_until_signal(keep_feed(settings, event_filter, write_feed, once=has_end))
        return
    names = ", ".join(settings.topic(name) for name in event_filter.topic_names())
    events = receive_events(
        settings,
        event_filter,
        start=first,
        group=group,
        max_events=max_events,
        until=until,
        exit_at_end=exit_at_end,
        on_ready=lambda: note(f"reading {names} to its end" if has_end else f"listening on {names}; Ctrl-C to stop"),
        on_gap=lambda time_s: note(f"not all of it: events before {format_time(time_s)} are deleted, past their retention"),
    )
    counts = Counter[str]()
    if run_until_signal(_show(events, _handler(form, settings, webhook, exec_, undelivered), counts)) and not counts:
        note("no event matches")


def _check_targets(webhook: str | None, command: str | None, feed: Path | None, *, has_group_or_end: bool) -> None:
    if sum(target is not None for target in (webhook, command, feed)) > 1:
        raise UserError("of --webhook, --exec and --write-feed, choose one")
    if webhook is not None and not has_group_or_end:
        raise UserError("--webhook needs --group NAME, so that after a restart it goes on where it left off")


async def _show(events: AsyncGenerator[ReceivedEvent, None], handler: AbstractAsyncContextManager[Target], counts: Counter[str]) -> None:
    async with aclosing(events), handler as handle:
        async for event in events:
            await handle(event)
            counts["shown"] += 1


@asynccontextmanager
async def _handler(form: str, settings: Settings, webhook: str | None, command: str | None, undelivered: Path) -> AsyncIterator[Target]:
    if webhook is not None:
        async with aclosing(Webhook(webhook, settings.webhook_secret)) as target:
            yield Delivery(target, undelivered, note)
    elif command is not None:
        yield Delivery(Command(command), undelivered, note)
    else:
        write = _writer(form, settings)

        async def show(event: ReceivedEvent) -> None:
            write(event)

        yield show


def _writer(form: str, settings: Settings) -> Callable[[ReceivedEvent], None]:
    if form == "pretty":
        return _write_pretty
    if form == "jsonl":
        return _write_json
    if form == "csv":
        write_out(csv_header())
        return lambda event: write_out(csv_row(event.event))
    standards = {news_class.id: news_class.standard_ids for news_class in load_classes(settings).classes}
    return lambda event: write_out(orjson.dumps(ninjs(event.event, standards), option=orjson.OPT_APPEND_NEWLINE))


def _write_pretty(event: ReceivedEvent) -> None:
    echo(show_event(event.event))


def _write_json(event: ReceivedEvent) -> None:
    write_out(event.value + b"\n")
