"""Which records of public topics become events: those of events and copies, and the states of stories."""

from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from agents.client.event_filter import EventFilter
from agents.client.record_matcher import RecordMatcher
from agents.client.subscribe import Subscription
from tests.foreign_events import example

STATE = example("stories/of-seven-events")
NEWEST = STATE["newest"]


def record(value: dict[str, Any]) -> Any:
    return SimpleNamespace(topic="news.stories", partition=0, offset=4, value=orjson.dumps(value), headers=[])


def test_state_of_a_story_is_received_as_its_newest_event() -> None:
    received = RecordMatcher("news", EventFilter()).match(record(STATE))
    assert received is not None
    assert (received.id, received.value) == (NEWEST["id"], orjson.dumps(STATE))
    assert (received.event["title"], received.event["url"]) == (NEWEST["title"], NEWEST["url"])
    assert received.event["story"]["sources"] == STATE["sources"]


@pytest.mark.parametrize(
    ("event_filter", "selected"),
    [
        pytest.param(EventFilter(facets={"region": NEWEST["regions"]}), True, id="region"),
        pytest.param(EventFilter(facets={"region": ["nowhere"]}), False, id="another-region"),
        pytest.param(EventFilter(conditions={"min-sources": STATE["sources"]}), True, id="sources"),
        pytest.param(EventFilter(conditions={"min-sources": STATE["sources"] + 1}), False, id="too-few-sources"),
        pytest.param(EventFilter(conditions={"story": STATE["id"]}), True, id="story"),
    ],
)
def test_states_of_stories_are_filtered_as_events(event_filter: EventFilter, selected: bool) -> None:
    assert (RecordMatcher("news", event_filter).match(record(STATE)) is not None) is selected


@pytest.mark.parametrize(
    "state", [pytest.param(STATE | {"size": 0}, id="out-of-limits"), pytest.param({"id": STATE["id"]}, id="without-fields")]
)
def test_state_that_newsmill_did_not_write_is_skipped_with_a_line(state: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    assert RecordMatcher("news", EventFilter()).match(record(state)) is None
    assert "skipped records that newsmill did not write count=1" in caplog.text


def test_states_of_stories_are_on_a_topic_of_their_own() -> None:
    assert Subscription(EventFilter(facets={"region": ["chile"]}), story_states=True).topic_names() == ("stories",)
