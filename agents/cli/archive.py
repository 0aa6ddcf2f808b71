"""`newsmill archive`."""

from pathlib import Path

import click

from agents.client.archive import Archive, Archiver
from agents.client.parquet import require_pyarrow, write_parquet
from agents.settings import Settings
from agents.terminal.interrupt import run_until_signal
from agents.terminal.output import note
from streams.topics import TopicName

DEFAULT_EVERY_S = 900


@click.command("archive")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--copies", is_flag=True, help="Also copies, in DIR/duplicates.")
@click.option("--exit-at-end", is_flag=True, help="Exit after the last event that there is.")
@click.option(
    "--every",
    type=click.IntRange(min=1),
    default=DEFAULT_EVERY_S,
    show_default=True,
    metavar="SECONDS",
    help="Write at the latest so often.",
)
@click.pass_obj
def command(settings: Settings, *, folder: Path, copies: bool, exit_at_end: bool, every: int) -> None:
    """Write events to Parquet files by day of fetch, for DuckDB, pandas and the like, until Ctrl-C.

    The files are DIR/events/day=2025-08-02/events-PARTITION-FIRST-LAST.parquet, with the offsets of their events. A restart goes on where
    the last one ended, and each event is in exactly one file. Run one at a time for a folder.

    \b
      newsmill archive news-archive
      newsmill archive news-archive --copies --exit-at-end
      duckdb -c "select day, count(*) from 'news-archive/events/*/*.parquet' group by day"
    """
    require_pyarrow()
    names = (TopicName.EVENTS, *((TopicName.DUPLICATES,) if copies else ()))
    archive = Archive(folder, write_parquet)
    archive.require_writable()
    archiver = Archiver(settings, archive, names, every, note)
    note(f"archiving {', '.join(settings.topic(name) for name in names)} to {folder}" + ("" if exit_at_end else "; Ctrl-C to stop"))
    run_until_signal(archiver.run(exit_at_end=exit_at_end))
