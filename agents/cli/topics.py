"""`newsmill topics apply | list | check`."""

import asyncio

import click

from agents.errors import UserError
from agents.kafka.connect import admin
from agents.kafka.topics import create_missing, declared_topics, differences, partitions_of
from agents.settings import Settings


@click.group("topics")
def command() -> None:
    """Create, list and check the topics."""


@command.command()
@click.pass_obj
def apply(settings: Settings) -> None:
    """Create missing topics. Existing topics and their partitions are never changed."""
    created, wrong = asyncio.run(_apply(settings))
    for name in created:
        click.echo(f"created {name}")
    click.echo(f"{len(created)} topics created")
    _report(wrong)


@command.command("list")
@click.pass_obj
def list_topics(settings: Settings) -> None:
    """Show the declared topics: partitions, retention, content, and whether they exist."""
    existing = asyncio.run(_existing(settings))
    for topic in declared_topics(settings):
        name = settings.topic(topic.name)
        state = f"{existing[name]} partitions" if name in existing else "missing"
        days = topic.retention_ms // 86_400_000
        click.echo(f"{name:28} {state:14} {days:3} days  {'public  ' if topic.public else 'internal'}  {topic.meaning}")


@command.command()
@click.pass_obj
def check(settings: Settings) -> None:
    """Report differences from the declaration; the exit status is then 1."""
    _report(asyncio.run(_differences(settings)))
    click.echo("all topics are as declared")


def _report(wrong: list[str]) -> None:
    if wrong:
        raise UserError("topics differ from their declaration:\n  " + "\n  ".join(wrong))


async def _apply(settings: Settings) -> tuple[list[str], list[str]]:
    async with admin(settings) as client:
        topics = declared_topics(settings)
        created = await create_missing(client, settings, topics)
        return created, [line for line in await differences(client, settings, topics) if line.split(":")[0] not in created]


async def _existing(settings: Settings) -> dict[str, int]:
    async with admin(settings) as client:
        return await partitions_of(client, settings)


async def _differences(settings: Settings) -> list[str]:
    async with admin(settings) as client:
        return await differences(client, settings, declared_topics(settings))
