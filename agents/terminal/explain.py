"""Explain a dump: the fate of each of its lines, then its articles with labels, evidence and copy verdict."""

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import click
import orjson
from rich.cells import cell_len, chop_cells

from agents.inputs.input_items import InputDump
from agents.terminal.explain_copy import Originals
from agents.terminal.explain_story import StoriesSeen
from agents.terminal.show import printable, show_event
from streams.dumps.decode import decode_dump
from streams.dumps.formats import Format
from streams.messages.dead_letters import DETAIL_HEADER, REASON_HEADER, STAGE_HEADER
from streams.messages.envelope import open_envelope
from streams.records import Fate, Message
from streams.split import split_page
from streams.split.line_fates import lines_with_fates, visible_lines

FATE_WIDTH = 9
LINE_WIDTH = 100  # without a terminal
MAX_EVIDENCE = 3  # per label
MAX_PLACES = 8
CONTEXT_CHARACTERS = 25
COLOURS = {Fate.ARTICLE: "green", Fate.HEADLINE: "cyan", Fate.META: "blue", Fate.LINK: "magenta", Fate.UNKNOWN: "red"}
FIELDS = ("dateline", "confidence", "id")


def explain(dump: InputDump, messages: Sequence[Message], shapes: bool, originals: Originals, stories: StoriesSeen) -> str:
    """Return the lines of the page with their fates, then the published articles, styled for a terminal."""
    lines = [click.style(f"== {printable(dump.name)}", bold=True, reverse=True)]
    headers_of = [{name: value.decode(errors="replace") for name, value in message.headers} for message in messages]
    has_page = not any(headers.get(STAGE_HEADER) == "split" for headers in headers_of)
    lines += [*_fates(dump, shapes), ""] if has_page else []
    shown: set[str] = set()
    for message, headers in zip(messages, headers_of, strict=True):
        if REASON_HEADER in headers:
            lines.append(click.style(f"dead letter: {headers[REASON_HEADER]}: {printable(headers[DETAIL_HEADER])}", fg="red") + "\n")
        elif headers["ce_id"] not in shown:  # the class topics have the same event again
            shown.add(headers["ce_id"])
            event = orjson.loads(message.value)
            lines.append("\n  ".join([show_event(event).rstrip(), *_details(event)]))
            lines += [*originals.explain(dump.name, event), *stories.explain(dump.name, event), ""]
    if not messages:
        lines.append("nothing published: no articles, or all seen before\n")
    return "\n".join(lines) + "\n"


def _fates(dump: InputDump, shapes: bool) -> Iterator[str]:
    """Yield the lines of the page with their fates, then the share of characters of each fate."""
    opened = open_envelope(dump.incoming)
    page = decode_dump(opened.body, opened.content_type)
    spans = split_page(page, opened.fetched_at, shapes=shapes).spans
    width = shutil.get_terminal_size((LINE_WIDTH + FATE_WIDTH, 0)).columns - FATE_WIDTH
    for fate, text in visible_lines(page.text, spans) if page.format is Format.HTML else lines_with_fates(page.text, spans):
        name = click.style(f"{fate:{FATE_WIDTH}}", fg=COLOURS.get(fate, "bright_black"))
        yield name + click.style(_shortened(text, width), dim=fate not in COLOURS)
    sizes: Counter[Fate] = Counter()
    for span in spans:
        sizes[span.fate] += span.end - span.start
    shares = ", ".join(f"{fate} {size / len(page.text):.0%}" for fate, size in sizes.most_common())
    yield click.style(f"{len(page.text):,} characters: {shares}", bold=True)


def _shortened(text: str, width: int) -> str:
    """Return the beginning that fits into `width` columns; a letter may take two columns or none."""
    shown = printable(text.lstrip()[: 4 * width])
    return shown if cell_len(shown) <= width and len(text) <= 4 * width else f"{chop_cells(shown, max(1, width - 1))[0]}…"


def _details(event: dict[str, Any]) -> Iterator[str]:
    """Yield the fields that the short form of an event lacks, and the evidence of each label in context."""
    fields = [f"{name} {printable(str(event[name]))}" for name in FIELDS if event[name] is not None]
    yield click.style(" · ".join([f"{len(event['body']):,} characters", *fields]), dim=True)
    for label in (*event["regions"], *event["topics"]):
        first: dict[str, dict[str, Any]] = {}
        for evidence in label["evidence"]:
            first.setdefault(evidence["text"], evidence)
        for evidence in list(first.values())[:MAX_EVIDENCE]:
            context = _in_context(event[evidence["field"]], evidence["start"], evidence["end"])
            yield f"{printable(label['name'])}, {evidence['field']}: {context}"
    for place in event["places"][:MAX_PLACES]:
        evidence = place["evidence"][0]
        where = f"{printable(place['name'])} ({place['division'] or place['country']})"
        yield f"{where}, {evidence['field']}: {_in_context(event[evidence['field']], evidence['start'], evidence['end'])}"


def _in_context(text: str, start: int, end: int) -> str:
    """Return text[start:end] in bold with the words around it."""
    before, after = text[max(0, start - CONTEXT_CHARACTERS) : start], text[end : end + CONTEXT_CHARACTERS]
    head, tail = "…" if start > len(before) else "", "…" if end + len(after) < len(text) else ""
    # `printable` strips spaces at both ends.
    gap, space = " " * before[-1:].isspace(), " " * after[:1].isspace()
    return f"{head}{printable(before)}{gap}{click.style(printable(text[start:end]), bold=True)}{space}{printable(after)}{tail}"
