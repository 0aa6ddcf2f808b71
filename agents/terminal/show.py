"""Format an event, or a change of its labels, as a readable block: title, source, labels and evidence."""

import os
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import click

from streams.classify.diff import LabelChange

MAX_EVIDENCE_WORDS = 6
SIGNS = {"gained": ("+", "green"), "lost": ("-", "red"), "about": ("^", "green"), "mentioned": ("v", "yellow")}
# Control, format and private characters: a page must not be able to control the terminal or reverse a line.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def show_event(event: dict[str, Any]) -> str:
    """Return the styled block of an event or a copy (the parsed JSON of its message), with an empty line at its end."""
    lines = [click.style(printable(event["title"] or event["body"][:100]), bold=True), _origin(event)]
    lines += [_label(label) for label in (*event["regions"], *event["topics"])]
    if (event.get("story") or {}).get("size", 1) > 1:
        lines.append(_story(event["story"]))
    if event["duplicate"] is not None:
        lines.append(_copy(event["duplicate"]))
    return "\n  ".join(lines) + "\n\n"


def show_story(state: dict[str, Any]) -> str:
    """Return the styled block of the state of a story, with an empty line at its end."""
    newest = state["newest"]
    origin = (newest["outlet"], newest["language"], newest["url"])
    classes = [click.style(id, fg="green") for id in (*newest["regions"], *newest["topics"])]
    lines = [
        click.style(printable(newest["title"] or newest["id"]), bold=True),
        click.style(" · ".join(printable(part) for part in origin if part), dim=True),
        f"{_amounts(state)}, {_number(state['copies'], 'copy', 'copies')}; {state['first_at']} to {state['last_at']}",
        " ".join(classes),
        click.style(f"story {state['id']}", fg="cyan"),
    ]
    return "\n  ".join(line for line in lines if line) + "\n\n"


def show_changes(name: str, text: str, changes: Iterable[LabelChange]) -> str:
    """Return the block of a text whose labels change: its beginning, its source, and each label before and after."""
    lines = [click.style(printable(text[:100]), bold=True), click.style(printable(name), dim=True)]
    for change in changes:
        sign, colour = SIGNS[change.what]
        labels = (("was", change.old), ("is", change.new))
        states = "; ".join(f"{when} {_label(asdict(label))}" for when, label in labels if label is not None)
        lines.append(f"{click.style(f'{sign} {change.what}', fg=colour, bold=True)} {states}")
    return "\n  ".join(lines) + "\n\n"


def echo(text: str) -> None:
    """Write a styled text to standard output: in colour only on a terminal, and not if NO_COLOR is set."""
    click.echo(text, nl=False, color=False if os.environ.get("NO_COLOR") else None)


def printable(text: str) -> str:
    """Return the text on one line and without control characters."""
    return " ".join("".join(" " if unicodedata.category(char) in _INVISIBLE else char for char in text).split())


def printable_lines(text: str) -> str:
    """Return the text with its line ends and tabs, but without other control characters."""
    return "".join(" " if char not in "\n\t" and unicodedata.category(char) in _INVISIBLE else char for char in text)


def _origin(event: dict[str, Any]) -> str:
    parts = [event["outlet"], event["agency"], event["author"], _time(event), event["language"], event.get("url") or event["source"]["url"]]
    return click.style(" · ".join(printable(part) for part in parts if part), dim=True)


def _time(event: dict[str, Any]) -> str:
    published, precision = event["published_at"], event["published_precision"]
    if published is None:
        fetched = event["source"]["fetched_at"]
        return "" if fetched is None else f"fetched {fetched}"
    return published if precision in ("second", "day") else f"{published} (to the {precision})"


def _label(label: dict[str, Any]) -> str:
    words = dict.fromkeys(printable(evidence["text"]) for evidence in label["evidence"])
    name = click.style(f"{label['name']}", fg="green" if label["about"] else "yellow", bold=label["about"])
    how = "about" if label["about"] else "mentioned"
    return f"{name} {how} {label['score']:.2f}  {_few(words)}".rstrip()


def _few(words: Iterable[str]) -> str:
    listed = list(words)
    more = f" and {len(listed) - MAX_EVIDENCE_WORDS} more" if len(listed) > MAX_EVIDENCE_WORDS else ""
    return ", ".join(listed[:MAX_EVIDENCE_WORDS]) + more


def _copy(copy: dict[str, Any]) -> str:
    fuller = ", fuller than it" if copy["fuller"] else ""
    return click.style(f"copy of {copy['of']} ({copy['kind']}, {copy['similarity']:.2f}{fuller})", fg="magenta")


def _story(story: dict[str, Any]) -> str:
    return click.style(f"story {story['id']}: {_amounts(story)} so far", fg="cyan")


def _amounts(story: dict[str, Any]) -> str:
    return f"{_number(story['size'], 'article', 'articles')} of {_number(story['sources'], 'source', 'sources')}"


def _number(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
