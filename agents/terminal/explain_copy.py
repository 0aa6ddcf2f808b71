"""Explain why an article is a copy: its original, the shared text, and the text of its own."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import click

from agents.terminal.show import printable
from streams.deduplicate.spans import shared_spans

# Number of words shown at each end of a long span.
SHARED_WORDS = 6
OWN_WORDS = 20


@dataclass(frozen=True, slots=True)
class Original:
    """An original: its description, and the text that copies are compared with (its own, or that of a fuller copy)."""

    title: str
    content_id: str
    text: str
    fuller: str = ""


class Originals:
    """The originals of this run by id. The oldest are dropped above `max_chars` characters of text in total."""

    def __init__(self, max_chars: int = 64 * 1024 * 1024) -> None:
        """Create an empty set."""
        self._left = max_chars
        self._by_id: dict[str, Original] = {}

    def explain(self, dump_name: str, event: dict[str, Any]) -> list[str]:
        """Return styled lines on the match of a copy, none for an original, which is remembered for later copies.

        Args:
            dump_name: the name of the dump.
            event: an event or a copy, the parsed JSON of its message.
        """
        copy = event["duplicate"]
        if copy is None:
            self._keep(event["id"], Original(_title(dump_name, event), event["content_id"], event["body"]))
            return []
        original = self._by_id.get(copy["of"])
        if original is None:
            return ["  its original is no longer in memory"]
        if copy["fuller"]:  # later copies are compared with it
            self._keep(copy["of"], replace(original, text=event["body"], fuller=_title(dump_name, event)))
        return _lines(event, original)

    def _keep(self, id: str, original: Original) -> None:
        replaced = self._by_id.get(id)
        self._by_id[id] = original
        self._left -= len(original.text) - (len(replaced.text) if replaced else 0)
        while self._left < 0:
            self._left += len(self._by_id.pop(next(iter(self._by_id))).text)


def _title(dump_name: str, event: dict[str, Any]) -> str:
    title = printable(event["title"] or event["body"][:100])
    source = f"{printable(dump_name)} article {event['source']['index']}"
    return " · ".join((f"“{title}”", *([printable(event["outlet"])] if event["outlet"] else []), source))


def _lines(event: dict[str, Any], original: Original) -> list[str]:
    lines = [click.style(f"    of {original.title}", fg="magenta")]
    if event["content_id"] == original.content_id:
        return [*lines, "    with the same text"]
    if original.fuller:
        lines.append(f"    compared with its fuller text, {original.fuller}")
    shared = shared_spans(event["body"], original.text)
    lines.append(f"    {shared.shared_runs} of its {shared.runs} runs of three words are in the original; its own text is in {{+ +}}:")
    return [*lines, f"    {_marked(event['body'], shared.spans)}"]


def _marked(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    """Return the text on one line, long spans shortened: shared text dim, its own text in colour between the marks of wdiff."""
    ends = [0, *(end for span in spans for end in span), len(text)]
    parts = [(_shortened(text[start:end], SHARED_WORDS if at % 2 else OWN_WORDS), at % 2) for at, (start, end) in enumerate(pairwise(ends))]
    return " ".join(
        click.style(part, dim=True) if is_shared else click.style(f"{{+{part}+}}", fg="yellow") for part, is_shared in parts if part
    )


def _shortened(text: str, ends: int) -> str:
    words = printable(text).split(" ")
    if len(words) <= 3 * ends:
        return " ".join(words)
    return f"{' '.join(words[:ends])} … {' '.join(words[-ends:])}"
