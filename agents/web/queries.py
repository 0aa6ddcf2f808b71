"""Answer the questions of the live page from Kafka: counts of a span of time, a search, one event, what became of a dump.

Each worker answers for the whole topics. Only requests read, a few at a time: a worker that nobody asks does nothing for it.
"""

import asyncio
import heapq
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from functools import partial
from typing import Any

import orjson
from aiohttp import web
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from agents.client.event_counts import EventCounts
from agents.client.event_filter import EventFilter, FilterError, filter_of_query
from agents.client.event_span import read_span
from agents.client.lookup import Query, lookup
from agents.client.place_counts import PlaceCounts
from agents.client.record_matcher import RecordMatcher
from agents.errors import NotReachable, UserError
from agents.settings import Settings
from agents.web.public_records import MAX_LINE_BYTES, truncate_event
from streams.topics import TopicName

MAX_QUERIES = 3
MAX_COUNTS = 20  # filters and spans whose counts are kept, up to 1 MB each
MAX_FOUND = 500
MAX_OVER_S = 8 * 86_400
DEFAULT_OVER_S = 3600
MAX_OVER_DIGITS = 6  # Python raises an error of its own for a number of thousands of digits
ANSWER_S = 120.0
PROGRESS_S = 0.2
RETRY_S = 5

Counts = EventCounts | PlaceCounts
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
Params = list[tuple[str, str]]
# Time, number, and record, which is read whole only at the end.
Found = tuple[int, int, ConsumerRecord]


