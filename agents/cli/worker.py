"""`newsmill worker`."""

import asyncio

import click

from agents.classes import load_classes
from agents.errors import UserError
from agents.kafka.topics import ready_for
from agents.settings import Settings

STAGES = ("split", "deduplicate", "classify")


@click.command("worker")
@click.option("--only", metavar="STAGES", help="Run only these stages, comma-separated: split, deduplicate, classify.")
@click.pass_obj
def command(settings: Settings, only: str | None) -> None:
    """Run a worker; as many as wanted, on one machine or several.

    It serves /metrics, /livez and /readyz on NEWS_WEB_HOST:NEWS_WEB_PORT, and ends cleanly at SIGTERM or Ctrl-C.
    """
    stages = tuple(stage.strip() for stage in only.split(",")) if only is not None else STAGES
    for stage in stages:
        if stage not in STAGES:
            raise UserError(f"--only {stage}: no such stage; there are {', '.join(STAGES)}")
    classes = load_classes(settings)
    asyncio.run(ready_for(settings, classes))
    from agents.service import run_worker

    run_worker(settings, stages, classes)
