"""Public message types: events, duplicates, envelopes of dumps, and their headers, each field with its documentation.

`events` and `envelope` write and read them; `schemas` and `asyncapi` generate JSON Schemas and the AsyncAPI document from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, NotRequired, TypedDict

from streams.errors import Reason
from streams.records import Kind, Label, Place, Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDoc:
    """The documentation of a field, and the limits of its values. A string is never empty: an unknown one is null."""

    text: str
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None


TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
ID = "^[0-9a-f]{32}$"
COUNTRY = "^[A-Z]{2}$"
DIVISION = "^[A-Z]{2}-[0-9A-Z]{1,3}$"
COUNTRIES = r"^([A-Z]{2}(,[A-Z]{2})*)?$"
IDS = r"^([a-z0-9-]+(,[a-z0-9-]+)*)?$"
FLAG = "^(true|false)$"
TRACEPARENT = "W3C Trace Context of the dump, if it had one"

# The meaning of the fields of labels and evidence; their types are those of `records`, which the stages use.
FIELD_DOCS: dict[str, dict[str, FieldDoc]] = {
    "Label": {
        "id": FieldDoc(text="the class", pattern="^[a-z0-9-]+$"),
        "name": FieldDoc(text="its name for people"),
        "score": FieldDoc(text="calibrated probability that the article refers to the class", minimum=0, maximum=1),
        "about": FieldDoc(text="whether the article is substantially about it, or only mentions it"),
        "evidence": FieldDoc(text="matches that support it; may be empty"),
    },
    "Place": {
        "id": FieldDoc(text="the place in GeoNames", pattern="^geonames:[0-9]+$"),
        "name": FieldDoc(text="its main name in GeoNames"),
        "kind": FieldDoc(text="`country`; `division`: state, province, county; `city`: any populated place"),
        "country": FieldDoc(text="its country, ISO 3166-1", pattern=COUNTRY),
        "division": FieldDoc(text="its first-level division, ISO 3166-2; null for a country, and where it has no code", pattern=DIVISION),
        "lat": FieldDoc(text="degrees north, rounded to hundredths", minimum=-90, maximum=90),
        "lon": FieldDoc(text="degrees east, rounded to hundredths", minimum=-180, maximum=180),
        "score": FieldDoc(text="how probable it is that the article names this place", minimum=0, maximum=1),
        "about": FieldDoc(text="whether the article is substantially about it, or only mentions it"),
        "evidence": FieldDoc(text="spans that name it, at most 10; each span names one place"),
    },
    "Evidence": {
        "field": FieldDoc(text="the field of the match: `title`, `body`, or for a place `dateline`", pattern="^(title|body|dateline)$"),
        "start": FieldDoc(text="first code point of the field", minimum=0),
        "end": FieldDoc(text="end, exclusive", minimum=1),
        "text": FieldDoc(text="the matched text"),
    },
}


class Source(TypedDict):
    """The dump of an article, and the position in it."""

    url: Annotated[str | None, FieldDoc(text="address of the dump, unchanged")]
    dump_id: Annotated[str, FieldDoc(text="hash of address and bytes: the same dump has the same", pattern=ID)]
    index: Annotated[int, FieldDoc(text="which article of the dump, from 0", minimum=0)]
    start: Annotated[int | None, FieldDoc(text="first code point of the decoded dump; null if unknown", minimum=0)]
    end: Annotated[int | None, FieldDoc(text="end, exclusive", minimum=0)]
    fetched_at: Annotated[str | None, FieldDoc(text="when the dump was fetched, UTC; the event's time", pattern=TIME)]


class Duplicate(TypedDict):
    """The original that a copy repeats, and how alike the two are."""

    of: Annotated[str, FieldDoc(text="id of the first original, never of a copy", pattern=ID)]
    kind: Annotated[
        Kind,
        FieldDoc(text="`exact`: the same text; `near`: edited; `excerpt`: one contains the other; `repeat`: fetched or published again"),
    ]
    similarity: Annotated[float, FieldDoc(text="similarity to the original", minimum=0, maximum=1)]
    fuller: Annotated[bool, FieldDoc(text="this copy has the longer text")]


class Pipeline(TypedDict):
    """The version and the classes that made the event."""

    version: Annotated[str, FieldDoc(text="of newsmill")]
    classes: Annotated[str, FieldDoc(text="hash of the class files", pattern="^[0-9a-f]{12}$")]


class EventStory(TypedDict):
    """The story of an event, and its numbers as of this event."""

    id: Annotated[str, FieldDoc(text="id of the story: that of its first event", pattern=ID)]
    first: Annotated[bool, FieldDoc(text="whether this is that event")]
    size: Annotated[int, FieldDoc(text="originals so far, this one included", minimum=1)]
    sources: Annotated[int, FieldDoc(text="independent sources so far; copies count for nothing", minimum=1)]
    score: Annotated[float | None, FieldDoc(text="how certain the join is; null for the first event, and for a copy", minimum=0, maximum=1)]


class Event(TypedDict):
    """A unique article, classified; on `news.duplicates` a copy, where `duplicate` is set."""

    id: Annotated[str, FieldDoc(text="hash of dump_id and index; the same on every topic", pattern=ID)]
    content_id: Annotated[str, FieldDoc(text="hash of the normalised text: equal for equal texts", pattern=ID)]
    source: Annotated[Source, FieldDoc(text="where it was cut from")]
    url: NotRequired[
        Annotated[str | None, FieldDoc(text="the article's own address, where the format or its page gives one; earlier versions lack it")]
    ]
    title: Annotated[str | None, FieldDoc(text="the headline")]
    body: Annotated[str, FieldDoc(text="paragraphs joined by line feeds")]
    language: Annotated[str | None, FieldDoc(text="ISO 639", pattern="^[a-z]{2,3}$")]
    outlet: Annotated[str | None, FieldDoc(text="publisher")]
    agency: Annotated[str | None, FieldDoc(text="news agency that wrote it")]
    dateline: Annotated[str | None, FieldDoc(text="dateline before the first sentence, as written")]
    author: Annotated[str | None, FieldDoc(text="who wrote it")]
    published_at: Annotated[
        str | None,
        FieldDoc(text="when: a time in UTC, or a UTC day where the precision is a day", pattern=r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$"),
    ]
    published_precision: Annotated[Precision | None, FieldDoc(text="precision of that time")]
    confidence: Annotated[float, FieldDoc(text="share of such cuts that are right", minimum=0, maximum=1)]
    regions: Annotated[Sequence[Label], FieldDoc(text="regions that it refers to, in order of id")]
    topics: Annotated[Sequence[Label], FieldDoc(text="topics that it refers to, in order of id")]
    places: NotRequired[
        Annotated[Sequence[Place], FieldDoc(text="places that it names, the most prominent first, at most 30; earlier versions lack them")]
    ]
    countries: NotRequired[
        Annotated[
            Sequence[str],
            FieldDoc(text="countries that it refers to (ISO 3166-1), the most prominent first; earlier versions lack them"),
        ]
    ]
    story: NotRequired[
        Annotated[EventStory | None, FieldDoc(text="the story that it belongs to; null if unknown or off, earlier versions lack it")]
    ]
    duplicate: Annotated[Duplicate | None, FieldDoc(text="null; on `news.duplicates` the link to its original")]
    pipeline: Annotated[Pipeline, FieldDoc(text="what made it")]


class NewestEvent(TypedDict):
    """The newest event of a story."""

    id: Annotated[str, FieldDoc(text="id of the event", pattern=ID)]
    title: Annotated[str | None, FieldDoc(text="its headline")]
    outlet: Annotated[str | None, FieldDoc(text="its publisher")]
    language: Annotated[str | None, FieldDoc(text="ISO 639", pattern="^[a-z]{2,3}$")]
    url: Annotated[str | None, FieldDoc(text="its own address")]
    regions: Annotated[Sequence[str], FieldDoc(text="ids of its regions")]
    topics: Annotated[Sequence[str], FieldDoc(text="ids of its topics")]


class StoryState(TypedDict):
    """The state of a story after its newest event."""

    id: Annotated[str, FieldDoc(text="id of the story: that of its first event", pattern=ID)]
    first_at: Annotated[str, FieldDoc(text="event time of its first event", pattern=TIME)]
    last_at: Annotated[str, FieldDoc(text="latest event time of its events", pattern=TIME)]
    size: Annotated[int, FieldDoc(text="originals so far", minimum=1)]
    copies: Annotated[int, FieldDoc(text="copies up to its newest event", minimum=0)]
    sources: Annotated[int, FieldDoc(text="independent sources so far", minimum=1)]
    score: Annotated[float | None, FieldDoc(text="how certain the join of the newest event is; null for the first", minimum=0, maximum=1)]
    newest: Annotated[NewestEvent, FieldDoc(text="its newest event")]


class Envelope(TypedDict, total=False):
    """A dump as JSON; exactly one of `body` and `body_base64`."""

    url: Annotated[str | None, FieldDoc(text="address of the page")]
    fetched_at: Annotated[str | None, FieldDoc(text="when it was fetched, RFC 3339; else the message's own time")]
    content_type: Annotated[str | None, FieldDoc(text="of the page, such as `text/html; charset=utf-8`; else detected from its bytes")]
    body: Annotated[str | None, FieldDoc(text="the page as text")]
    body_base64: Annotated[str | None, FieldDoc(text="the page's bytes as saved, in base64")]


StoryHeaders = TypedDict(
    "StoryHeaders",
    {
        "story": Annotated[str | None, FieldDoc(text="id of the story; absent where there is none, as the next four", pattern=ID)],
        "story-first": Annotated[str | None, FieldDoc(text="whether it is the first event of the story", pattern=FLAG)],
        "story-size": Annotated[str | None, FieldDoc(text="originals of the story so far", pattern="^[0-9]+$")],
        "story-sources": Annotated[str | None, FieldDoc(text="independent sources of the story so far", pattern="^[0-9]+$")],
        "story-new-source": Annotated[str | None, FieldDoc(text="whether it is the first event of its source in the story", pattern=FLAG)],
    },
)

_ArticleHeaders = TypedDict(
    "_ArticleHeaders",
    {
        "ce_specversion": Annotated[str, FieldDoc(text="CloudEvents 1.0 in binary mode", pattern=r"^1\.0$")],
        "ce_id": Annotated[str, FieldDoc(text="the event's id", pattern=ID)],
        "ce_source": Annotated[str, FieldDoc(text="always the same", pattern="^/newsmill$")],
        "ce_type": Annotated[str, FieldDoc(text="event or duplicate", pattern=r"^newsmill\.(event|duplicate)\.v1$")],
        "ce_time": Annotated[str | None, FieldDoc(text="`fetched_at`; absent if that is null", pattern=TIME)],
        "content-type": Annotated[str, FieldDoc(text="of the value", pattern="^application/json$")],
        "regions": Annotated[str, FieldDoc(text="ids separated by commas; empty if there are none", pattern=IDS)],
        "topics": Annotated[str, FieldDoc(text="ids separated by commas; empty if there are none", pattern=IDS)],
        "about": Annotated[str, FieldDoc(text="the ids of both that it is about", pattern=IDS)],
        "countries": Annotated[
            str | None,
            FieldDoc(text="ISO 3166-1, the most prominent first; empty if there are none, absent in earlier versions", pattern=COUNTRIES),
        ],
        "traceparent": Annotated[str | None, FieldDoc(text=TRACEPARENT)],
    },
)


class EventHeaders(_ArticleHeaders, StoryHeaders):
    """Headers of an event or a duplicate."""


DumpHeaders = TypedDict(
    "DumpHeaders",
    {
        "content-type": Annotated[str, FieldDoc(text="of the value, with charset; else detected from its bytes")],
        "source-url": Annotated[str, FieldDoc(text="address of the page; part of its ids")],
        "fetched-at": Annotated[str, FieldDoc(text="when it was fetched, RFC 3339; else the message's own time")],
        "traceparent": Annotated[str, FieldDoc(text="W3C Trace Context; copied to its events")],
        "newsmill-replay": Annotated[str, FieldDoc(text="id of the dead letter that it is replayed from")],
    },
    total=False,
)

DeadLetterHeaders = TypedDict(
    "DeadLetterHeaders",
    {
        "__connect.errors.topic": Annotated[str, FieldDoc(text="topic of the record")],
        "__connect.errors.partition": Annotated[str, FieldDoc(text="partition of the record", pattern="^[0-9]+$")],
        "__connect.errors.offset": Annotated[str, FieldDoc(text="offset of the record", pattern="^[0-9]+$")],
        "__connect.errors.stage": Annotated[str, FieldDoc(text="the stage that failed", pattern="^(split|deduplicate|classify)$")],
        "__connect.errors.exception.class.name": Annotated[Reason, FieldDoc(text="the reason")],
        "__connect.errors.exception.message": Annotated[str, FieldDoc(text="the detail, for people")],
        "newsmill-length": Annotated[str, FieldDoc(text="length in bytes, if only the first 64 KiB are kept", pattern="^[0-9]+$")],
        "newsmill-sha256": Annotated[str, FieldDoc(text="SHA-256 of all of them", pattern="^[0-9a-f]{64}$")],
    },
    total=False,
)


class EmptyHeaders(TypedDict):
    """No headers."""
