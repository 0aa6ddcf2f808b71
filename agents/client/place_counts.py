"""Count the events of a span of time by country and by city, for the map of the live page."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from aiokafka.structs import ConsumerRecord

from agents.client.event_counts import SpanCounts, drop_before, event_of, without_facet
from agents.client.event_filter import FACETS, EventFilter
from agents.settings import Settings

MAX_CITIES = 300
COUNTRY = "country"
_countries = next(facet for facet in FACETS if facet.name == COUNTRY).values
# The places in the JSON of an event, which is compact: a quotation mark within a text has a backslash before it.
_START, _END = b',"places":', b',"countries":'


class PlaceCounts(SpanCounts):
    """The number of events by country and by city.

    Cities are those of the events that pass the filter, countries those of the events that pass it without its own countries: what would
    be shown if the country were chosen.
    """

    def __init__(self, settings: Settings, event_filter: EventFilter, over_s: int, now: Callable[[], float]) -> None:
        """Prepare to count; `now` is the time in seconds since the epoch."""
        super().__init__(settings, event_filter, over_s, now)
        self._without_country = without_facet(event_filter, COUNTRY)
        self._countries: dict[str, Counter[int]] = defaultdict(Counter)
        self._cities: dict[str, Counter[int]] = defaultdict(Counter)
        self._places: dict[str, Mapping[str, Any]] = {}

    def to_json(self) -> dict[str, Any]:
        """Return the number of events by country, and the places and numbers of the `MAX_CITIES` cities that most events name."""
        cities = Counter({id: buckets.total() for id, buckets in self._cities.items()})
        return {
            "until_ms": self.until_ms,
            "complete_since_ms": self.records.complete_since_ms,
            "countries": {code: buckets.total() for code, buckets in sorted(self._countries.items())},
            "cities": [{**self._places[id], "events": count} for id, count in cities.most_common(MAX_CITIES)],
        }

    def _clear(self) -> None:
        self._countries.clear()
        self._cities.clear()

    def _count(self, record: "ConsumerRecord[bytes, bytes]") -> None:
        event = event_of(record, whole=self.filter.needs_value or self.filter.about)
        if event is None:
            return
        bucket = record.timestamp // self.width_ms
        try:
            if not self._without_country.matches(event):
                return
            for code in set(_countries(event, self.filter.about)):
                self._countries[code][bucket] += 1
            if self.filter.matches(event):
                for place in event["places"] if "places" in event else _places(record.value or b""):
                    if place["kind"] == "city" and (place["about"] or not self.filter.about):
                        self._cities[place["id"]][bucket] += 1
                        self._places.setdefault(place["id"], {name: place[name] for name in ("id", "name", "country", "lat", "lon")})
        except (TypeError, KeyError, AttributeError, orjson.JSONDecodeError):  # newsmill did not write it
            return

    def _forget(self, first: int) -> None:
        for counted in (self._countries, self._cities):
            for key, buckets in list(counted.items()):
                drop_before(first, buckets)
                if not buckets:
                    del counted[key]
        self._places = {id: self._places[id] for id in self._cities}


def _places(value: bytes) -> list[dict[str, Any]]:
    """Return the places of an event's JSON, which takes half of the time of reading it whole."""
    start = value.find(_START)
    if start < 0:
        return []
    places: list[dict[str, Any]] = orjson.loads(value[start + len(_START) : value.find(_END, start)])
    return places
