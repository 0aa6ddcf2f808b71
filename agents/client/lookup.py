"""Follow a dump or an article through the topics: when it came, and what became of it."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Literal

import orjson
from aiokafka.structs import ConsumerRecord

from agents.client.event_filter import fold
from agents.kafka.read_topic import read_to_end
from agents.settings import Settings
from streams.counts import StageName
from streams.errors import InvalidRecord
from streams.messages.codec import decode_articles, decode_judged
from streams.messages.dead_letters import DETAIL_HEADER, REASON_HEADER, STAGE_HEADER, is_dead_letter, original_headers
from streams.messages.envelope import open_envelope, text_headers
from streams.messages.events import read_event
from streams.messages.outcomes import read_outcomes
from streams.records import Article, Incoming
from streams.topics import TopicName

RESULTS = (TopicName.EVENTS, TopicName.DUPLICATES, TopicName.OUTCOMES, TopicName.DEAD_LETTERS)
INTAKES = (TopicName.DUMPS, TopicName.BACKFILL)
# A result is written after its dump; a dump that waits for longer is found by its address, or with no result.
MAX_WAIT_MS = 6 * 3600 * 1000
_ID = re.compile("[0-9a-f]{32}")

End = Literal["received", "event", "copy", "repeat", "replayed", "no-articles", "dead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A record about a dump, or about one of its articles. `detail` says more for people."""

    end: End
    at_ms: int
    topic: str
    partition: int
    offset: int
    dump_id: str | None
    id: str | None = None
    url: str | None = None
    article_url: str | None = None
    title: str | None = None
    detail: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the fields that are known."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: an address, the id of a dump or an article, or words of a title."""

    text: str

    def matches(self, step: Step) -> bool:
        """Return whether a step is about it."""
        if _ID.fullmatch(self.text):
            return self.text in (step.dump_id, step.id)
        if "://" in self.text:
            return _address(self.text) in (_address(step.url), _address(step.article_url))
        title = fold(step.title or "")
        return bool(title) and all(word in title for word in fold(self.text).split())

    def may_match(self, value: bytes) -> bool:
        """Return False for the value of an event that cannot match, which costs a tenth of checking its form."""
        if _ID.fullmatch(self.text):
            return self.text.encode() in value
        if "://" in self.text:
            return (_address(self.text) or "").partition("://")[2].partition("/")[2].encode() in value
        try:
            event = orjson.loads(value)
            title = fold(event["title"] or event["body"][:100])
        except (orjson.JSONDecodeError, TypeError, KeyError, AttributeError):
            return False
        return all(word in title for word in fold(self.text).split())

    @property
    def can_be_a_dump(self) -> bool:
        """Return whether a dump alone may match it."""
        return bool(_ID.fullmatch(self.text)) or "://" in self.text


async def lookup(
    settings: Settings, query: Query, since_s: int, on_topic: Callable[[str], None], on_gap: Callable[[int], None]
) -> list[Step]:
    """Return the steps of what the query finds since a time, in order of time.

    Args:
        settings: where Kafka is.
        query: what is looked for.
        since_s: the first time of a record, in seconds since the epoch.
        on_topic: called with the full name of each topic before it is read.
        on_gap: called with the time (seconds) before which some records are deleted.
    """
    notify: Any = {"on_topic": on_topic, "on_gap": on_gap}
    found = [step async for step in _steps(settings, query, RESULTS, since_ms=since_s * 1000, **notify) if query.matches(step)]
    dump_ids = {step.dump_id for step in found if step.dump_id}
    if found or query.can_be_a_dump:
        first_ms = min((step.at_ms for step in found), default=0) - MAX_WAIT_MS
        received = _steps(settings, query, INTAKES, since_ms=max(since_s * 1000, first_ms), **notify)
        found += [step async for step in received if step.dump_id in dump_ids or query.matches(step)]
    return sorted(found, key=lambda step: (step.at_ms, step.end != "received"))


