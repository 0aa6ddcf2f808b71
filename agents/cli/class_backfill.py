"""`newsmill classes backfill`."""

import asyncio

import click

from agents.classes import load_classes
from agents.cli.options import Since
from agents.client.class_backfill import backfill
from agents.settings import Settings
from agents.terminal.output import note
from streams.times import format_time


@click.command("backfill", short_help="Fill the topic of a new class with past events.")
@click.argument("id")
@click.option("--since", type=Since(), default="7d", show_default=True, metavar="DURATION|TIME", help="First time, such as 36h or 7d.")
@click.pass_obj
def command(settings: Settings, *, id: str, since: int) -> None:
    """Send past events that the class ID matches to its topic, with its label, each once; run it again after an interruption.

    The class is that of NEWS_CLASSES and NEWS_EXTRA_CLASSES. Restart the workers or let them load the class first: they label later
    events. Only events that Kafka still keeps can be sent.

    \b
      NEWS_CLASSES=my-classes newsmill classes backfill fen --since 7d
    """
    counts = asyncio.run(backfill(settings, load_classes(settings), id, since, note_gap))
    note(f"{counts.sent} of {counts.read} events since {format_time(since)} were sent, {counts.present} were there before")


def note_gap(topic: str, complete_since: int) -> None:
    """Print a note that retention has deleted events of a topic that were asked for."""
    note(f"{topic} is complete since {format_time(complete_since)} only: its retention has deleted earlier events")
