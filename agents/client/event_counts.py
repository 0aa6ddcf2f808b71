"""Count the events of a span of time by class and time, for a filter; counted again, only what is new is read.

What the headers of an event have is not read from its value: that takes a tenth of the time.
"""

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson
from aiokafka.structs import ConsumerRecord

from agents.client.event_filter import EventFilter
from agents.client.new_records import NewRecords
from agents.settings import Settings
from streams.messages.envelope import text_headers

BUCKETS = 60
KINDS = ("region", "topic")


class SpanCounts(ABC):
    """What is counted of the events of one filter over the last `over_s` seconds, in `BUCKETS` parts."""

    def __init__(self, settings: Settings, event_filter: EventFilter, over_s: int, now: Callable[[], float]) -> None:
        """Prepare to count; `now` is the time in seconds since the epoch."""
        self.filter = event_filter
        self._over_s = over_s
        self._now = now
        self.width_ms = over_s * 1000 // BUCKETS
        self.records = NewRecords(settings, over_s)
        self.until_ms = 0

    async def update(self) -> None:
        """Count what is new, and drop what is older than the span.

        Raises:
            NotReachable: no broker answers within 10 seconds.
            UserError: the topic is missing.
        """
        self.until_ms = int(self._now() * 1000)
        await self.records.read(self.until_ms, self._clear, self._count)
        self._forget((self.until_ms - self._over_s * 1000) // self.width_ms)

    @abstractmethod
    def _clear(self) -> None:
        """Drop all counts."""

    @abstractmethod
    def _count(self, record: "ConsumerRecord[bytes, bytes]") -> None:
        """Count a record; one that newsmill did not write counts as nothing."""

    @abstractmethod
    def _forget(self, first: int) -> None:
        """Drop the buckets before the number `first`."""


class EventCounts(SpanCounts):
    """The number of events by class and time.

    The events of a class are those that pass the filter without its own kind: what would be shown if it were chosen too.
    """

    def __init__(self, settings: Settings, event_filter: EventFilter, over_s: int, now: Callable[[], float]) -> None:
        """Prepare to count; `now` is the time in seconds since the epoch."""
        super().__init__(settings, event_filter, over_s, now)
        self._without = {kind: without_facet(event_filter, kind) for kind in KINDS}
        self._events: Counter[int] = Counter()
        self._classes: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        self._stories: dict[str, int] = {}

    def to_json(self) -> dict[str, Any]:
        """Return the counts; buckets are numbered from the epoch, each `width_ms` long."""
        classes = [{"kind": kind, "id": id, "buckets": _texts(buckets)} for (kind, id), buckets in sorted(self._classes.items()) if buckets]
        return {
            "until_ms": self.until_ms,
            "width_ms": self.width_ms,
            "complete_since_ms": self.records.complete_since_ms,
            "events": self._events.total(),
            "stories": len(self._stories),
            "buckets": _texts(self._events),
            "classes": classes,
        }

    def _clear(self) -> None:
        self._events.clear()
        self._classes.clear()

    def _count(self, record: "ConsumerRecord[bytes, bytes]") -> None:
        event = event_of(record, whole=self.filter.needs_value)
        if event is None:
            return
        bucket = record.timestamp // self.width_ms
        try:
            if self.filter.matches(event):
                self._events[bucket] += 1
                story = (event["story"] or {"id": event["id"]})["id"]
                self._stories[story] = max(bucket, self._stories.get(story, bucket))  # partitions are read in any order
            for kind in KINDS:
                if event[f"{kind}s"] and self._without[kind].matches(event):
                    for label in event[f"{kind}s"]:
                        if label["about"] or not self.filter.about:
                            self._classes[kind, label["id"]][bucket] += 1
        except (TypeError, KeyError, AttributeError):  # newsmill did not write it
            return

    def _forget(self, first: int) -> None:
        for buckets in (self._events, *self._classes.values()):
            drop_before(first, buckets)
        self._stories = {id: bucket for id, bucket in self._stories.items() if bucket >= first}


def drop_before(first: int, buckets: "Counter[int]") -> None:
    """Delete the buckets before the number `first`."""
    for bucket in [bucket for bucket in buckets if bucket < first]:
        del buckets[bucket]


def without_facet(event_filter: EventFilter, facet: str) -> EventFilter:
    """Return the filter without the chosen values of one facet."""
    facets = {name: values for name, values in event_filter.facets.items() if name != facet}
    return replace(event_filter, facets=facets)


def event_of(record: "ConsumerRecord[bytes, bytes]", *, whole: bool) -> Mapping[str, Any] | None:
    """Return the fields of an event that its headers have, or the `whole` event; None if newsmill did not write it."""
    if whole:
        try:
            event = orjson.loads(record.value or b"")
        except orjson.JSONDecodeError:
            return None
        return {"story": None} | event if isinstance(event, dict) else None
    headers = text_headers(tuple(record.headers))
    if "ce_id" not in headers:
        return None
    about = set(_ids(headers.get("about")))
    sources = headers.get("story-sources", "")
    story = {"id": headers["story"], "sources": int(sources) if sources.isdecimal() else 1} if "story" in headers else None
    labels = {f"{kind}s": [{"id": id, "about": id in about} for id in _ids(headers.get(f"{kind}s"))] for kind in KINDS}
    return {"id": headers["ce_id"], "countries": _ids(headers.get("countries")), "story": story, **labels}


def _ids(text: str | None) -> list[str]:
    return text.split(",") if text else []


def _texts(buckets: Mapping[int, int]) -> dict[str, int]:
    return {str(bucket): count for bucket, count in sorted(buckets.items())}
