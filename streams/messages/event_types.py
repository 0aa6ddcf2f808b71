"""What the outside sees of each message, once: the form of an event and of a dump's envelope, and the headers beside them.

`events` and `envelope` make and read these; `schemas` and `asyncapi` make JSON Schemas and the AsyncAPI document of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypedDict

from streams.errors import Reason
from streams.records import Kind, Label, Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a field says, in words, and what its type leaves open. A text is never empty: unknown is null."""

    text: str
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None


TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
ID = "^[0-9a-f]{32}$"
IDS = r"^([a-z0-9-]+(,[a-z0-9-]+)*)?$"
TRACEPARENT = "the dump's own, W3C Trace Context; only where it had one"

# The meaning of the fields of labels and evidence; their types are those of `records`, which the stages use.
MEANINGS: dict[str, dict[str, Means]] = {
    "Label": {
        "id": Means(text="the class", pattern="^[a-z0-9-]+$"),
        "name": Means(text="its name for people"),
        "score": Means(text="how sure it is that the article refers to the class, calibrated", minimum=0, maximum=1),
        "about": Means(text="the article is substantially about it; else it mentions it"),
        "evidence": Means(text="the places that speak for it; may be empty"),
    },
    "Evidence": {
        "field": Means(text="where: `title` or `body`", pattern="^(title|body)$"),
        "start": Means(text="first code point of the field", minimum=0),
        "end": Means(text="behind the last one", minimum=1),
        "text": Means(text="what stands there"),
    },
}


class Source(TypedDict):
    """Where an article was cut from."""

    url: Annotated[str | None, Means(text="address of the dump, as given")]
    dump_id: Annotated[str, Means(text="hash of address and bytes: the same dump has the same", pattern=ID)]
    index: Annotated[int, Means(text="which article of the dump, from 0", minimum=0)]
    start: Annotated[int | None, Means(text="first code point of the decoded dump; null where it can't be told", minimum=0)]
    end: Annotated[int | None, Means(text="behind the last one", minimum=0)]
    fetched_at: Annotated[str | None, Means(text="when the dump was fetched, UTC; the event's time", pattern=TIME)]


class Duplicate(TypedDict):
    """The original that a copy repeats, and how alike the two are."""

    of: Annotated[str, Means(text="id of the first original, never of a copy", pattern=ID)]
    kind: Annotated[
        Kind,
        Means(text="`exact`: the same text; `near`: edited; `excerpt`: one contains the other; `repeat`: fetched or published again"),
    ]
    similarity: Annotated[float, Means(text="how alike", minimum=0, maximum=1)]
    fuller: Annotated[bool, Means(text="this copy has the longer text")]


class Pipeline(TypedDict):
    """What made the event."""

    version: Annotated[str, Means(text="of newsmill")]
    classes: Annotated[str, Means(text="hash of the class files", pattern="^[0-9a-f]{12}$")]


class Event(TypedDict):
    """A unique article, classified; on `news.duplicates` a copy, where `duplicate` is set."""

    id: Annotated[str, Means(text="hash of dump_id and index; the same on every topic", pattern=ID)]
    content_id: Annotated[str, Means(text="hash of the normalised text: equal for equal texts", pattern=ID)]
    source: Annotated[Source, Means(text="where it was cut from")]
    title: Annotated[str | None, Means(text="the headline")]
    body: Annotated[str, Means(text="paragraphs joined by line feeds")]
    language: Annotated[str | None, Means(text="ISO 639", pattern="^[a-z]{2,3}$")]
    outlet: Annotated[str | None, Means(text="who published it")]
    agency: Annotated[str | None, Means(text="whose text it is")]
    dateline: Annotated[str | None, Means(text="the place before the first sentence, as written")]
    author: Annotated[str | None, Means(text="who wrote it")]
    published_at: Annotated[
        str | None,
        Means(text="when: a time in UTC, or a UTC day where the precision is a day", pattern=r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$"),
    ]
    published_precision: Annotated[Precision | None, Means(text="how exactly that is known")]
    confidence: Annotated[float, Means(text="share of such cuts that are right", minimum=0, maximum=1)]
    regions: Annotated[Sequence[Label], Means(text="what it refers to, in order of id")]
    topics: Annotated[Sequence[Label], Means(text="what it is on, in order of id")]
    duplicate: Annotated[Duplicate | None, Means(text="null; on `news.duplicates` what it is a copy of")]
    pipeline: Annotated[Pipeline, Means(text="what made it")]


class Envelope(TypedDict, total=False):
    """A dump as JSON; exactly one of `body` and `body_base64`."""

    url: Annotated[str | None, Means(text="address of the page")]
    fetched_at: Annotated[str | None, Means(text="when it was fetched, RFC 3339; else the message's own time")]
    content_type: Annotated[str | None, Means(text="of the page, such as `text/html; charset=utf-8`; else told from its bytes")]
    body: Annotated[str | None, Means(text="the page as text")]
    body_base64: Annotated[str | None, Means(text="the page's bytes as saved, in base64")]


EventHeaders = TypedDict(
    "EventHeaders",
    {
        "ce_specversion": Annotated[str, Means(text="CloudEvents 1.0 in binary mode", pattern=r"^1\.0$")],
        "ce_id": Annotated[str, Means(text="the event's id", pattern=ID)],
        "ce_source": Annotated[str, Means(text="always the same", pattern="^/newsmill$")],
        "ce_type": Annotated[str, Means(text="which of the two", pattern=r"^newsmill\.(event|duplicate)\.v1$")],
        "ce_time": Annotated[str | None, Means(text="`fetched_at`; not there where that is null", pattern=TIME)],
        "content-type": Annotated[str, Means(text="of the value", pattern="^application/json$")],
        "regions": Annotated[str, Means(text="ids with commas between; empty where there are none", pattern=IDS)],
        "topics": Annotated[str, Means(text="ids with commas between; empty where there are none", pattern=IDS)],
        "about": Annotated[str, Means(text="those of both that it is about", pattern=IDS)],
        "traceparent": Annotated[str | None, Means(text=TRACEPARENT)],
    },
)

DumpHeaders = TypedDict(
    "DumpHeaders",
    {
        "content-type": Annotated[str, Means(text="of the value, with charset; else told from its bytes")],
        "source-url": Annotated[str, Means(text="address of the page; part of its ids")],
        "fetched-at": Annotated[str, Means(text="when it was fetched, RFC 3339; else the message's own time")],
        "traceparent": Annotated[str, Means(text="W3C Trace Context; its events carry it on")],
        "newsmill-replay": Annotated[str, Means(text="id of the dead letter that it is sent back from")],
    },
    total=False,
)

DeadLetterHeaders = TypedDict(
    "DeadLetterHeaders",
    {
        "__connect.errors.topic": Annotated[str, Means(text="where the record was read")],
        "__connect.errors.partition": Annotated[str, Means(text="the same", pattern="^[0-9]+$")],
        "__connect.errors.offset": Annotated[str, Means(text="the same", pattern="^[0-9]+$")],
        "__connect.errors.stage": Annotated[str, Means(text="which stage gave it up", pattern="^(split|deduplicate|classify)$")],
        "__connect.errors.exception.class.name": Annotated[Reason, Means(text="the reason")],
        "__connect.errors.exception.message": Annotated[str, Means(text="the detail, for people")],
        "newsmill-length": Annotated[str, Means(text="bytes that it had, where only its first 64 KiB are kept", pattern="^[0-9]+$")],
        "newsmill-sha256": Annotated[str, Means(text="hash of all of them", pattern="^[0-9a-f]{64}$")],
    },
    total=False,
)
