"""Explain why an article belongs to a story: the article of it that is most alike, and the words that the two share."""

from binascii import crc32
from collections import deque
from dataclasses import dataclass
from typing import Any

import click

from agents.terminal.show import printable
from streams.deduplicate.fingerprint import fingerprint
from streams.deduplicate.normalize import normalize
from streams.deduplicate.story_words import stems, story_words

MAX_WORDS = 15
MEMBERS = 16  # the newest, as they are compared
MAX_STORIES = 20_000


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story: its description, and its words by the hash that they are compared by."""

    title: str
    words: dict[int, str]


class StoriesSeen:
    """The stories of this run with their newest articles; of more than `MAX_STORIES` the oldest are forgotten."""

    def __init__(self) -> None:
        self._members: dict[str, deque[Member]] = {}

    def explain(self, dump_name: str, event: dict[str, Any]) -> list[str]:
        """Return styled lines on how an event joined its story, none for a copy and for the first of a story, which is remembered.

        Args:
            dump_name: the name of the dump.
            event: an event or a copy, the parsed JSON of its message.
        """
        story = event["story"]
        if story is None or event["duplicate"] is not None:
            return []
        member = Member(_title(dump_name, event), _words(event))
        earlier = self._members.setdefault(story["id"], deque(maxlen=MEMBERS))
        lines = [] if story["first"] else _lines(story, member, earlier)
        earlier.append(member)
        if len(self._members) > MAX_STORIES:
            del self._members[next(iter(self._members))]
        return lines


def _lines(story: dict[str, Any], member: Member, earlier: "deque[Member]") -> list[str]:
    score = "" if story["score"] is None else f", certain to {story['score']:.2f}"
    if not earlier:
        return [click.style(f"    joins a story whose articles are no longer in memory{score}", fg="cyan")]
    nearest = max(reversed(earlier), key=lambda other: len(other.words.keys() & member.words.keys()))
    shared = [printable(word) for hash, word in member.words.items() if hash in nearest.words]
    more = f" and {len(shared) - MAX_WORDS} more" if len(shared) > MAX_WORDS else ""
    return [
        click.style(f"    joins the story of {nearest.title}{score}", fg="cyan"),
        f"    {len(shared)} of its {len(member.words)} words are there too: {', '.join(shared[:MAX_WORDS])}{more}",
    ]


def _words(event: dict[str, Any]) -> dict[int, str]:
    """Return the words by which an event is compared, those of the headline first."""
    opening = fingerprint(event["body"]).opening
    compared = story_words(event["title"], event["body"], opening, event["language"]).frequencies
    words = [*normalize(event["title"] or "").split(), *opening.decode(errors="replace").split()]
    forms = stems([word.encode() for word in words], event["language"])
    return {hash: word for word, form in zip(words, forms, strict=True) if (hash := crc32(form)) in compared}


def _title(dump_name: str, event: dict[str, Any]) -> str:
    title = printable(event["title"] or event["body"][:100])
    return " · ".join((f"“{title}”", *([printable(event["outlet"])] if event["outlet"] else []), printable(dump_name)))
