"""`newsmill dead-letters list | show ID | replay`."""

import asyncio
import sys

import click

from agents.client.replay import DeadLetter, read_dead_letter, read_dead_letters, replay, replayed_ids
from agents.settings import Settings
from agents.terminal.output import note, write_out
from agents.terminal.show import echo, printable, printable_lines
from streams.errors import Reason
from streams.messages.dead_letters import DETAIL_HEADER, REASON_HEADER, STAGE_HEADER
from streams.messages.envelope import SOURCE_URL_HEADER
from streams.times import format_time, is_time

HEX_PREVIEW_BYTES = 256
MAX_NAME_CHARACTERS = 200
REASONS = click.Choice([reason.value for reason in Reason])


@click.group("dead-letters")
def command() -> None:
    """List and show dead letters, and send them back to where they failed.

    \b
      newsmill dead-letters list --reason bug
      newsmill dead-letters show 3-17
      newsmill dead-letters replay --reason bug
    """


@command.command("list", short_help="List them, one per line.")
@click.option("--reason", type=REASONS, help="Only those of this reason.")
@click.pass_obj
def list_letters(settings: Settings, *, reason: str | None) -> None:
    """List them, one per line: id, time, stage, reason, key or URL, detail, and whether it was sent back."""
    rows = asyncio.run(_rows(settings, reason))
    for _, row in rows:
        echo(row + "\n")
    note(f"{len(rows)} dead letters")


@command.command(short_help="Show the headers and the value of one.")
@click.argument("id")
@click.option("--raw", is_flag=True, help="Write only its value, byte for byte.")
@click.pass_obj
def show(settings: Settings, *, id: str, raw: bool) -> None:
    """Show the headers and the value of one."""
    letter = asyncio.run(read_dead_letter(settings, id))
    if raw:
        write_out(letter.value)
        return
    echo(f"{letter.id}  {_time(letter)}  key {_text(letter.key)}\n")
    for name, value in letter.texts.items():
        echo(f"{name}: {printable(value)}\n")
    echo("\n" + _preview(letter.value))


@command.command("replay", short_help="Send them back to the topics where they failed.")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--reason", type=REASONS, help="Only those of this reason.")
@click.option("--again", is_flag=True, help="Also those sent back before.")
@click.pass_obj
def replay_letters(settings: Settings, *, ids: tuple[str, ...], reason: str | None, again: bool) -> None:
    """Send each back to the topic where it failed, and record that, so that the next replay skips it.

    Fix the cause first. A dead letter whose value was truncated, being too large, can't be sent back.
    """
    sent: set[str] = set()
    refused: set[str] = set()

    def report(letter: DeadLetter, why: str | None) -> None:
        (sent if why is None else refused).add(letter.id)
        if why is not None:
            note(f"{letter.id}: not sent back: {why}")

    asyncio.run(replay(settings, ids=ids, reason=reason, again=again, on_done=report))
    for id in ids:
        if id not in sent | refused:
            refused.add(id)
            note(f"{id}: not sent back: no such dead letter, another reason, or sent back before (see --again)")
    note(f"{len(sent)} dead letters sent back, {len(refused)} not")
    if refused and ids:
        sys.exit(1)


async def _rows(settings: Settings, reason: str | None) -> list[tuple[int, str]]:
    replayed = await replayed_ids(settings)
    rows = [
        (letter.time, _row(letter, letter.id in replayed)) async for letter in read_dead_letters(settings) if _has_reason(letter, reason)
    ]
    return sorted(rows)


def _has_reason(letter: DeadLetter, reason: str | None) -> bool:
    return reason is None or letter.texts.get(REASON_HEADER) == reason


def _row(letter: DeadLetter, replayed: bool) -> str:
    headers = letter.texts
    stage, reason = headers.get(STAGE_HEADER, "-"), headers.get(REASON_HEADER, "-")
    name = _text(letter.key) if letter.key else headers.get(SOURCE_URL_HEADER, "-")
    mark = "  [sent back]" if replayed else ""
    detail = printable(headers.get(DETAIL_HEADER, ""))[:80]
    return f"{letter.id:8} {_time(letter)} {stage:11} {reason:13} {printable(name)[:MAX_NAME_CHARACTERS]}  {detail}{mark}"


def _time(letter: DeadLetter) -> str:
    return format_time(letter.time) if is_time(letter.time) else "-"


def _text(key: bytes | None) -> str:
    return "-" if key is None else printable(key.decode(errors="replace"))


def _preview(value: bytes) -> str:
    """Return a value as text, or the first bytes of a binary value in hexadecimal."""
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = None
    if text is not None and "\0" not in text:
        return printable_lines(text) + "\n"
    shown = value[:HEX_PREVIEW_BYTES]
    lines = [f"{start:06x}  {shown[start : start + 16].hex(' ')}" for start in range(0, len(shown), 16)]
    return "\n".join([f"{len(value):,} bytes, not text; the first {len(shown)}:", *lines]) + "\n"
