"""`newsmill doctor`."""

import asyncio
import logging
import sys
from dataclasses import fields

import click

from agents.client.diagnose import diagnose
from agents.settings import ENVIRONMENT_PREFIX, SECRET, Settings
from agents.terminal.output import amount
from agents.terminal.show import echo


@click.command("doctor")
@click.pass_obj
def command(settings: Settings) -> None:
    """List the settings and check versions, classes, worker, broker, topics, lag, clocks and dead letters.

    The exit status is 1 if there is a problem.
    """
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # each finding reports it in one line
    for line in setting_lines(settings):
        echo(line + "\n")
    problems = asyncio.run(_report(settings))
    echo(f"\n{amount(problems, 'problem', 'problems')} found\n" if problems else "\nno problems found\n")
    if problems:
        sys.exit(1)


def setting_lines(settings: Settings) -> list[str]:
    """Return a line for each setting: its variable, value (secrets hidden), default if that differs, and meaning."""
    lines = []
    for setting in fields(settings):
        value = getattr(settings, setting.name)
        shown = "***" if setting.metadata[SECRET] and value else str(value) or '""'
        default = "" if value == setting.default else f" [default: {setting.default if setting.default != '' else 'empty'}]"
        name = ENVIRONMENT_PREFIX + setting.name.upper()
        lines.append(f"{name:25} {click.style(shown, bold=bool(default))}{default}  {click.style(setting.metadata['meaning'], dim=True)}")
    return lines


async def _report(settings: Settings) -> int:
    problems = 0
    async for finding in diagnose(settings):
        problems += bool(finding.advice)
        mark = click.style("problem", fg="red", bold=True) if finding.advice else click.style("ok     ", fg="green")
        details = f"{finding.state}\n{finding.advice}".rstrip().replace("\n", "\n" + " " * 19)
        echo(f"\n{mark}  {finding.subject:8}  {details}")
    echo("\n")
    return problems
