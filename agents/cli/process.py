"""`newsmill process`."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable

import click

from agents.cli.options import check_standard_input, dump_options
from agents.inputs.input_items import InputDump, InputItem, ReadOptions, RefusedInput, SkippedInput
from agents.inputs.inputs import STANDARD_INPUT, input_bytes, read_inputs
from agents.settings import Settings
from agents.terminal.output import amount, json_lines, note, note_skipped, progress, write_out
from streams.counts import RecordFate, StageName
from streams.local import Processor
from streams.messages.dead_letters import DETAIL_HEADER, REASON_HEADER
from streams.records import Message
from streams.topics import TopicName

Show = Callable[[InputDump, list[Message]], None]

NO_ARTICLES = (StageName.SPLIT, RecordFate.NO_ARTICLES)
# The rows of the summary: singular, plural, counter.
SUMMARY = (
    ("event", "events", (StageName.CLASSIFY, RecordFate.EVENT)),
    ("copy", "copies", (StageName.CLASSIFY, RecordFate.DUPLICATE)),
    ("article seen before", "articles seen before", (StageName.DEDUPLICATE, RecordFate.REPLAYED)),
    ("repeat left out", "repeats left out", (StageName.DEDUPLICATE, RecordFate.REPEAT)),
    ("dump without an article", "dumps without an article", NO_ARTICLES),
)


@click.command("process")
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATH...|-]")
@dump_options
@click.option(
    "--explain",
    is_flag=True,
    help="Print a readable report: the fate of each line, the articles, what a copy shares with its original, an article with its story.",
)
@click.pass_obj
def command(settings: Settings, *, paths: tuple[str, ...], raw: bool, url: str | None, fetched_at: int | None, explain: bool) -> None:
    """Process dumps with the same steps as a worker, without Kafka, and print the messages as JSON lines.

        PATH is a file (.txt .html .htm .md .eml .mbox .mht .mhtml .docx .rtf .csv .tsv .sgml: one dump; .xml .rss .rdf .atom .json: a
        feed; .jsonl: an envelope a line; .warc .wet: a web archive; each also with .gz; .zip: any of them) or a folder;
        "-", or none, is standard input, with one envelope
        {"url","fetched_at","content_type","body"} a line. Notes go to standard error. The exit status is 0 if no input was refused; dead
        letters do not count.

    \b
          newsmill process pages/ > messages.jsonl
          curl -s https://example.org/news | newsmill process --raw --url https://example.org/news
          newsmill process --explain page.txt
    """
    paths = paths or (STANDARD_INPUT,)
    inputs = read_inputs(paths, ReadOptions(topic=settings.topic(TopicName.DUMPS), raw=raw, url=url, fetched_at=fetched_at))
    check_standard_input(paths)
    show = _explainer(settings) if explain else _write_json
    if not process_inputs(settings, inputs, input_bytes(paths), show, has_notes=not explain):
        sys.exit(1)


def process_inputs(settings: Settings, inputs: Iterable[InputItem], total_bytes: int | None, show: Show, *, has_notes: bool = True) -> bool:
    """Show the messages of each dump and a summary; return whether no input was refused.

    `has_notes`: print dead letters and dumps without an article on standard error; not needed where `show` prints them.
    """
    from agents.classes import load_classes
    from agents.pipeline_config import copy_config, pipeline_config
    from streams.split.warm_up import warm_up

    warm_up()
    processor = Processor(pipeline_config(settings, load_classes(settings)), copy_config(settings), now=int(time.time()))
    handled, refused, dead = 0, 0, 0
    skipped: Counter[str] = Counter()
    with progress("dumps", total_bytes, shown=not sys.stdout.isatty()) as advance:
        for item in inputs:
            if isinstance(item, SkippedInput):
                skipped[item.reason] += 1
            elif isinstance(item, RefusedInput):
                refused += 1
                note(f"{item.name}: refused: {item.reason}")
            else:
                handled += 1
                empty_before = processor.counts.records[NO_ARTICLES]
                messages = processor.process(item.incoming)
                show(item, messages)
                dead += _note_dead_letters(item, messages, has_notes)
                if has_notes and processor.counts.records[NO_ARTICLES] > empty_before:
                    note(f"{item.name}: no articles")
            advance(item.read_bytes)
    counted = ((one, many, processor.counts.records[where]) for one, many, where in SUMMARY)
    amounts = [("dead letter", "dead letters", dead), *counted, ("input refused", "inputs refused", refused)]
    counts = ", ".join(amount(number, one, many) for one, many, number in amounts if number)
    note(f"{amount(handled, 'dump', 'dumps')}: {counts or 'nothing to publish'}")
    note_skipped(skipped)
    return refused == 0


def _note_dead_letters(item: InputDump, messages: Iterable[Message], has_notes: bool) -> int:
    dead_letters = [dict(message.headers) for message in messages if message.topic.endswith(".dead-letters")]
    for headers in dead_letters if has_notes else ():
        reason, detail = headers[REASON_HEADER].decode(), headers[DETAIL_HEADER].decode(errors="replace")
        note(f"{item.name}: dead letter: {reason}: {detail[:160]}")
    return len(dead_letters)


def _write_json(_: InputDump, messages: list[Message]) -> None:
    write_out(json_lines(messages))


def _explainer(settings: Settings) -> Show:
    from agents.terminal.explain import explain
    from agents.terminal.explain_copy import Originals
    from agents.terminal.explain_story import StoriesSeen
    from agents.terminal.show import echo

    originals, stories = Originals(), StoriesSeen()
    return lambda item, messages: echo(explain(item, messages, settings.shapes == "all", originals, stories))