class Queries:
    """The answers, at most `MAX_QUERIES` at a time."""

    def __init__(self, settings: Settings) -> None:
        """Read with these settings."""
        self._settings = settings
        self._slots = asyncio.BoundedSemaphore(MAX_QUERIES)
        self._counts: OrderedDict[tuple[type[Counts], int, tuple[tuple[str, str], ...]], tuple[Counts, asyncio.Lock]] = OrderedDict()

    def routes(self) -> Mapping[str, Answer]:
        """Return path -> answer."""
        return {
            "/counts": partial(self.counts, EventCounts),
            "/map": partial(self.counts, PlaceCounts),
            "/search": self.search,
            "/lookup": self.lookup,
            "/event": self.event,
        }

    async def counts(self, kind: type[Counts], request: web.Request) -> web.Response:
        """Return the counts of a filter over the last `over` seconds."""
        over_s, params = _span(request)
        key = (kind, over_s, tuple(sorted(params)))
        event_filter = _filter(params)
        counts, lock = self._counts.setdefault(key, (kind(self._settings, event_filter, over_s, time.time), asyncio.Lock()))
        self._counts.move_to_end(key)
        if len(self._counts) > MAX_COUNTS:
            self._counts.popitem(last=False)
        async with self._slot(), lock:
            await counts.update()
        return _json(counts.to_json())

    async def search(self, request: web.Request) -> web.StreamResponse:
        """Stream the progress of a search over the last `over` seconds, then the newest events found, then their number: JSON lines."""
        over_s, params = _span(request)
        event_filter = _filter(params)
        async with self._slot():
            response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson; charset=utf-8"})
            response.enable_compression()
            await response.prepare(request)
            try:
                async for line in self._found(event_filter, int(time.time()) - over_s):
                    await response.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
            except (KafkaError, UserError, OSError, TimeoutError) as error:
                await response.write(orjson.dumps({"why": str(error) or "Kafka does not answer"}, option=orjson.OPT_APPEND_NEWLINE))
            except ConnectionResetError:
                pass  # the client disconnected
        return response

    async def event(self, request: web.Request) -> web.Response:
        """Return {"at", "event"} of the event or copy that `id` names, nulls where there is none in the last `over` seconds."""
        over_s, params = _span(request)
        id = dict(params).get("id", "").encode()
        if not id:
            raise web.HTTPBadRequest(text="id: of an event")
        matcher = RecordMatcher(self._settings.prefix, EventFilter())
        names = (TopicName.EVENTS, TopicName.DUPLICATES)
        found: dict[str, Any] = {"at": None, "event": None}
        async with self._slot(), aclosing(read_span(self._settings, names, int(time.time()) - over_s, key=id)) as batches:
            async for records in batches:
                for record in records:
                    if id in (record.value or b"") and (received := matcher.match(record)) is not None and received.id.encode() == id:
                        found = {"at": record.timestamp, "event": truncate_event(received.event)}
                await asyncio.sleep(0)
        return _json(found)

    async def lookup(self, request: web.Request) -> web.Response:
        """Return the steps of what `q` names, as `newsmill lookup` finds them."""
        over_s, params = _span(request)
        text = dict(params).get("q", "").strip()
        if not text:
            raise web.HTTPBadRequest(text="q: an address, an id, or words of a title")
        gaps: list[int] = []
        async with self._slot():
            steps = await lookup(self._settings, Query(text), int(time.time()) - over_s, lambda _: None, gaps.append)
        return _json({"steps": [step.to_json() for step in steps], "complete_since": max(gaps, default=None)})

    async def _found(self, event_filter: EventFilter, since_s: int) -> AsyncIterator[dict[str, Any]]:
        matcher = RecordMatcher(self._settings.prefix, event_filter)
        progress: dict[str, int | None] = {"read": 0, "total": 0, "complete_since": None}
        newest: list[Found] = []
        read, found, shown_at = 0, 0, 0.0

        def start(total: int, complete_since: int | None) -> None:
            progress.update(total=total, complete_since=complete_since)

        async with asyncio.timeout(ANSWER_S), aclosing(read_span(self._settings, event_filter.topic_names(), since_s, start)) as batches:
            async for records in batches:
                for record in records:
                    read += 1
                    if matcher.may_match(record):
                        found += 1
                        _keep(newest, (record.timestamp, found, record))
                if time.monotonic() - shown_at > PROGRESS_S:
                    shown_at = time.monotonic()
                    yield progress | {"read": read, "found": found}
                await asyncio.sleep(0)
        for at, _, record in sorted(newest, key=lambda each: each[:2]):
            if (received := matcher.match(record)) is not None:
                line = {"at": at, "event": truncate_event(received.event)}
                if len(orjson.dumps(line)) <= MAX_LINE_BYTES:
                    yield line
        yield progress | {"read": read, "found": found, "done": True}

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        """Take one of the slots, and turn errors into answers."""
        if self._slots.locked():
            raise _busy("Other questions are being answered; try again in a moment.")
        try:
            async with self._slots, asyncio.timeout(ANSWER_S):
                yield
        except (NotReachable, KafkaError, TimeoutError) as error:
            raise _busy(str(error) or "Kafka does not answer") from None
        except UserError as error:
            raise web.HTTPBadRequest(text=str(error)) from None


def _keep(newest: list[Found], found: Found) -> None:
    if len(newest) < MAX_FOUND:
        heapq.heappush(newest, found)
    else:
        heapq.heappushpop(newest, found)


def _span(request: web.Request) -> tuple[int, Params]:
    """Return the seconds of `over`, and the other parameters."""
    text = request.query.get("over", str(DEFAULT_OVER_S))
    if not (text.isascii() and text.isdecimal() and len(text) <= MAX_OVER_DIGITS and 60 <= int(text) <= MAX_OVER_S):
        raise web.HTTPBadRequest(text=f"over={text[:MAX_OVER_DIGITS]}: seconds, 60 to {MAX_OVER_S}")
    return int(text), [(name, value) for name, value in request.query.items() if name != "over"]


def _filter(params: Params) -> EventFilter:
    try:
        return filter_of_query(params)
    except FilterError as error:
        raise web.HTTPBadRequest(text=str(error)) from None


def _json(value: object) -> web.Response:
    return web.Response(body=orjson.dumps(value), content_type="application/json")


def _busy(why: str) -> web.HTTPServiceUnavailable:
    return web.HTTPServiceUnavailable(text=why, headers={"Retry-After": str(RETRY_S)})
