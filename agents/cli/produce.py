"""`newsmill produce`."""

import itertools
import sys
from collections.abc import Iterator

import click

from agents.cli.options import check_standard_input, dump_options
from agents.client.send import SendCounts, send_dumps
from agents.inputs.input_items import InputDump, InputItem, ReadOptions, RefusedInput
from agents.inputs.inputs import input_bytes, read_inputs
from agents.settings import Settings
from agents.terminal.interrupt import run_until_signal
from agents.terminal.output import amount, note, note_skipped, progress
from streams.errors import InvalidRecord
from streams.messages.envelope import open_envelope
from streams.topics import TopicName

MAX_SHOWN_IDS = 10
HELP = """\
Send dumps to Kafka, and print a summary with the refused inputs and why.

PATH is a file (.txt .html .htm .md .eml .mbox .mht .mhtml .docx .rtf .csv .tsv .sgml: one dump; .xml .rss .rdf .atom .json: a
feed; .jsonl: an envelope a line; .warc .wet: a web archive; each also with .gz; .zip: any of them) or a folder;
"-" is standard input, with one envelope {"url","fetched_at","content_type","body"} a line. A dump of over 10 MiB is refused here; for
other faults the worker writes a dead letter. Records of an archive that are no pages are skipped and counted. The exit status is 0 if
every dump was sent.

\b
  newsmill produce pages/ dumps.jsonl pages.zip
  newsmill produce --backfill crawl.warc.gz
  newsmill produce --url https://example.org/news --fetched-at 2025-08-02T12:00:00Z page.html
  zcat old-dumps.jsonl.gz | newsmill produce --backfill --rate 50 -
"""


@click.command("produce", help=HELP)
@click.argument("paths", nargs=-1, type=click.Path(), required=True, metavar="PATH...|-")
@dump_options
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="Maximum number of dumps per second.")
@click.option("--backfill", is_flag=True, help="Send old dumps, which never delay live ones.")
@click.option("--ids", is_flag=True, help=f"Print the ids of all dumps, for `newsmill lookup`, not only of the first {MAX_SHOWN_IDS}.")
@click.pass_obj
def command(
    settings: Settings,
    *,
    paths: tuple[str, ...],
    raw: bool,
    url: str | None,
    fetched_at: int | None,
    rate: float | None,
    backfill: bool,
    ids: bool,
) -> None:
    """Send dumps to Kafka."""
    topic = settings.topic(TopicName.BACKFILL if backfill else TopicName.DUMPS)
    inputs = read_inputs(paths, ReadOptions(topic=topic, raw=raw, url=url, fetched_at=fetched_at))
    check_standard_input(paths)
    counts, complete = SendCounts(), False
    shown_ids = itertools.count() if ids else iter(range(MAX_SHOWN_IDS))
    try:
        with progress(f"to {topic}", input_bytes(paths)) as advance:

            def report(item: InputItem) -> None:
                advance(item.read_bytes)
                _note_item(item, shown_ids)

            complete = run_until_signal(send_dumps(settings, inputs, topic, counts, rate=rate, on_done=report))
    finally:
        if complete or counts.submitted or counts.refused or counts.skipped:
            _summarize(counts, topic, complete)
    if counts.refused or counts.submitted > counts.sent or not complete:
        sys.exit(1)


def _note_item(item: InputItem, shown_ids: Iterator[int]) -> None:
    """Print why an input was refused, or the id of a dump while `shown_ids` has a number left."""
    if isinstance(item, RefusedInput):
        note(f"{item.name}: refused: {item.reason}")
    elif isinstance(item, InputDump) and next(shown_ids, None) is not None and (dump_id := _dump_id(item)):
        note(f"{item.name}: dump {dump_id}")


def _dump_id(dump: InputDump) -> str | None:
    """Return the id of a dump, or None if it becomes a dead letter."""
    try:
        return open_envelope(dump.incoming).dump_id
    except InvalidRecord:
        return None


def _summarize(counts: SendCounts, topic: str, complete: bool) -> None:
    unacknowledged = counts.submitted - counts.sent
    note(
        f"{amount(counts.sent, 'dump', 'dumps')} ({counts.sent_bytes:,} bytes) sent to {topic}, {counts.refused} refused"
        + (f", {unacknowledged} not acknowledged" if unacknowledged else "")
        + ("" if complete else "; stopped before the end")
    )
    note_skipped(counts.skipped)
