"""Counts of events by country and city: which are counted, which filter counts, and what is forgotten."""

from typing import Any

import pytest

from agents.client import new_records
from agents.client.event_filter import EventFilter
from agents.client.place_counts import PlaceCounts
from agents.settings import Settings
from tests.agents.client.fake_log import FIRST, SECOND, FakeLog, install

NOW_S = 10_000
OVER_S = 600


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> FakeLog:
    fake = FakeLog()
    install(fake, monkeypatch, new_records)
    return fake


def place(id: int, country: str, **fields: Any) -> dict[str, Any]:
    known = {"id": f"geonames:{id}", "name": f'City "{id}"', "kind": "city", "country": country, "division": None, "lat": 1.5, "lon": id}
    return known | {"score": 0.9, "about": True, "evidence": []} | fields


def append(log: FakeLog, seconds_ago: int, *places: dict[str, Any], **fields: Any) -> None:
    countries = list(dict.fromkeys(each["country"] for each in places))
    at = (NOW_S - seconds_ago) * 1000
    log.append(FIRST if at % 2000 else SECOND, at, {"countries": ",".join(countries)}, places=list(places), countries=countries, **fields)


async def counted(event_filter: EventFilter = EventFilter(), now_s: float = NOW_S) -> dict[str, Any]:  # noqa: B008 - it is immutable
    counts = PlaceCounts(Settings(), event_filter, OVER_S, lambda: now_s)
    await counts.update()
    return counts.to_json()


def cities(result: dict[str, Any]) -> dict[str, int]:
    return {each["id"]: each["events"] for each in result["cities"]}


async def test_events_count_for_each_of_their_countries_and_cities(log: FakeLog) -> None:
    append(log, 3, place(1, "PE"), place(2, "PE"), place(3, "NO", kind="division"))
    append(log, 2, place(1, "PE"))
    append(log, 1)
    append(log, OVER_S + 20, place(1, "PE"))
    result = await counted()
    assert result["countries"] == {"NO": 1, "PE": 2}
    assert result["cities"] == [
        {"id": "geonames:1", "name": 'City "1"', "country": "PE", "lat": 1.5, "lon": 1, "events": 2},
        {"id": "geonames:2", "name": 'City "2"', "country": "PE", "lat": 1.5, "lon": 2, "events": 1},
    ]


@pytest.mark.parametrize("needs_value", [False, True])
async def test_cities_follow_the_whole_filter_and_countries_all_but_their_own(log: FakeLog, needs_value: bool) -> None:
    append(log, 3, place(1, "PE"), place(2, "NO"), language="es")
    append(log, 2, place(3, "SE"), language="es")
    append(log, 1, place(1, "PE"), language="fr")
    facets = {"country": ["pe"]} | ({"language": ["es"]} if needs_value else {})
    result = await counted(EventFilter(facets=facets))
    assert result["countries"] == {"NO": 1, "PE": 1 if needs_value else 2, "SE": 1}
    assert cities(result) == {"geonames:1": 1 if needs_value else 2, "geonames:2": 1}


async def test_only_places_that_events_are_about_count_where_the_filter_says_so(log: FakeLog) -> None:
    about = [{"id": "chile", "name": "Chile", "score": 0.9, "about": True, "evidence": []}]
    append(log, 1, place(1, "PE"), place(2, "NO", about=False), regions=about)
    result = await counted(EventFilter(about=True))
    assert (result["countries"], cities(result)) == ({"PE": 1}, {"geonames:1": 1})


async def test_what_is_older_than_the_span_is_forgotten_and_only_what_is_new_is_read(log: FakeLog) -> None:
    now_s = float(NOW_S)
    counts = PlaceCounts(Settings(), EventFilter(), OVER_S, lambda: now_s)
    append(log, 1, place(1, "PE"))
    await counts.update()
    append(log, -OVER_S, place(2, "NO"))
    now_s += OVER_S + 20
    await counts.update()
    result = counts.to_json()
    assert (result["countries"], cities(result), log.read) == ({"NO": 1}, {"geonames:2": 1}, 2)


async def test_foreign_records_count_for_nothing(log: FakeLog) -> None:
    log.append_value(FIRST, NOW_S * 1000, b"\x00", [("ce_id", b"a"), ("countries", b"PE")])
    log.append_value(FIRST, NOW_S * 1000, b',"places":[1', [("ce_id", b"b")])
    log.append_value(FIRST, NOW_S * 1000, b',"places":[{"kind":"city"}],"countries":', [("ce_id", b"c")])
    result = await counted()
    assert (result["countries"], result["cities"]) == ({"PE": 1}, [])
