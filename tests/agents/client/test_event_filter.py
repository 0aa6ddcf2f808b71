"""Which events a filter selects, which topics it reads, and its form in an address."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.client.event_filter import EventFilter, FilterError, filter_of_query, may_match


def labels(*ids: str) -> list[dict[str, Any]]:
    """Return labels; "chile*" is one that the event is about."""
    return [{"id": id.rstrip("*"), "about": id.endswith("*")} for id in ids]


MENTIONED: dict[str, Any] = {
    "title": "Cañería rota en El Salvador",
    "body": "The council closed\nthe lithium permit on Monday.",
    "language": "es",
    "outlet": "Harbour Post",
    "regions": labels("chile", "miami"),
    "topics": labels("mining*"),
    "countries": ["SV", "CL"],
    "places": [{"country": "SV", "about": True}, {"country": "CL", "about": False}],
}
STORY = MENTIONED | {"story": {"id": "a" * 32, "size": 5, "sources": 3}}
PLAIN = MENTIONED | {"title": None, "language": None, "outlet": None, "regions": [], "topics": [], "countries": [], "places": None}


def of(**facets: tuple[str, ...]) -> EventFilter:
    return EventFilter(facets=facets)


@pytest.mark.parametrize(
    ("event_filter", "selected"),
    [
        pytest.param(of(), True, id="no-filter"),
        pytest.param(of(region=("peru", "chile")), True, id="or-within-a-facet"),
        pytest.param(of(region=("chile",), topic=("mining",)), True, id="and-between-facets"),
        pytest.param(of(region=("peru",), topic=("mining",)), False, id="and-fails-in-one"),
        pytest.param(EventFilter(facets={"region": ("peru",), "topic": ("mining",)}, match_any=True), True, id="any"),
        pytest.param(EventFilter(facets={"region": ("peru",), "topic": ("trade",)}, match_any=True), False, id="any-of-none"),
        pytest.param(EventFilter(facets={"region": ()}, match_any=True), True, id="any-without-values"),
        pytest.param(of(language=("ES",), outlet=("harbour post",)), True, id="without-case"),
        pytest.param(of(outlet=("Harbour",)), False, id="whole-name-of-an-outlet"),
        pytest.param(of(language=("unknown",)), False, id="known-language"),
        pytest.param(of(country=("sv",)), True, id="country-without-a-class"),
        pytest.param(of(country=("PE",)), False, id="another-country"),
        pytest.param(EventFilter(about=True, facets={"country": ("CL",)}), False, id="country-that-is-mentioned-only"),
        pytest.param(EventFilter(about=True), True, id="about-any-class"),
        pytest.param(EventFilter(about=True, facets={"region": ("chile",)}), False, id="about-counts-for-the-facet"),
        pytest.param(EventFilter(about=True, facets={"topic": ("mining",), "language": ("es",)}), True, id="about-and-a-field"),
        pytest.param(EventFilter(conditions={"text": "PERMIT lithium"}), True, id="all-words-in-any-order"),
        pytest.param(EventFilter(conditions={"text": '"permit lithium"'}), False, id="phrase"),
        pytest.param(EventFilter(conditions={"text": '"lithium permit" caneria'}), True, id="phrase-and-word-without-accent"),
        pytest.param(EventFilter(conditions={"text": "lithium copper"}), False, id="a-word-is-missing"),
        pytest.param(
            EventFilter(conditions={"text": "copper"}, facets={"region": ("chile",)}, match_any=True), False, id="text-narrows-any"
        ),
    ],
)
def test_filter_selects(event_filter: EventFilter, selected: bool) -> None:
    assert event_filter.matches(MENTIONED) is selected


@pytest.mark.parametrize(
    "text", ["ferry", "CANERIA", "closed", '"the lithium permit" closed', "say\\back", "\u0950", "strasse", "tm", "2", "office", "kilo"]
)
@given(body=st.text(max_size=20))
def test_value_that_is_passed_over_never_matches(text: str, body: str) -> None:
    event_filter = EventFilter(conditions={"text": text})
    unusual = (
        text.replace("ss", "ß").replace("ffi", "\ufb03").replace("k", "\u212a").replace("tm", "™").replace("2", "²").replace("a", "\u0101")
    )
    for written in (text, text.upper(), unusual, unusual.upper()):
        event = MENTIONED | {"body": f"{body}{written}"}
        if event_filter.matches(event):
            assert event_filter.may_contain(orjson.dumps(event))


def test_value_without_a_word_is_passed_over() -> None:
    assert not EventFilter(conditions={"text": "ferry lithium"}).may_contain(orjson.dumps(MENTIONED))


@pytest.mark.parametrize(
    ("event", "conditions", "selected"),
    [
        pytest.param(STORY, {"story": "A" * 32}, True, id="story"),
        pytest.param(STORY, {"story": "b" * 32}, False, id="another-story"),
        pytest.param(MENTIONED, {"story": "a" * 32}, False, id="no-story"),
        pytest.param(STORY, {"min-sources": 3}, True, id="enough-sources"),
        pytest.param(STORY, {"min-sources": 4}, False, id="too-few-sources"),
        pytest.param(MENTIONED | {"story": None}, {"min-sources": 1}, True, id="without-a-story-it-has-one-source"),
    ],
)
def test_filter_selects_by_story(event: dict[str, Any], conditions: dict[str, Any], selected: bool) -> None:
    assert EventFilter(conditions=conditions).matches(event) is selected


def test_event_without_a_field_is_unknown_there_and_about_nothing() -> None:
    assert of(language=("unknown",), outlet=("unknown",)).matches(PLAIN)
    assert not EventFilter(about=True).matches(PLAIN)


@pytest.mark.parametrize(
    ("event_filter", "topics"),
    [
        pytest.param(of(), ("events",), id="all"),
        pytest.param(EventFilter(copies=True), ("events", "duplicates"), id="copies"),
        pytest.param(of(region=("chile", "peru"), topic=("mining",)), ("topic.mining",), id="the-fewest-that-have-all"),
        pytest.param(of(region=("chile", "peru"), language=("es",)), ("region.chile", "region.peru"), id="with-another-facet"),
        pytest.param(
            EventFilter(facets={"region": ("chile",), "topic": ("mining",)}, match_any=True), ("region.chile", "topic.mining"), id="any"
        ),
        pytest.param(EventFilter(facets={"region": ("chile",), "language": ("es",)}, match_any=True), ("events",), id="any-beyond-classes"),
        pytest.param(of(language=("es",)), ("events",), id="no-class"),
    ],
)
def test_topics_have_everything_that_can_match(event_filter: EventFilter, topics: tuple[str, ...]) -> None:
    assert event_filter.topic_names() == topics


@pytest.mark.parametrize(
    ("topic", "taken"),
    [("region.peru", False), ("region.miami", True), ("region.chile", False), ("duplicates", True)],
)
def test_event_on_several_topics_is_taken_from_the_first_that_it_is_on(topic: str, taken: bool) -> None:
    assert of(region=("peru", "miami", "chile")).is_first_topic(topic, MENTIONED) is taken


def test_what_newsmill_did_not_write_is_left_to_the_check_of_its_form() -> None:
    wanted = of(region=("chile",))
    for value in (b"", b"[]", b"{}", b"null", b'{"regions": 1, "topics": [], "title": null, "body": ""}'):
        assert may_match(wanted, "region.chile", value)
    assert may_match(wanted, "region.chile", orjson.dumps(MENTIONED))
    assert not may_match(of(region=("peru",)), "region.peru", orjson.dumps(MENTIONED))


def test_address_has_the_same_filter() -> None:
    query = [
        ("region", "chile"),
        ("region", "peru"),
        ("outlet", "A, B"),
        ("text", "ferry"),
        ("about", "1"),
        ("copies", "0"),
        ("match", "any"),
    ]
    assert filter_of_query(query) == EventFilter(
        facets={"region": ["chile", "peru"], "outlet": ["A, B"]}, conditions={"text": "ferry"}, about=True, match_any=True
    )
    assert filter_of_query([]) == EventFilter()


@pytest.mark.parametrize("parameter", [("colour", "red"), ("about", "yes"), ("match", "some")])
def test_a_filter_that_cannot_be_read_is_refused_by_name(parameter: tuple[str, str]) -> None:
    with pytest.raises(FilterError, match=parameter[0]):
        filter_of_query([parameter])
