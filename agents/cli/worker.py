"""`newsmill worker`."""

import asyncio

import click

from agents.connect import admin
from agents.errors import UserError
from agents.settings import Settings
from agents.topics import declared_topics, differences, kept_too_short

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
    asyncio.run(_check(settings))
    from agents.worker import run_worker

    run_worker(settings, stages)


async def _check(settings: Settings) -> None:
    """A worker on wrong topics would misplace articles, or forget some too early; refuse to start on them."""
    async with admin(settings) as client:
        lines = await differences(client, settings, declared_topics(settings))
        wrong = [line for line in lines if "missing" in line or "partitions" in line] or await kept_too_short(client, settings)
    if wrong:
        advice = "Create missing ones with `newsmill topics apply`; Kafka's own tools change the others."
        raise UserError("the topics are not as declared:\n  " + "\n  ".join(wrong) + f"\n{advice}")
