"""`newsmill process`."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable

import click

from agents.cli.options import check_standard_input, reading_options
from agents.inputs.input_items import InputDump, InputItem, ReadOptions, RefusedInput, SkippedInput
from agents.inputs.inputs import STANDARD_INPUT, input_bytes, read_inputs
from agents.settings import Settings
from agents.terminal.output import amount, json_lines, note, note_passed_over, progress, write_out
from streams.counts import RecordFate, StageName
from streams.local import Processor
from streams.messages.dead_letters import DETAIL_HEADER, REASON_HEADER
from streams.records import Message
from streams.topics import TopicName

Show = Callable[[InputDump, list[Message]], None]

NO_ARTICLES = (StageName.SPLIT, RecordFate.NO_ARTICLES)
# What the summary names, one of it and many, and where it is counted.
SUMMARY = (
    ("event", "events", (StageName.CLASSIFY, RecordFate.EVENT)),
    ("copy", "copies", (StageName.CLASSIFY, RecordFate.DUPLICATE)),
    ("article seen before", "articles seen before", (StageName.DEDUPLICATE, RecordFate.REPLAYED)),
    ("repeat left out", "repeats left out", (StageName.DEDUPLICATE, RecordFate.REPEAT)),
    ("dump without an article", "dumps without an article", NO_ARTICLES),
)


@click.command("process")
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATH...|-]")
@reading_options
@click.option(
    "--explain",
    is_flag=True,
    help="Print for people: what became of each line of a page, its articles, and what a copy shares with its original.",
)
@click.pass_obj
def command(settings: Settings, *, paths: tuple[str, ...], raw: bool, url: str | None, fetched_at: int | None, explain: bool) -> None:
    """Take dumps through the same steps as a worker, without Kafka, and print the messages as JSON lines.

    PATH is a file (.txt .html .htm: one page; .jsonl: an envelope a line; .warc .wet: a web archive; each also with .gz; .zip: any of
    them) or a folder; "-", or none, is standard input, with one envelope {"url","fetched_at","content_type","body"} a line. Notes go to
    standard error. The exit status is 0 where every dump was handled, dead letters included.

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
    """Show the messages of each dump, say at the end what there was, and return whether every input was handled.

    `has_notes`: whether dead letters and dumps without an article are noted on standard error; not where `show` tells people already.
    """
    from agents.classes import load_classes
    from agents.pipeline_config import copy_config, pipeline_config
    from streams.split.warm_up import warm_up

    warm_up()
    processor = Processor(pipeline_config(settings, load_classes(settings)), copy_config(settings), now=int(time.time()))
    handled, refused, dead = 0, 0, 0
    passed_over: Counter[str] = Counter()
    with progress("dumps", total_bytes, shown=not sys.stdout.isatty()) as advance:
        for found in inputs:
            if isinstance(found, SkippedInput):
                passed_over[found.reason] += 1
            elif isinstance(found, RefusedInput):
                refused += 1
                note(f"{found.name}: refused: {found.reason}")
            else:
                handled += 1
                without = processor.counts.records[NO_ARTICLES]
                messages = processor.process(found.incoming)
                show(found, messages)
                dead += _note_deaths(found, messages, has_notes)
                if has_notes and processor.counts.records[NO_ARTICLES] > without:
                    note(f"{found.name}: no articles")
            advance(found.read_bytes)
    counted = ((one, many, processor.counts.records[where]) for one, many, where in SUMMARY)
    told = [("dead letter", "dead letters", dead), *counted, ("input refused", "inputs refused", refused)]
    counts = ", ".join(amount(number, one, many) for one, many, number in told if number)
    note(f"{amount(handled, 'dump', 'dumps')}: {counts or 'nothing to publish'}")
    note_passed_over(passed_over)
    return refused == 0


def _note_deaths(found: InputDump, messages: Iterable[Message], has_notes: bool) -> int:
    deaths = [dict(message.headers) for message in messages if message.topic.endswith(".dead-letters")]
    for headers in deaths if has_notes else ():
        reason, detail = headers[REASON_HEADER].decode(), headers[DETAIL_HEADER].decode(errors="replace")
        note(f"{found.name}: dead letter: {reason}: {detail[:160]}")
    return len(deaths)


def _write_json(_: InputDump, messages: list[Message]) -> None:
    write_out(json_lines(messages))


def _explainer(settings: Settings) -> Show:
    from agents.terminal.explain import explain
    from agents.terminal.matched import Originals
    from agents.terminal.show import echo

    originals = Originals()
    return lambda found, messages: echo(explain(found, messages, settings.shapes == "all", originals))
