"""`newsmill produce`."""

import sys

import click

from agents.cli.options import check_standard_input, reading_options
from agents.client.send import Tally, send_dumps
from agents.inputs.input_items import InputItem, ReadOptions, RefusedInput
from agents.inputs.inputs import input_bytes, read_inputs
from agents.settings import Settings
from agents.terminal.interrupt import run_until_signal
from agents.terminal.output import amount, note, note_passed_over, progress
from streams.topics import TopicName


@click.command("produce")
@click.argument("paths", nargs=-1, type=click.Path(), required=True, metavar="PATH...|-")
@reading_options
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="Dumps a second at most.")
@click.option("--backfill", is_flag=True, help="Send dumps of the past: they never delay live ones.")
@click.pass_obj
def command(
    settings: Settings, *, paths: tuple[str, ...], raw: bool, url: str | None, fetched_at: int | None, rate: float | None, backfill: bool
) -> None:
    """Send dumps to Kafka, and say at the end what was sent, and what was refused and why.

    PATH is a file (.txt .html .htm: one page; .jsonl: an envelope a line; .warc .wet: a web archive; each also with .gz; .zip: any of
    them) or a folder; "-" is standard input, with one envelope {"url","fetched_at","content_type","body"} a line. A dump of over 10 MiB is
    refused here; what else is wrong with one, the worker says in its dead letter. What an archive holds beside pages is passed over and
    counted. The exit status is 0 where every dump was sent.

    \b
      newsmill produce pages/ dumps.jsonl pages.zip
      newsmill produce --backfill crawl.warc.gz
      newsmill produce --url https://example.org/news --fetched-at 2025-08-02T12:00:00Z page.html
      zcat old-dumps.jsonl.gz | newsmill produce --backfill --rate 50 -
    """
    topic = settings.topic(TopicName.BACKFILL if backfill else TopicName.DUMPS)
    inputs = read_inputs(paths, ReadOptions(topic=topic, raw=raw, url=url, fetched_at=fetched_at))
    check_standard_input(paths)
    tally, complete = Tally(), False
    try:
        with progress(f"to {topic}", input_bytes(paths)) as advance:

            def report(item: InputItem) -> None:
                advance(item.read_bytes)
                if isinstance(item, RefusedInput):
                    note(f"{item.name}: refused: {item.reason}")

            complete = run_until_signal(send_dumps(settings, inputs, topic, tally, rate=rate, on_done=report))
    finally:
        if complete or tally.taken or tally.refused or tally.passed_over:
            _summarize(tally, topic, complete)
    if tally.refused or tally.taken > tally.sent or not complete:
        sys.exit(1)


def _summarize(tally: Tally, topic: str, complete: bool) -> None:
    unsure = tally.taken - tally.sent
    note(
        f"{amount(tally.sent, 'dump', 'dumps')} ({tally.sent_bytes:,} bytes) sent to {topic}, {tally.refused} refused"
        + (f", {unsure} not acknowledged" if unsure else "")
        + ("" if complete else "; stopped before the end")
    )
    note_passed_over(tally.passed_over)
