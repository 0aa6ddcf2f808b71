"""`newsmill classes list | check | test | diff | backfill`."""

from pathlib import Path

import click

from agents.classes import load_classes
from agents.cli.class_backfill import command as backfill
from agents.cli.class_diff import command as diff
from agents.cli.class_diff import read_folder
from agents.errors import UserError
from agents.settings import Settings
from agents.terminal.output import note
from streams.classify.class_set import ClassSet, shipped_ids
from streams.classify.classify import check_examples

FOLDER = click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))


@click.group("classes")
def command() -> None:
    """List, check, test and compare the classes: those of FOLDER, else of NEWS_CLASSES, else the built-in ones.

    \b
      newsmill classes check my-classes/
      newsmill classes test my-classes/
      newsmill classes diff built-in my-classes/ pages/
      newsmill classes diff built-in my-classes/ --from-kafka --since 24h
      NEWS_EXTRA_CLASSES=countries,energy newsmill classes list
      NEWS_CLASSES=my-classes newsmill worker
    """


command.add_command(diff)
command.add_command(backfill)


@command.command("list", short_help="Show each class.")
@FOLDER
@click.pass_obj
def list_classes(settings: Settings, *, folder: Path | None) -> None:
    """Show each class: id, kind, name, what counts, and its standard ids; and the classes that NEWS_EXTRA_CLASSES can enable."""
    classes = _load(settings, folder)
    for news_class in classes.classes:
        standards = " ".join(f"{name}={id}" for name, id in sorted(news_class.standard_ids.items()))
        click.echo(f"{news_class.id:16} {news_class.kind:7} {news_class.name:20} {news_class.counts:11} {standards}".rstrip())
    on = {news_class.id for news_class in classes.classes}
    for group, ids in shipped_ids().items():
        if off := [id for id in ids if id not in on]:
            note(f"off ({group}, see NEWS_EXTRA_CLASSES): {', '.join(off)}")


@command.command(short_help="Report every mistake in the files.")
@FOLDER
@click.pass_obj
def check(settings: Settings, *, folder: Path | None) -> None:
    """Read the files and report every mistake by file and line; the exit status is then 1."""
    classes = _load(settings, folder)
    click.echo(f"{len(classes.classes)} classes are valid ({classes.hash})")


@command.command(short_help="Classify the examples in the files.")
@FOLDER
@click.pass_obj
def test(settings: Settings, *, folder: Path | None) -> None:
    """Classify the examples in the files and report those without their expected label; the exit status is then 1."""
    classes = _load(settings, folder)
    failures = check_examples(classes)
    count = sum(len(news_class.examples) for news_class in classes.classes)
    if failures:
        raise UserError(f"{len(failures)} of {count} examples fail:\n  " + "\n  ".join(failures))
    click.echo(f"{count} examples of {len(classes.classes)} classes pass")


def _load(settings: Settings, folder: Path | None) -> ClassSet:
    return load_classes(settings) if folder is None else read_folder(settings, str(folder))
