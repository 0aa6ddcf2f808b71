"""Serve the newest events of any filter as feeds: /feed.atom and /feed.json, with the filter as query parameters.

Each worker serves the whole, read from the topics. Only requests read: a worker that nobody asks does nothing for it.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from aiohttp import web
from aiokafka.errors import KafkaError
from yarl import URL

from agents.client.event_filter import FilterError, filter_of_query
from agents.client.newest_events import NewestEvent, NewestEvents
from agents.errors import NotReachable, UserError
from agents.settings import Settings
from agents.terminal.feed_documents import ATOM_TYPE, JSON_FEED_TYPE, MAX_ENTRIES, FeedEntry, FeedInfo, atom, json_feed

# Filters whose events are kept, about 100 kB each, so that the next request reads only what is new.
MAX_FILTERS = 50
# Requests for the same filter within this time get the same entries.
FRESH_S = 10.0
MAX_WAITING = 16
UPDATE_S = 30.0
RETRY_S = 10

FORMATS = {"/feed.atom": (ATOM_TYPE, atom), "/feed.json": (JSON_FEED_TYPE, json_feed)}


class Source(Protocol):
    """The newest events of one filter."""

    async def update(self) -> Sequence[NewestEvent]:
        """Return them, the newest first."""


class _Known:
    """The source of one filter, its last entries, and when they were read (loop time)."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.entries: list[FeedEntry] = []
        self.read_at = float("-inf")


class Feeds:
    """Answer requests for feeds, one reading from Kafka at a time."""

    def __init__(self, source_of: Callable[[list[tuple[str, str]]], Source]) -> None:
        """Read from `source_of(query)`, which raises `FilterError` for a filter that cannot be read."""
        self._source_of = source_of
        self._known: OrderedDict[tuple[tuple[str, str], ...], _Known] = OrderedDict()
        self._lock = asyncio.Lock()
        self._waiting = 0

    async def answer(self, request: web.Request) -> web.Response:
        """Return the feed, 304 where the client has it, 400 for an unknown filter, 503 where Kafka does not answer."""
        try:
            entries = await self._entries(sorted(request.query.items()))
        except (NotReachable, KafkaError, OSError, TimeoutError) as error:
            raise _busy(str(error) or "Kafka does not answer") from None
        except (FilterError, UserError) as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        content_type, write = FORMATS[request.path]
        body = write(FeedInfo(title=title(request.url), url=str(request.url)), entries)
        etag = hashlib.sha256(body).hexdigest()[:32]
        response = web.Response(body=body, content_type=content_type, charset="utf-8")
        response.etag = etag
        if any(known.value in (etag, "*") for known in request.if_none_match or ()):
            response = web.Response(status=304)
            response.etag = etag
        return response

    async def _entries(self, query: Sequence[tuple[str, str]]) -> list[FeedEntry]:
        known = self._known.get(tuple(query)) or _Known(self._source_of(list(query)))
        if asyncio.get_running_loop().time() - known.read_at < FRESH_S:
            return known.entries
        if self._waiting >= MAX_WAITING:
            raise _busy("too many feeds are asked for at once")
        self._waiting += 1
        try:
            async with asyncio.timeout(UPDATE_S), self._lock:
                known.entries = [FeedEntry(event=each.event, at_ms=each.at_ms) for each in await known.source.update()]
        finally:
            self._waiting -= 1
        known.read_at = asyncio.get_running_loop().time()
        self._keep(tuple(query), known)
        return known.entries

    def _keep(self, query: tuple[tuple[str, str], ...], known: _Known) -> None:
        self._known[query] = known
        self._known.move_to_end(query)
        if len(self._known) > MAX_FILTERS:
            self._known.popitem(last=False)


def feeds_of(settings: Settings) -> dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]]:
    """Return the routes of the feeds."""
    feeds = Feeds(lambda query: NewestEvents(settings, filter_of_query(query), MAX_ENTRIES))
    return dict.fromkeys(FORMATS, feeds.answer)


def title(url: URL) -> str:
    """Return the title of a feed by the parameters of its address, such as "newsmill: region=chile topic=mining"."""
    values = " ".join(f"{name}={value}" for name, value in sorted(url.query.items()))
    return f"newsmill: {values or 'all events'}"


def _busy(why: str) -> web.HTTPServiceUnavailable:
    return web.HTTPServiceUnavailable(text=why, headers={"Retry-After": str(RETRY_S)})
