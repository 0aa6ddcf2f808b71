"""`subscribe --format ninjs`: every message of the samples keeps to ninjs 3.0, whose objects are closed."""

from typing import Any

import jsonschema
import pytest

from agents.terminal.ninjs import ninjs
from streams.classify.class_set import builtin_classes
from tests.command import newsmill
from tests.samples import FOLDER

Schema = dict[str, Any]
TEXT: Schema = {"type": "string", "minLength": 1}
COUNT: Schema = {"type": "integer", "minimum": 0}
TIME: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
URI: Schema = {"type": "string", "pattern": "^(urn|https?):"}


def closed(required: str, **fields: Schema) -> Schema:
    return {"type": "object", "properties": fields, "additionalProperties": False, "required": required.split()}


def some(item: Schema) -> Schema:
    return {"type": "array", "items": item, "minItems": 1}


# What the standard calls the fields that are used here, and what may be in them; read off the schema of IPTC.
CONCEPT = {"name": TEXT, "rel": TEXT, "uri": URI, "literal": TEXT}
NINJS = closed(
    "standard uri type bodies",
    standard=closed("name version schema", name={"const": "ninjs"}, version={"const": "3.0"}, schema=URI),
    uri=URI,
    type={"enum": ["text", "audio", "video", "picture", "graphic", "composite", "component", "event", "planning"]},
    representationType={"enum": ["full", "partial"]},
    profile=TEXT,
    firstCreated=TIME,
    versionCreated=TIME,
    contentCreated=TIME,
    pubStatus={"enum": ["usable", "withheld", "canceled"]},
    language=TEXT,
    headlines=some(closed("value", role=TEXT, contentType=TEXT, value=TEXT)),
    bodies=some(closed("value", role=TEXT, contentType=TEXT, value=TEXT, charCount=COUNT, wordCount=COUNT)),
    by=TEXT,
    located=TEXT,
    infoSources=some(closed("name", name=TEXT, role=TEXT)),
    places=some(closed("name", **CONCEPT)),
    subjects=some(closed("name", **CONCEPT, creator=TEXT, confidence={"type": "integer", "minimum": 0, "maximum": 100})),
    altIds=some(closed("value", role=TEXT, value=TEXT)),
    associations=some(closed("name", name=TEXT, rel=TEXT, uri=URI)),
)


def standards() -> dict[str, dict[str, str]]:
    return {news_class.id: dict(news_class.standard_ids) for news_class in builtin_classes().classes}


@pytest.fixture(scope="module")
def objects() -> list[dict[str, Any]]:
    """The ninjs object of each event and copy of the samples."""
    lines = newsmill("process", str(FOLDER)).lines
    return [ninjs(line["value"], standards()) for line in lines if line["topic"] in ("news.events", "news.duplicates")]


@pytest.mark.slow
def test_every_object_has_fields_of_the_standard_only(objects: list[dict[str, Any]]) -> None:
    validator = jsonschema.Draft202012Validator(NINJS)
    assert [error.message for item in objects for error in validator.iter_errors(item)] == []


def test_every_field_of_the_table_is_used_by_some_object(objects: list[dict[str, Any]]) -> None:
    assert set(NINJS["properties"]) == {name for item in objects for name in item}
