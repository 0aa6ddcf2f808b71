"""A dump for people: what became of each of its lines, then its articles with labels, evidence and verdict."""

from collections.abc import Iterator, Sequence

import click
import orjson

from agents.client.found import Found
from agents.terminal.matched import Originals
from agents.terminal.show import printable, show_event
from streams.dead_letters import DETAIL_HEADER, REASON_HEADER
from streams.dump import decode_dump
from streams.envelope import open_envelope
from streams.errors import InvalidRecord
from streams.records import Fate, Message, Span
from streams.split.split import split_page

LINE_WIDTH = 100
COLOURS = {Fate.ARTICLE: "green", Fate.HEADLINE: "cyan", Fate.META: "blue", Fate.LINK: "magenta", Fate.UNKNOWN: "red"}


def explain(found: Found, messages: Sequence[Message], shapes: bool, originals: Originals) -> str:
    """Return the page line by line, each with its fate, and below it what the pipeline published of it, styled for a terminal."""
    lines = [click.style(f"== {printable(found.name)}", bold=True, reverse=True), *_fates(found, shapes), ""]
    shown: set[str] = set()
    for message in messages:
        headers = {name: value.decode(errors="replace") for name, value in message.headers}
        if REASON_HEADER in headers:
            lines.append(click.style(f"dead letter: {headers[REASON_HEADER]}: {printable(headers[DETAIL_HEADER])}", fg="red") + "\n")
        elif headers["ce_id"] not in shown:  # the class topics hold the same event again
            shown.add(headers["ce_id"])
            event = orjson.loads(message.value)
            lines += [show_event(event).rstrip("\n"), *originals.explain(found.name, event), ""]
    if not messages:
        lines.append("nothing published: no article, or each was seen before\n")
    return "\n".join(lines) + "\n"


def _fates(found: Found, shapes: bool) -> Iterator[str]:
    """Yield the lines of the page with their fates; none for what is no page."""
    try:
        dump = open_envelope(found.incoming)
        page = decode_dump(dump.body, dump.content_type)
        spans = split_page(page, dump.fetched_at, shapes=shapes).spans
    except InvalidRecord:
        return
    for fate, text in lines_with_fates(page.text, spans):
        yield click.style(f"{fate:8} ", fg=COLOURS.get(fate, "bright_black")) + click.style(_shortened(text), dim=fate not in COLOURS)


def lines_with_fates(text: str, spans: Sequence[Span]) -> Iterator[tuple[Fate, str]]:
    """Yield the parts of a text that are not blank, one for each line and fate, in order."""
    for span in spans:
        for line in text[span.start : span.end].split("\n"):
            if line.strip():
                yield span.fate, line


def _shortened(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= LINE_WIDTH else f"{shown[: LINE_WIDTH - 1]}…"
