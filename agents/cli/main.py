"""The command `newsmill`: its subcommands and error messages."""

import errno
import importlib
import logging
import os
import signal
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from agents.errors import UserError
from agents.log import CleanFormatter
from agents.settings import Settings, SettingsError

READ_ONLY_ADVICE = "; name another folder with NEWS_DATA"
# Each command is in its own module, imported on use: `newsmill --help` imports neither Faust nor aiokafka.
COMMANDS = {
    "demo": "Start everything on this machine and show events as they come.",
    "kafka": "Run a local Kafka in the foreground.",
    "topics": "Create, list and check the topics.",
    "worker": "Run a worker: split, deduplicate, classify.",
    "produce": "Send page dumps to Kafka.",
    "subscribe": "Show classified events as they arrive.",
    "lookup": "Say what became of a dump or an article.",
    "archive": "Write events to Parquet files.",
    "process": "Process dumps without Kafka.",
    "dead-letters": "List dead letters and send them back.",
    "classes": "List and check the classes.",
    "shapes": "List and check the page shapes.",
    "doctor": "Check the set-up.",
    "completion": "Print the completion script of a shell.",
}


class Commands(click.Group):
    """Import the module of a command by its name."""

    def list_commands(self, _: click.Context) -> list[str]:
        """Return the commands in the order in which a new user needs them."""
        return list(COMMANDS)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        """Return the command of a name, or None."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"agents.cli.{name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def resolve_command(self, context: click.Context, arguments: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command and its arguments. Fail for an unknown one, with the most similar name."""
        name = arguments[0]
        similar = get_close_matches(name, COMMANDS, n=1)
        if name not in COMMANDS and similar and not name.startswith("-"):
            context.fail(f"No such command {name!r}. Did you mean {similar[0]!r}?")
        return super().resolve_command(context, arguments)

    def invoke(self, context: click.Context) -> Any:
        """Run a command. On a closed pipe, as with `| head`, exit quietly with the status of SIGPIPE."""
        try:
            return super().invoke(context)
        except BrokenPipeError:
            # Discard buffered output: Python would report an error for it at exit.
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
    """Silence what libraries log at each start and rebalance; `agents` logs the important part."""
    for library in ("faust", "mode", "agents.kafka.consumer", "agents.web"):
        logging.getLogger(library).setLevel(max(logging.WARNING, level))
    # aiokafka logs errors that it also raises, or retries ten times a second; a worker logs each kind once in a while.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL if level > logging.DEBUG else level)
    # At DEBUG this logger writes every request, including passwords and whole dumps.
    logging.getLogger("aiokafka.conn").setLevel(max(logging.INFO, logging.getLogger("aiokafka").level))


def main(arguments: list[str] | None = None) -> Any:
    """Run a command. A user error gives one message on standard error and exit status 1 (2 for wrong arguments), no traceback."""
    try:
        return newsmill.main(args=arguments, prog_name="newsmill")
    except Exception as error:
        message = _user_message(error)
        if message is None:
            raise
        click.echo(f"newsmill: {message}", err=True)
        sys.exit(1)


def _is_denied_data(error: OSError) -> bool:
    """Return whether the data folder, or what is in it, can't be written."""
    if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS) or not error.filename:
        return False
    folder = Path(os.environ.get("NEWS_DATA") or Settings().data).absolute()
    return Path(os.fsdecode(error.filename)).absolute().is_relative_to(folder)


def _user_message(error: Exception) -> str | None:
    """Return the message for the user, or None for a bug, which needs its traceback."""
    if isinstance(error, SettingsError | UserError):
        return str(error)
    if isinstance(error, OSError):
        message = f"{error.strerror or error}: {error.filename}" if error.filename else str(error)
        return message + (READ_ONLY_ADVICE if _is_denied_data(error) else "")
    # Checked by module name, since commands without Kafka must not import aiokafka.
    if type(error).__module__.startswith("aiokafka"):
        return f"Kafka: {error}; run `newsmill doctor`"
    return None
