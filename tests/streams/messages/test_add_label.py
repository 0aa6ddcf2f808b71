"""Add the label of a class to a published event."""

import orjson

from streams.messages.add_label import with_label
from streams.messages.events import read_event
from streams.records import Evidence, Headers, Label
from tests.foreign_events import EVENT, changed

HEADERS: Headers = (("ce_id", EVENT["id"].encode()), ("regions", b"chile,venezuela"), ("topics", b""), ("about", b"chile"))
FEN = Label(id="fen", name="Fen", score=0.9, about=False, evidence=(Evidence(field="body", start=0, end=3, text="Fen"),))
ABOUT = Label(id="eels", name="Eels", score=0.9, about=True, evidence=())


def test_event_goes_to_the_topic_of_the_class_with_its_label_in_order_of_id() -> None:
    message = with_label(changed(), HEADERS, FEN, "region", "news")
    assert (message.topic, message.key) == ("news.region.fen", EVENT["id"].encode())
    event = read_event(message.value, is_copy=False)
    assert event is not None
    ids = [label["id"] for label in event["regions"]]
    assert ids == sorted(ids)
    assert "fen" in ids
    assert dict(message.headers)["regions"] == b"chile,fen,venezuela"
    assert dict(message.headers)["about"] == b"chile"


def test_class_that_the_event_is_about_is_in_both_headers() -> None:
    headers = dict(with_label(changed(), HEADERS, ABOUT, "topic", "news").headers)
    assert (headers["topics"], headers["about"], headers["regions"]) == (b"eels", b"chile,eels", b"chile,venezuela")


def test_all_other_fields_stay_as_published() -> None:
    event = orjson.loads(with_label(changed(newer=7), HEADERS, FEN, "region", "news").value)
    assert event | {"regions": EVENT["regions"]} == EVENT | {"newer": 7}
