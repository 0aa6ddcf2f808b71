"""The public form of an article: each field from its own source, headers, and the topics and keys of its messages."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from streams.messages.events import encode_event, encode_story, event_headers
from streams.messages.route import route
from streams.records import Article, Classified, Copy, Evidence, Judged, Label, Place, Story

ARTICLE = Article(
    id="1" * 32,
    content_id="2" * 32,
    url="https://tideline.example/ferry",
    article_url="https://tideline.example/ferry/4",
    dump_id="3" * 32,
    index=4,
    start=5,
    end=6,
    fetched_at=1_754_136_000,
    title="a title",
    body="a body",
    language="en",
    outlet="an outlet",
    agency="an agency",
    dateline="a dateline",
    author="an author",
    published_at="2025-08-02",
    published_precision="day",
    confidence=0.7,
    traceparent="00-trace",
)
STORY = Story(id="5" * 32, first=False, size=7, sources=3, copies=2, score=0.9, new_source=True, first_at=1754136000, last_at=1754139600)
COPY = Copy(of="9" * 32, kind="excerpt", similarity=0.9, fuller=True)
EVIDENCE = Evidence(field="title", start=0, end=1, text="a")
PLACE = Place(
    id="geonames:1",
    name="Osprey",
    kind="city",
    country="PE",
    division="PE-LIM",
    lat=-12.05,
    lon=-77.04,
    score=0.9,
    about=True,
    evidence=(EVIDENCE,),
)


def label(id: str, about: bool) -> Label:
    return Label(id=id, name=id.title(), score=0.8, about=about, evidence=(EVIDENCE,))


def classified(duplicate: Copy | None = None, **fields: Any) -> Classified:
    judged = Judged(article=replace(ARTICLE, **fields), duplicate=duplicate, story=STORY)
    return Classified(
        judged=judged,
        regions=(label("peru", False), label("chile", True)),
        topics=(label("mining", True),),
        classes="c" * 12,
        places=(PLACE,),
        countries=("PE", "CL"),
    )


def test_each_field_of_an_event_is_that_of_its_article() -> None:
    evidence = [{"field": "title", "start": 0, "end": 1, "text": "a"}]
    assert orjson.loads(encode_event(classified(COPY), "0.9")) == {
        "id": "1" * 32,
        "content_id": "2" * 32,
        "source": {
            "url": "https://tideline.example/ferry",
            "dump_id": "3" * 32,
            "index": 4,
            "start": 5,
            "end": 6,
            "fetched_at": "2025-08-02T12:00:00Z",
        },
        "url": "https://tideline.example/ferry/4",
        "title": "a title",
        "body": "a body",
        "language": "en",
        "outlet": "an outlet",
        "agency": "an agency",
        "dateline": "a dateline",
        "author": "an author",
        "published_at": "2025-08-02",
        "published_precision": "day",
        "confidence": 0.7,
        "regions": [
            {"id": "peru", "name": "Peru", "score": 0.8, "about": False, "evidence": evidence},
            {"id": "chile", "name": "Chile", "score": 0.8, "about": True, "evidence": evidence},
        ],
        "topics": [{"id": "mining", "name": "Mining", "score": 0.8, "about": True, "evidence": evidence}],
        "places": [
            {
                "id": "geonames:1",
                "name": "Osprey",
                "kind": "city",
                "country": "PE",
                "division": "PE-LIM",
                "lat": -12.05,
                "lon": -77.04,
                "score": 0.9,
                "about": True,
                "evidence": evidence,
            }
        ],
        "countries": ["PE", "CL"],
        "story": {"id": "5" * 32, "first": False, "size": 7, "sources": 3, "score": 0.9},
        "duplicate": {"of": "9" * 32, "kind": "excerpt", "similarity": 0.9, "fuller": True},
        "pipeline": {"version": "0.9", "classes": "c" * 12},
    }


def test_an_original_has_no_duplicate_and_an_unknown_time_is_null() -> None:
    event = orjson.loads(encode_event(classified(fetched_at=None), "0.9"))
    assert (event["duplicate"], event["source"]["fetched_at"]) == (None, None)


@pytest.mark.parametrize(("duplicate", "type"), [(None, b"newsmill.event.v1"), (COPY, b"newsmill.duplicate.v1")])
def test_headers_are_a_cloudevent_with_sorted_labels(duplicate: Copy | None, type: bytes) -> None:
    assert dict(event_headers(classified(duplicate))) == {
        "ce_specversion": b"1.0",
        "ce_id": b"1" * 32,
        "ce_source": b"/newsmill",
        "ce_type": type,
        "ce_time": b"2025-08-02T12:00:00Z",
        "content-type": b"application/json",
        "regions": b"chile,peru",
        "topics": b"mining",
        "about": b"chile,mining",
        "countries": b"PE,CL",
        "story": b"5" * 32,
        "story-first": b"false",
        "story-size": b"7",
        "story-sources": b"3",
        "story-new-source": b"true",
        "traceparent": b"00-trace",
    }


def test_headers_without_a_value_are_left_out() -> None:
    headers = dict(event_headers(classified(fetched_at=None, traceparent=None)))
    assert not headers.keys() & {"ce_time", "traceparent"}


def test_an_article_without_a_story_has_no_header_of_one() -> None:
    with_story = classified()
    without = replace(with_story, judged=replace(with_story.judged, story=None))
    assert [name for name, _ in event_headers(without) if name.startswith("story")] == []
    assert orjson.loads(encode_event(without, "1"))["story"] is None


def test_an_original_goes_to_events_and_its_class_topics_in_order_of_class_with_its_own_key() -> None:
    messages = route(classified(), prefix="news", version="1")
    assert [message.topic for message in messages] == ["news.events", "news.region.chile", "news.topic.mining", "news.region.peru"]
    assert {message.key for message in messages} == {b"1" * 32}


def test_a_copy_goes_to_duplicates_alone_with_the_key_of_its_original() -> None:
    [message] = route(classified(COPY), prefix="news", version="1")
    assert (message.topic, message.key) == ("news.duplicates", b"9" * 32)


def test_the_state_of_a_story_has_its_numbers_and_its_newest_event() -> None:
    assert orjson.loads(encode_story(classified(), STORY)) == {
        "id": "5" * 32,
        "first_at": "2025-08-02T12:00:00Z",
        "last_at": "2025-08-02T13:00:00Z",
        "size": 7,
        "copies": 2,
        "sources": 3,
        "score": 0.9,
        "newest": {
            "id": "1" * 32,
            "title": "a title",
            "outlet": "an outlet",
            "language": "en",
            "url": "https://tideline.example/ferry/4",
            "regions": ["peru", "chile"],
            "topics": ["mining"],
        },
    }
