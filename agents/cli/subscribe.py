"""`newsmill subscribe`."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

import click
import orjson

from agents.classes import load_classes
from agents.cli.options import Time
from agents.client.listen import Heard, Start, Wanted, events
from agents.errors import UserError
from agents.settings import Settings
from agents.terminal.interrupt import run_until_signal
from agents.terminal.ninjs import ninjs
from agents.terminal.output import note, write_out
from agents.terminal.show import echo, show_event


class StartPlace(Time):
    """A place to begin: "beginning", "now", or a time."""

    name = "start"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        """Return the word, or the seconds since the epoch."""
        return value if value in ("beginning", "now") else super().convert(value, parameter, context)


@click.command("subscribe")
@click.option("--region", "regions", multiple=True, metavar="ID", help="Only events of this region; may be given again.")
@click.option("--topic", "topics", multiple=True, metavar="ID", help="Only events on this topic; may be given again.")
@click.option("--about", is_flag=True, help="Only events that are about one of these classes, not those that mention it.")
@click.option("--copies", is_flag=True, help="Copies too, each with a link to its original.")
@click.option(
    "--from",
    "start",
    type=StartPlace(),
    default="now",
    show_default=True,
    metavar="beginning|now|TIME",
    help="Where to begin; a group goes on where it left off.",
)
@click.option("--group", metavar="NAME", help="Read as this consumer group: several with one name share the events.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["pretty", "jsonl", "ninjs"]),
    default="pretty",
    show_default=True,
    help="A block for people, the event's JSON on one line, or as IPTC ninjs 3.0 on one line.",
)
@click.option("--max", "most", type=click.IntRange(min=1), metavar="N", help="End after N events.")
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
    most: int | None,
) -> None:
    """Show classified events as they come, until Ctrl-C. With several classes: the events of any of them, each once.

    \b
      newsmill subscribe --region chile --about
      newsmill subscribe --from beginning --format jsonl | jq .title
      newsmill subscribe --group archive --from beginning --copies --format jsonl >> archive.jsonl
    """
    if group == "":
        raise UserError("--group needs a name")
    if group == settings.prefix:
        raise UserError(f"--group {group} is the group of the workers; take another name")
    wanted = Wanted(regions=regions, topics=topics, about=about, copies=copies)
    ready = f"listening on {', '.join(settings.topic(name) for name in wanted.topic_names())}; Ctrl-C ends"
    heard = events(settings, wanted, start=start, group=group, most=most, on_ready=lambda: note(ready))
    run_until_signal(_show(heard, _writer(form, settings)))


async def _show(heard: AsyncGenerator[Heard, None], write: Callable[[Heard], None]) -> None:
    async with aclosing(heard):
        async for event in heard:
            write(event)


def _writer(form: str, settings: Settings) -> Callable[[Heard], None]:
    if form == "pretty":
        return _write_pretty
    if form == "jsonl":
        return _write_json
    standards = {news_class.id: news_class.standard_ids for news_class in load_classes(settings).classes}
    return lambda heard: write_out(orjson.dumps(ninjs(orjson.loads(heard.value), standards), option=orjson.OPT_APPEND_NEWLINE))


def _write_pretty(heard: Heard) -> None:
    echo(show_event(orjson.loads(heard.value)))


def _write_json(heard: Heard) -> None:
    write_out(heard.value + b"\n")
