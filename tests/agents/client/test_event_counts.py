"""Counts of events by class and time: which are counted, what is read again, and what is forgotten."""

from typing import Any

import pytest

from agents.client import new_records
from agents.client.event_counts import EventCounts
from agents.client.event_filter import EventFilter
from agents.settings import Settings
from tests.agents.client.fake_log import FIRST, SECOND, FakeLog, install

NOW_S = 10_000
OVER_S = 600
WIDTH_MS = 10_000


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> FakeLog:
    fake = FakeLog()
    install(fake, monkeypatch, new_records)
    return fake


def counts_of(event_filter: EventFilter = EventFilter(), now_s: float = NOW_S) -> EventCounts:  # noqa: B008 - it is immutable
    return EventCounts(Settings(), event_filter, OVER_S, lambda: now_s)


async def counted(event_filter: EventFilter) -> dict[str, Any]:
    counts = counts_of(event_filter)
    await counts.update()
    return counts.to_json()


def classes(result: dict[str, Any]) -> dict[str, int]:
    return {each["id"]: sum(each["buckets"].values()) for each in result["classes"]}


def fill(log: FakeLog) -> None:
    begin = NOW_S * 1000 - OVER_S * 1000
    log.append(FIRST, begin - 1, {"regions": "chile"})
    log.append(FIRST, begin + 5, {"regions": "chile", "topics": "mining", "about": "mining", "story": "a" * 32})
    log.append(SECOND, begin + WIDTH_MS, {"regions": "chile,peru", "about": "peru", "story": "a" * 32}, language="es")
    log.append(SECOND, begin + WIDTH_MS + 1, {"topics": "mining", "countries": "CL"})
    log.append_value(SECOND, begin + WIDTH_MS + 2, b"no event", [])


@pytest.mark.parametrize(
    ("event_filter", "events", "stories", "by_class"),
    [
        pytest.param(EventFilter(), 3, 2, {"chile": 2, "peru": 1, "mining": 2}, id="all"),
        pytest.param(EventFilter(facets={"region": ["chile"]}), 2, 1, {"chile": 2, "peru": 1, "mining": 1}, id="without-its-own-kind"),
        pytest.param(EventFilter(about=True), 2, 1, {"mining": 1, "peru": 1}, id="about"),
        pytest.param(EventFilter(facets={"country": ["CL"]}), 1, 1, {"mining": 1}, id="country"),
        pytest.param(EventFilter(conditions={"story": "a" * 32}), 2, 1, {"chile": 2, "mining": 1, "peru": 1}, id="story"),
    ],
)
async def test_events_in_the_span_are_counted_by_their_headers(
    log: FakeLog, event_filter: EventFilter, events: int, stories: int, by_class: dict[str, int]
) -> None:
    fill(log)
    result = await counted(event_filter)
    assert (result["events"], result["stories"], classes(result)) == (events, stories, by_class)


async def test_values_are_read_only_for_what_headers_lack(log: FakeLog) -> None:
    fill(log)
    for event_filter in (
        EventFilter(facets={"language": ["es"]}),
        EventFilter(conditions={"text": "nowhere"}, facets={"language": ["es"]}),
    ):
        assert event_filter.needs_value
    assert (await counted(EventFilter(facets={"language": ["es"]})))["events"] == 1
    assert not EventFilter(about=True, facets={"region": ["chile"], "country": []}).needs_value


async def test_counting_again_reads_what_is_new_and_forgets_what_is_old(log: FakeLog) -> None:
    fill(log)
    now_s = [NOW_S]
    counts = EventCounts(Settings(), EventFilter(), OVER_S, lambda: now_s[0])
    await counts.update()
    log.append(FIRST, NOW_S * 1000 + 5, {"regions": "chile"})
    log.read, now_s[0] = 0, NOW_S + WIDTH_MS // 1000
    await counts.update()
    result = counts.to_json()
    assert log.read == 1
    assert (result["events"], result["stories"]) == (3, 3)
    assert min(map(int, result["buckets"])) * WIDTH_MS == NOW_S * 1000 - OVER_S * 1000 + WIDTH_MS
