"""The record of a structured format: one article with the fields that the format declares."""

from dataclasses import dataclass

from streams.split.html.declared_times import DeclaredTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An article as a format declares it. A field is None where the format does not have it: a reader of a format never guesses.

    `html`, `text`: the body, in either form; `html` is taken where both are present. Both None: the title is the body.
    `outlet`, `author`, `title`: plain text, cleaned by `split_records`. `url`: the article's own address.
    `identity`: what the format itself identifies the article by (guid, link, Message-ID); None: its position in the dump does.
    `start`, `end`: code points of the decoded dump, half-open; None where the record has no such span.
    """

    title: str | None = None
    html: str | None = None
    text: str | None = None
    outlet: str | None = None
    author: str | None = None
    url: str | None = None
    published: DeclaredTime | None = None
    language: str | None = None
    identity: str | None = None
    start: int | None = None
    end: int | None = None
