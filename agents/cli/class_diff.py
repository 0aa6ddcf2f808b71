"""`newsmill classes diff`."""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
import orjson

from agents.classes import load_classes
from agents.cli.class_backfill import note_gap
from agents.cli.options import Since, check_standard_input, dump_options
from agents.client.class_diff import InputText, example_texts, label_changes_of, past_texts, texts_of
from agents.errors import UserError
from agents.inputs.input_items import ReadOptions, RefusedInput
from agents.inputs.inputs import read_inputs
from agents.settings import Settings, SettingsError
from agents.terminal.output import note, write_out
from agents.terminal.show import echo, show_changes
from streams.classify.class_set import ClassSet
from streams.classify.diff import LabelChange
from streams.topics import TopicName

BUILT_IN = "built-in"


@click.command("diff", short_help="Show which events would change labels, and why.")
@click.argument("old")
@click.argument("new")
@click.argument("paths", nargs=-1, metavar="[PATH...|-]")
@dump_options
@click.option("--from-kafka", is_flag=True, help="Compare on past events and copies of Kafka instead of pages.")
@click.option("--since", type=Since(), default="24h", show_default=True, metavar="DURATION|TIME", help="First time with --from-kafka.")
@click.pass_obj
def command(
    settings: Settings,
    *,
    old: str,
    new: str,
    paths: tuple[str, ...],
    raw: bool,
    url: str | None,
    fetched_at: int | None,
    from_kafka: bool,
    since: int,
) -> None:
    """Label texts with the classes of the folders OLD and NEW, and show which texts change labels, with the evidence.

    OLD or NEW may be "built-in". PATH is as for `newsmill process`; without one the texts are the examples in the files of both, or with
    --from-kafka the events and copies that Kafka keeps.
    A terminal shows readable blocks; a file or pipe gets JSON lines {"name","id","title","changes":[{"id","what","old","new"}]}, where
    "what" is gained, lost, about or mentioned, and "old" and "new" are labels as in an event, or null. The exit status is 0 if
    no label changes, and 1 if one does or an input could not be read.

    \b
      newsmill classes diff built-in my-classes/
      newsmill classes diff classes-today/ classes-tomorrow/ pages/ > changes.jsonl
      newsmill classes diff built-in my-classes/ --from-kafka --since 24h
    """
    if from_kafka and paths:
        raise click.UsageError("--from-kafka reads events of Kafka; name no PATH with it")
    before, after = (read_folder(settings, folder) for folder in (old, new))
    report = partial(_report, before=before, after=after, counts=(counts := Counter[str]()))
    if from_kafka:
        asyncio.run(_report_past(settings, since, report))
    else:
        options = ReadOptions(topic=settings.topic(TopicName.DUMPS), raw=raw, url=url, fetched_at=fetched_at)
        for text in _events(settings, before, paths, options) if paths else example_texts(before, after):
            report(text)
    _sum_up(counts)


async def _report_past(settings: Settings, since: int, report: Callable[[InputText], None]) -> None:
    async for text in past_texts(settings, since, note_gap):
        report(text)


def _report(text: InputText | RefusedInput, *, before: ClassSet, after: ClassSet, counts: Counter[str]) -> None:
    """Show the changes of the labels of a text, if any, and count them."""
    if isinstance(text, RefusedInput):
        counts["inputs refused"] += 1
        note(f"{text.name}: refused: {text.reason}")
        return
    counts["texts"] += 1
    if changes := label_changes_of(text, before, after):
        counts["changed"] += 1
        counts.update(f"{change.id} {change.what}" for change in changes)
        is_terminal = sys.stdout.isatty()
        echo(show_changes(text.name, text.title or text.body, changes)) if is_terminal else write_out(_json_line(text, changes))


def read_folder(settings: Settings, folder: str) -> ClassSet:
    """Return the classes of a folder, or the built-in ones.

    Raises:
        UserError: names every mistake in the files, under the name of `folder`, which may differ from NEWS_CLASSES.
    """
    if folder != BUILT_IN and not Path(folder).is_dir():
        raise UserError(f"{folder}: no such folder")
    try:
        return load_classes(replace(settings, classes="" if folder == BUILT_IN else folder))
    except SettingsError as error:
        raise UserError(str(error).replace(f"NEWS_CLASSES={folder!r}", folder, 1)) from error


def _events(settings: Settings, classes: ClassSet, paths: Sequence[str], options: ReadOptions) -> Iterator[InputText | RefusedInput]:
    from agents.pipeline_config import copy_config, pipeline_config
    from streams.local import Processor

    check_standard_input(paths)
    processor = Processor(pipeline_config(settings, classes), copy_config(settings), now=int(time.time()))
    return texts_of(read_inputs(paths, options), processor.process)


def _json_line(text: InputText, changes: Sequence[LabelChange]) -> bytes:
    line = {"name": text.name, "id": text.id, "title": text.title, "changes": changes}
    return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def _sum_up(counts: Counter[str]) -> None:
    total, changed = counts.pop("texts", 0), counts.pop("changed", 0)
    details = ", ".join(f"{what}: {count}" for what, count in sorted(counts.items()))
    note(f"{changed} of {total} texts change labels" + (f" ({details})" if details else ""))
    if counts:
        sys.exit(1)
