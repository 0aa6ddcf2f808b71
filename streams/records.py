"""The records of the pipeline, in the order of processing.

Incoming -> Dump -> Cut -> Article -> Judged -> Classified -> Message. All are frozen. Times are whole seconds since the epoch (UTC).
"""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Literal

from streams.errors import Reason
from streams.frozen import dataclass

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Headers = tuple[tuple[str, bytes], ...]
Precision = Literal["second", "minute", "hour", "day"]
Kind = Literal["exact", "near", "excerpt", "repeat"]
PlaceKind = Literal["country", "division", "city"]
# Of an article: its body, and each other text.
MAX_BODY_CHARACTERS = 1_000_000
MAX_FIELD_CHARACTERS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Why a consumer could not read a message whole: it can only become a dead letter.

    `value_bytes`, `value_sha256`: length and hash of a value of which only the beginning was kept; None where it was kept whole.
    """

    reason: Reason
    detail: str
    value_bytes: int | None = None
    value_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message as read from its topic; `partition` and `offset` are None without a broker.

    `timestamp` is that of the message or None: the fall-back for `fetched_at`; on `news.articles` the append time.
    """

    topic: str
    key: bytes | None
    value: bytes
    headers: Headers = ()
    timestamp: int | None = None
    partition: int | None = None
    offset: int | None = None
    defect: Defect | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    """A raw dump without its envelope: the page's bytes as saved."""

    body: bytes
    dump_id: str
    content_type: str | None = None
    url: str | None = None
    fetched_at: int | None = None
    backfill: bool = False
    traceparent: str | None = None


class Fate(StrEnum):
    """The fate of a character of a dump; each character has exactly one."""

    ARTICLE = "article"
    HEADLINE = "headline"
    META = "meta"
    CHROME = "chrome"
    DEBRIS = "debris"
    LINK = "link"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Span:
    """The fate of the characters [start, end) of a decoded dump."""

    start: int
    end: int
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One article as cut from a dump, before it has an identity.

    `start`, `end`: code points, half-open, of the decoded dump; None if unknown.
    `published_at`: "2025-08-02T02:00:00Z", or "2025-08-02" where the precision is a day. `confidence` of the boundary: 0..1.
    `url`: the article's own address. `identity`: what its format identifies it by (guid, link, Message-ID), None if the format does not.
    """

    title: str | None
    body: str
    start: int | None
    end: int | None
    confidence: float
    language: str | None = None
    outlet: str | None = None
    agency: str | None = None
    dateline: str | None = None
    author: str | None = None
    published_at: str | None = None
    published_precision: Precision | None = None
    url: str | None = None
    identity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A cut article with its identity, fixed at split and never computed again (fields: docs/contract.md, Events and Identity).

    `url`: address of the dump. `article_url`: the article's own.
    `replay`: the id of the dead letter that its message on an internal topic was replayed from; such an article keeps its verdict.
    `extra` of this and of the next records: fields that only a newer version knows, carried on to the next internal topic.
    """

    id: str
    content_id: str
    url: str | None
    dump_id: str
    index: int
    start: int | None
    end: int | None
    fetched_at: int | None
    title: str | None
    body: str
    language: str | None
    outlet: str | None
    agency: str | None
    dateline: str | None
    author: str | None
    published_at: str | None
    published_precision: Precision | None
    confidence: float
    article_url: str | None = None
    backfill: bool = False
    traceparent: str | None = None
    replay: str | None = None
    extra: Mapping[str, Json] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The verdict on a copy: the id of its first original, kind, similarity (0..1), and whether this text is the fuller one."""

    of: str
    kind: Kind
    similarity: float
    fuller: bool = False
    extra: Mapping[str, Json] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The story of an article, and its state as of this article.

    Attributes:
        id: of its first event.
        first: whether this article is that event.
        size: originals so far, this one included.
        sources: independent sources so far.
        copies: copies so far.
        score: certainty that the article belongs to it, 0..1; None for the first event, and for a copy.
        new_source: whether this article is the first of its source.
        first_at, last_at: event times of its first and its latest original.
    """

    id: str
    first: bool
    size: int
    sources: int
    copies: int
    score: float | None
    new_source: bool
    first_at: int
    last_at: int
    extra: Mapping[str, Json] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An article with its verdict; `duplicate` is None for an original, `story` where it is unknown."""

    article: Article
    duplicate: Copy | None
    story: Story | None = None
    extra: Mapping[str, Json] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A match in an article that supports a class or a place: `start`, `end` are code points of the field ("title" or "body")."""

    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A class that an article refers to, with a calibrated score (0..1) and whether the article is substantially about it."""

    id: str
    name: str
    score: float
    about: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place that an article names: `country` and `division` are codes of ISO 3166, `division` is None for countries.

    `about`: the article is substantially about it. Evidence may be of the field "dateline" too, where an article was filed.
    """

    id: str
    name: str
    kind: PlaceKind
    country: str
    division: str | None
    lat: float
    lon: float
    score: float
    about: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """A judged article with its labels, each list in order of id; `classes` is the hash of the class files.

    `places` and `countries` (ISO 3166) are in order of prominence.
    """

    judged: Judged
    regions: tuple[Label, ...]
    topics: tuple[Label, ...]
    classes: str
    places: tuple[Place, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to send. `partition` is None to let Kafka's key hash choose it."""

    topic: str
    key: bytes | None
    value: bytes
    headers: Headers = ()
    partition: int | None = None
