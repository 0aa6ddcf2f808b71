"""`newsmill subscribe`."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

import click
import orjson

from agents.classes import load_classes
from agents.cli.options import Time
from agents.client.subscribe import EventFilter, ReceivedEvent, Start, receive_events
from agents.errors import UserError
from agents.settings import Settings
from agents.terminal.interrupt import run_until_signal
from agents.terminal.ninjs import ninjs
from agents.terminal.output import note, write_out
from agents.terminal.show import echo, show_event


class StartParameter(Time):
    """A start position: "beginning", "now", or a time."""

    name = "start"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        """Return the word, or the seconds since the epoch."""
        return value if value in ("beginning", "now") else super().convert(value, parameter, context)


@click.command("subscribe")
@click.option("--region", "regions", multiple=True, metavar="ID", help="Only events of this region; may be repeated.")
@click.option("--topic", "topics", multiple=True, metavar="ID", help="Only events on this topic; may be repeated.")
@click.option("--about", is_flag=True, help="Only events that are about one of these classes, not those that mention it.")
@click.option("--copies", is_flag=True, help="Also copies, each with a link to its original.")
@click.option(
    "--from",
    "start",
    type=StartParameter(),
    default="now",
    show_default=True,
    metavar="beginning|now|TIME",
    help="Start position; a group continues at its committed offsets.",
)
@click.option("--group", metavar="NAME", help="Read as this consumer group; all members of a group share the events.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["pretty", "jsonl", "ninjs"]),
    default="pretty",
    show_default=True,
    help="A readable block, the event's JSON on one line, or IPTC ninjs 3.0 on one line.",
)
@click.option("--max", "max_events", type=click.IntRange(min=1), metavar="N", help="Exit after N events.")
@click.pass_obj
def command(
    settings: Settings,
    *,
    regions: tuple[str, ...],
    topics: tuple[str, ...],
    about: bool,
    copies: bool,
    start: Start,
    group: str | None,
    form: str,
    max_events: int | None,
) -> None:
    """Show classified events as they arrive, until Ctrl-C. With several classes: the events of any of them, each once.

    \b
      newsmill subscribe --region chile --about
      newsmill subscribe --from beginning --format jsonl | jq .title
      newsmill subscribe --group archive --from beginning --copies --format jsonl >> archive.jsonl
    """
    if group == "":
        raise UserError("--group needs a name")
    if group == settings.prefix:
        raise UserError(f"--group {group} is the consumer group of the workers; choose another name")
    event_filter = EventFilter(regions=regions, topics=topics, about=about, copies=copies)
    ready = f"listening on {', '.join(settings.topic(name) for name in event_filter.topic_names())}; Ctrl-C to stop"
    events = receive_events(settings, event_filter, start=start, group=group, max_events=max_events, on_ready=lambda: note(ready))
    run_until_signal(_show(events, _writer(form, settings)))


async def _show(events: AsyncGenerator[ReceivedEvent, None], write: Callable[[ReceivedEvent], None]) -> None:
    async with aclosing(events):
        async for event in events:
            write(event)


def _writer(form: str, settings: Settings) -> Callable[[ReceivedEvent], None]:
    if form == "pretty":
        return _write_pretty
    if form == "jsonl":
        return _write_json
    standards = {news_class.id: news_class.standard_ids for news_class in load_classes(settings).classes}
    return lambda event: write_out(orjson.dumps(ninjs(event.event, standards), option=orjson.OPT_APPEND_NEWLINE))


def _write_pretty(event: ReceivedEvent) -> None:
    echo(show_event(event.event))


def _write_json(event: ReceivedEvent) -> None:
    write_out(event.value + b"\n")
