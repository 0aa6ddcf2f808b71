"""The command `newsmill`: its commands, and what a person sees when one fails."""

import importlib
import logging
import os
import signal
import sys
from typing import Any

import click

from agents.errors import UserError
from agents.log import CleanFormatter
from agents.settings import Settings, SettingsError

# Each command lives in a module of its own, imported when it is used: `newsmill --help` needs neither Faust nor Kafka.
COMMANDS = {
    "demo": "Start everything on this machine and show events as they come.",
    "kafka": "Run a local Kafka in the foreground.",
    "topics": "Create, list and check the topics.",
    "worker": "Run a worker: split, deduplicate, classify.",
    "produce": "Send page dumps to Kafka.",
    "subscribe": "Show classified events as they come.",
    "process": "Take dumps through the same steps without Kafka.",
    "dead-letters": "See what failed and why; send it back.",
    "classes": "List and check the classes.",
    "doctor": "Say what is wrong with the set-up.",
    "completion": "Print what has a shell complete commands and options.",
}


class Commands(click.Group):
    """Finds a command's module by its name."""

    def list_commands(self, _: click.Context) -> list[str]:
        """Return the commands in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        """Return the command of a name, or None where there is none."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"agents.cli.{name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def invoke(self, context: click.Context) -> Any:
        """Run a command; where nobody reads its output any more, as behind `| head`, it ends quietly, as by the signal for that."""
        try:
            return super().invoke(context)
        except BrokenPipeError:
            # What is still to be written goes nowhere: Python would complain of it at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(128 + signal.SIGPIPE)

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="newsmill")
@click.pass_context
def newsmill(context: click.Context) -> None:
    """Newsmill: page dumps of news aggregators in, unique classified news events out, on Kafka.

    Settings are NEWS_* environment variables; `newsmill doctor` lists them. Start with `newsmill demo`.
    """
    settings = Settings.from_env(os.environ)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(CleanFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(handlers=[handler], level=settings.log_level)
    quiet_libraries(logging.getLevelName(settings.log_level))
    context.obj = settings


def quiet_libraries(level: int) -> None:
    """Leave out what the libraries log of themselves at each start and rebalance; what matters of it, `agents` logs."""
    for library in ("faust", "mode", "agents.kafka.consumer", "agents.web"):
        logging.getLogger(library).setLevel(max(logging.WARNING, level))
    # aiokafka logs as errors what it then raises, or tries again ten times a second; a worker shows one line of each in a while.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL if level > logging.DEBUG else level)
    # At DEBUG this one logs each request as it is, the login with its password and whole dumps too.
    logging.getLogger("aiokafka.conn").setLevel(max(logging.INFO, logging.getLogger("aiokafka").level))


def main(arguments: list[str] | None = None) -> Any:
    """Run a command; a mistake of the user's is one message on standard error and exit status 1 (2 for wrong arguments), no traceback."""
    try:
        return newsmill.main(args=arguments, prog_name="newsmill")
    except Exception as error:
        told = _told(error)
        if told is None:
            raise
        click.echo(f"newsmill: {told}", err=True)
        sys.exit(1)


def _told(error: Exception) -> str | None:
    """Return what to tell a person, or None where the fault is ours and the traceback is what helps."""
    if isinstance(error, SettingsError | UserError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.strerror or error}: {error.filename}" if error.filename else str(error)
    # By its module: the commands that need no Kafka don't load its errors either.
    if type(error).__module__.startswith("aiokafka"):
        return f"Kafka: {error}; `newsmill doctor` says more"
    return None
