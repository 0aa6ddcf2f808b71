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
    duplicate: Annotated[Duplicate | None, FieldDoc(text="null; on `news.duplicates` the link to its original")]
    pipeline: Annotated[Pipeline, FieldDoc(text="what made it")]


class Envelope(TypedDict, total=False):
    """A dump as JSON; exactly one of `body` and `body_base64`."""

    url: Annotated[str | None, FieldDoc(text="address of the page")]
    fetched_at: Annotated[str | None, FieldDoc(text="when it was fetched, RFC 3339; else the message's own time")]
    content_type: Annotated[str | None, FieldDoc(text="of the page, such as `text/html; charset=utf-8`; else detected from its bytes")]
    body: Annotated[str | None, FieldDoc(text="the page as text")]
    body_base64: Annotated[str | None, FieldDoc(text="the page's bytes as saved, in base64")]


EventHeaders = TypedDict(
    "EventHeaders",
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
