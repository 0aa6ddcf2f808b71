"""Feeds in the eyes of a feed validator, and JSON Feed by the rules of its specification."""

import importlib
from typing import Any

import jsonschema
import orjson
import pytest

from agents.terminal.feed_documents import FeedEntry, FeedInfo, atom, json_feed
from tests.foreign_events import COPY, EVENT

INFO = FeedInfo(title="newsmill: region=chile", url="http://127.0.0.1:6066/feed.atom?region=chile&about=1")
BARE = {"title": None, "author": None, "outlet": None, "language": None, "published_at": None, "published_precision": None, "url": None}
EVENTS: dict[str, list[dict[str, Any]]] = {
    "empty": [],
    "usual": [EVENT, COPY | {"duplicate": None}],
    "bare": [EVENT | BARE | {"source": EVENT["source"] | {"url": None}}],
    "hostile": [EVENT | {"title": "</title><x/>\x00 & ñ 日", "author": "a<b", "url": "HTTPS://a.example/ñ?q=a b&c=%20#é"}],
    "full": [EVENT | {"id": f"{number:032x}", "url": f"https://a.example/{number}"} for number in range(100)],
}
# Its only warnings: a feed without entries has no date but the first, and markup in a headline is meant as text.
EXPECTED = {"ImplausibleDate", "ContainsUndeclaredHTML"}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
ADDRESS = {"type": "string", "pattern": r"^(https?|HTTPS)://[!-~]+$"}
AUTHOR = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "minLength": 1}}, "additionalProperties": False}
ITEM = {
    "type": "object",
    "required": ["id", "content_text"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "url": ADDRESS,
        "title": {"type": "string"},
        "content_text": {"type": "string"},
        "date_published": TIME,
        "date_modified": TIME,
        "authors": {"type": "array", "items": AUTHOR, "minItems": 1},
        "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "language": {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]+)*$"},
    },
}
# The fields of JSON Feed 1.1 that newsmill uses, each as https://jsonfeed.org/version/1.1 asks for it.
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string", "minLength": 1},
        "feed_url": ADDRESS,
        "items": {"type": "array", "items": ITEM},
    },
}


def entries(name: str) -> list[FeedEntry]:
    return [FeedEntry(event=event, at_ms=1_754_136_000_000 + 1000 * number) for number, event in enumerate(EVENTS[name])]


@pytest.mark.filterwarnings("ignore")  # of the validator's own code
@pytest.mark.parametrize("name", EVENTS)
def test_feed_validator_finds_no_fault_in_a_feed(name: str) -> None:
    try:
        validator: Any = importlib.import_module("feedvalidator")
    except ImportError as error:
        pytest.skip(f"the W3C feed validator is not installed, see CONTRIBUTING.md: {error}")
    found = validator.validateString(atom(INFO, entries(name)), firstOccurrenceOnly=1, fallback="utf-8", base=INFO.url)
    assert found["feedType"] == importlib.import_module("feedvalidator.logging").TYPE_ATOM
    complaints = {type(event).__name__ for event in found["loggedEvents"] if is_complaint(event)}
    assert complaints == EXPECTED & {"empty": {"ImplausibleDate"}, "hostile": {"ContainsUndeclaredHTML"}}.get(name, set())


def is_complaint(event: Any) -> bool:
    logging: Any = importlib.import_module("feedvalidator.logging")
    return isinstance(event, logging.Error | logging.Warning)


@pytest.mark.parametrize("name", EVENTS)
def test_json_feed_is_as_its_specification_asks(name: str) -> None:
    feed = orjson.loads(json_feed(INFO, entries(name)))
    jsonschema.validate(feed, JSON_FEED)
    assert len({item["id"] for item in feed["items"]}) == len(EVENTS[name])