async def _steps(
    settings: Settings,
    query: Query,
    names: tuple[TopicName, ...],
    *,
    since_ms: int,
    on_topic: Callable[[str], None],
    on_gap: Callable[[int], None],
) -> AsyncIterator[Step]:
    for name in names:
        topic = settings.topic(name)
        on_topic(topic)
        async for record in read_to_end(settings, topic, since_ms, lambda gap_ms: on_gap(gap_ms // 1000)):
            if name in (TopicName.EVENTS, TopicName.DUPLICATES) and not query.may_match(record.value or b""):
                continue
            for step in steps_of(name, record):
                yield step


def steps_of(name: TopicName, record: "ConsumerRecord[bytes, bytes]") -> Iterator[Step]:
    """Yield the steps of a record of the topic `name`; none if newsmill did not write it."""
    at = {"at_ms": record.timestamp, "topic": record.topic, "partition": record.partition, "offset": record.offset}
    if name in INTAKES:
        yield _received(record, at)
    elif name == TopicName.OUTCOMES:
        for outcome in read_outcomes(record.value or b""):
            yield _outcome(outcome, at)
    elif name == TopicName.DEAD_LETTERS:
        yield from _dead(record, at)
    else:
        yield from _published(record, at, is_copy=name == TopicName.DUPLICATES)


def _received(record: "ConsumerRecord[bytes, bytes]", at: dict[str, Any]) -> Step:
    incoming = Incoming(topic=record.topic, key=record.key, value=record.value or b"", headers=tuple(record.headers))
    try:
        dump = open_envelope(incoming)
    except InvalidRecord as error:
        return Step(end="received", dump_id=None, url=(record.key or b"").decode(errors="replace"), detail=f"{error.reason}", **at)
    return Step(end="received", dump_id=dump.dump_id, url=dump.url, detail=f"{len(dump.body):,} bytes", **at)


def _outcome(outcome: dict[str, Any], at: dict[str, Any]) -> Step:
    known: dict[str, Any] = {name: value for name in ("id", "url", "article_url", "title") if isinstance(value := outcome.get(name), str)}
    return Step(end=outcome["fate"], dump_id=outcome["dump_id"], detail=_why_unpublished(outcome), **known, **at)


def _why_unpublished(outcome: dict[str, Any]) -> str:
    if outcome["fate"] == "replayed":
        return "published before, with the same id"
    if outcome["fate"] == "repeat":
        return f"the equal text again from the same source, only counted; the first is {outcome.get('of')}"
    characters = outcome.get("characters")
    counts = {str(fate): count for fate, count in characters.items() if isinstance(count, int)} if isinstance(characters, dict) else {}
    total = sum(counts.values()) or 1
    shares = ", ".join(f"{fate} {100 * count // total} %" for fate, count in sorted(counts.items(), key=lambda each: -each[1]))
    return f"no sentences of a body in {outcome.get('format')} of {sum(counts.values()):,} characters" + (f": {shares}" if shares else "")


def _dead(record: "ConsumerRecord[bytes, bytes]", at: dict[str, Any]) -> Iterator[Step]:
    headers = text_headers(tuple(record.headers))
    if not is_dead_letter(headers):
        return
    letter = f"{record.partition}-{record.offset}"
    why = f"{headers[REASON_HEADER]} at {headers[STAGE_HEADER]}: {headers.get(DETAIL_HEADER, '')}; newsmill dead-letters show {letter}"
    value, url = record.value or b"", (record.key or b"").decode(errors="replace") or None
    if headers[STAGE_HEADER] == StageName.SPLIT:
        incoming = Incoming(topic=record.topic, key=record.key, value=value, headers=original_headers(tuple(record.headers)))
        dump_id = None
        with suppress(InvalidRecord):
            dump = open_envelope(incoming)
            dump_id, url = dump.dump_id, dump.url
        yield Step(end="dead", dump_id=dump_id, url=url, detail=why, **at)
    for article in _articles(value) if headers[STAGE_HEADER] != StageName.SPLIT else ():
        yield Step(
            end="dead",
            dump_id=article.dump_id,
            id=article.id,
            url=article.url,
            article_url=article.article_url,
            title=article.title,
            detail=why,
            **at,
        )


def _articles(value: bytes) -> list[Article]:
    for read in (decode_articles, lambda value: [judged.article for judged in decode_judged(value)]):
        with suppress(InvalidRecord):
            return read(value)
    return []


def _published(record: "ConsumerRecord[bytes, bytes]", at: dict[str, Any], *, is_copy: bool) -> Iterator[Step]:
    event = read_event(record.value or b"", is_copy=is_copy)
    if event is None:
        return
    copy = event["duplicate"]
    labels = " ".join(f"{label['id']}{'*' if label['about'] else ''}" for label in (*event["regions"], *event["topics"]))
    detail = f"{copy['kind']} copy of {copy['of']}, similarity {copy['similarity']:.2f}" if copy else f"classes {labels or 'none'}"
    source = event["source"]
    yield Step(
        end="copy" if copy else "event",
        dump_id=source["dump_id"],
        id=event["id"],
        url=source["url"],
        article_url=event.get("url"),
        title=event["title"] or event["body"][:100],
        detail=detail,
        **at,
    )


def _address(url: str | None) -> str | None:
    """Return an address as compared: without fragment and last slash, the scheme's and host's case aside."""
    if url is None:
        return None
    scheme, _, rest = url.partition("#")[0].partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}://{host.lower()}{slash}{path}".rstrip("/")
