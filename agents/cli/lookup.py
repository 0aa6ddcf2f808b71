"""`newsmill lookup`."""

import asyncio
import time

import click
import orjson

from agents.cli.options import Since
from agents.client.lookup import Query, Step, lookup
from agents.errors import UserError
from agents.settings import Settings
from agents.terminal.output import note, write_out
from agents.terminal.show import echo, printable
from streams.times import FIRST_TIME, LAST_TIME, format_time

COLOURS = {"event": "green", "copy": "magenta", "dead": "red"}


@click.command("lookup")
@click.argument("words", nargs=-1, required=True, metavar="ADDRESS|ID|WORDS...")
@click.option("--since", type=Since(), default="24h", show_default=True, metavar="DURATION|DAY|TIME", help="How far back to look.")
@click.option(
    "--format", "form", type=click.Choice(["pretty", "jsonl"]), default="pretty", show_default=True, help="For people or programs."
)
@click.pass_obj
def command(settings: Settings, *, words: tuple[str, ...], since: int, form: str) -> None:
    """Say what became of a dump or an article: when it came, and how each article ended.

    Look for the address of a page or an article, the id of a dump (as `newsmill produce` prints it) or of an article, or words of a title.
    An article ends as an event, a copy of another one, a repeat that is only counted, one that was published before (replayed), or a
    dead letter; a dump may have no article. The exit status is 1 if nothing is found.

    \b
      newsmill lookup https://example.org/news/ferry
      newsmill lookup 0f3c2b7a9d1e4f5860718293a4b5c6d7 --since 7d
      newsmill lookup ferry harbour
    """
    gaps: list[int] = []
    query = Query(" ".join(words).strip())
    steps = asyncio.run(lookup(settings, query, since, lambda topic: note(f"reading {topic}"), gaps.append))
    if gaps:
        note(f"records before {format_time(max(gaps))} are deleted, past their retention")
    if not steps:
        raise UserError(f"nothing is found of {printable(query.text)!r} since {format_time(since)}; --since looks further back")
    if form == "jsonl":
        write_out(b"".join(orjson.dumps(step.to_json(), option=orjson.OPT_APPEND_NEWLINE) for step in steps))
        return
    dump_ids = list(dict.fromkeys(step.dump_id for step in steps))
    for dump_id in dump_ids:
        echo(show_dump([step for step in steps if step.dump_id == dump_id], now_s=int(time.time())))


def show_dump(steps: list[Step], *, now_s: int) -> str:
    """Return the block of one dump: its id and address, and a line for each step."""
    url = next((step.url for step in steps if step.url), None)
    lines = [
        click.style(f"dump {steps[0].dump_id or '(no id: its envelope is broken)'}", bold=True) + f"  {printable(url or 'no address')}"
    ]
    lines += [_line(step) for step in steps]
    if all(step.end == "received" for step in steps):
        lines.append(
            f"no result yet, {max(0, now_s - steps[-1].at_ms // 1000):,} s after it came; `newsmill doctor` says whether workers run"
        )
    return "\n  ".join(lines) + "\n\n"


def _line(step: Step) -> str:
    at = format_time(min(max(step.at_ms // 1000, FIRST_TIME), LAST_TIME))
    where = click.style(f"{step.topic}-{step.partition} offset {step.offset}", dim=True)
    title = f" {printable(step.title)[:100]}" if step.title else ""
    article = f"{title}  {click.style(step.id, dim=True)}" if step.id else title
    return f"{at} {click.style(step.end, fg=COLOURS.get(step.end), bold=True)}{article}  {printable(step.detail)}  {where}"
