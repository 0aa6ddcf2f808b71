"""`newsmill worker`."""

import asyncio

import click

from agents.classes import load_classes
from agents.errors import UserError
from agents.kafka.compat.check import check_compatibility
from agents.kafka.topics import prepare_topics
from agents.settings import Settings
from streams.counts import StageName


@click.command("worker")
@click.option("--only", metavar="STAGES", help="Run only these stages, comma-separated: split, deduplicate, classify.")
@click.pass_obj
def command(settings: Settings, only: str | None) -> None:
    """Run a worker; start any number, on one machine or several.

    It serves /metrics, /livez and /readyz on NEWS_WEB_HOST:NEWS_WEB_PORT, and ends cleanly at SIGTERM or Ctrl-C.
    """
    stages = _stages(only)
    check_compatibility()
    classes = load_classes(settings)
    asyncio.run(prepare_topics(settings, classes))
    from agents.service import run_worker

    run_worker(settings, stages, classes)


def _stages(only: str | None) -> tuple[StageName, ...]:
    """Return the stages of `--only`, or all stages."""
    if only is None:
        return tuple(StageName)
    names = [name.strip() for name in only.split(",")]
    for name in names:
        if name not in list(StageName):
            raise UserError(f"--only {name}: no such stage; known: {', '.join(StageName)}")
    return tuple(map(StageName, names))
