"""The public schemas: what the pipeline gives fits their strict form, what it never gives does not, and old examples hold for ever."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from streams.messages.dead_letters import (
    DETAIL_HEADER,
    HASH_HEADER,
    LENGTH_HEADER,
    OFFSET_HEADER,
    PARTITION_HEADER,
    REASON_HEADER,
    STAGE_HEADER,
    TOPIC_HEADER,
)
from streams.messages.envelope import REPLAY_HEADER
from streams.messages.event_types import FIELD_DOCS, DeadLetterHeaders, DumpHeaders, EmptyHeaders, Envelope, EventHeaders
from streams.messages.schemas import Schema, duplicate_schema, event_schema, headers_schema, schema_of, story_schema, strict
from tests.command import newsmill
from tests.samples import FOLDER

EXAMPLES = Path(__file__).parents[2] / "examples"
Message = dict[str, Any]

ANY: Schema = {}
# What a value and its headers are on each topic.
SCHEMAS: dict[str, tuple[Schema, Schema]] = {
    "dumps": (schema_of(Envelope), headers_schema(DumpHeaders)),
    "events": (event_schema(), headers_schema(EventHeaders)),
    "region": (event_schema(), headers_schema(EventHeaders)),
    "topic": (event_schema(), headers_schema(EventHeaders)),
    "duplicates": (duplicate_schema(), headers_schema(EventHeaders)),
    "stories": (story_schema(), headers_schema(EmptyHeaders)),
    "dead-letters": (ANY, headers_schema(DeadLetterHeaders)),
}


def errors(schema: Schema, value: object) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def wrong_in(topic: str, message: Message) -> list[str]:
    """What of a message does not fit the strict form; a dead letter keeps the headers that its dump had."""
    value, headers = SCHEMAS[topic.partition(".")[0]]
    return errors(strict(value), message["value"]) + errors(headers if topic == "dead-letters" else strict(headers), message["headers"])


def example(path: str) -> Message:
    message: Message = json.loads((EXAMPLES / f"{path}.json").read_text(encoding="utf-8"))
    return message


@cache
def sampled() -> tuple[Message, ...]:
    return tuple(newsmill("process", str(FOLDER)).lines)


@pytest.mark.slow
def test_all_messages_of_the_samples_fit_the_strict_schemas() -> None:
    assert {message["topic"] for message in sampled()} >= {"news.events", "news.duplicates", "news.region.chile", "news.dead-letters"}
    assert [wrong for message in sampled() for wrong in wrong_in(message["topic"].removeprefix("news."), message)] == []


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/*.json")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_each_example_fits_for_ever(path: Path) -> None:
    assert wrong_in(path.parent.name, json.loads(path.read_text(encoding="utf-8"))) == []


def test_there_is_an_example_of_each_kind_of_copy() -> None:
    kinds = {example(f"duplicates/{path.stem}")["value"]["duplicate"]["kind"] for path in (EXAMPLES / "duplicates").iterdir()}
    assert kinds == {"exact", "near", "excerpt", "repeat"}


def broken(change: Callable[[Any], object], path: str = "events/of-two-classes-with-every-field") -> Any:
    value = example(path)["value"]
    change(value)
    return value


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(broken(lambda event: event.pop("author")), id="a-field-is-missing"),
        pytest.param(broken(lambda event: event.update(outlet="")), id="empty-in-place-of-null"),
        pytest.param(broken(lambda event: event.update(id="7A" * 16)), id="no-id"),
        pytest.param(broken(lambda event: event.update(published_at="2025-08-02T10:00:00+02:00")), id="not-in-utc"),
        pytest.param(broken(lambda event: event.update(published_precision="week")), id="unknown-precision"),
        pytest.param(broken(lambda event: event["regions"][0].update(score=1.2)), id="score-above-one"),
        pytest.param(broken(lambda event: event["topics"][0]["evidence"][0].update(field="lead")), id="evidence-in-no-field"),
        pytest.param(broken(lambda event: event["source"].update(start=-1)), id="place-before-the-dump"),
        pytest.param(broken(lambda copy: None, "duplicates/exact"), id="a-copy"),
    ],
)
def test_what_can_be_no_event_does_not_fit(value: object) -> None:
    assert len(errors(event_schema(), value)) == 1


def test_an_original_is_no_copy() -> None:
    assert errors(duplicate_schema(), example("events/of-no-class")["value"]) != []


@pytest.mark.parametrize("place", ["", "source", "pipeline"])
def test_a_field_that_was_added_is_met_by_consumers_and_noticed_here(place: str) -> None:
    value = broken(lambda event: (event[place] if place else event).update(added=1))
    assert errors(event_schema(), value) == []
    assert len(errors(strict(event_schema()), value)) == 1


def test_a_field_that_was_added_to_a_label_is_noticed_too() -> None:
    value = broken(lambda event: event["topics"][0]["evidence"][0].update(added=1))
    assert (errors(event_schema(), value), len(errors(strict(event_schema()), value))) == ([], 1)


@pytest.mark.parametrize("draft", [jsonschema.Draft202012Validator, jsonschema.Draft7Validator], ids=["2020-12", "7"])
def test_the_schemas_are_schemas_in_both_drafts(draft: Any) -> None:
    for value, headers in SCHEMAS.values():
        draft.check_schema(value)
        draft.check_schema(headers)


def test_the_headers_of_dead_letters_are_those_that_the_code_writes() -> None:
    named = (TOPIC_HEADER, PARTITION_HEADER, OFFSET_HEADER, STAGE_HEADER, REASON_HEADER, DETAIL_HEADER, LENGTH_HEADER, HASH_HEADER)
    assert tuple(DeadLetterHeaders.__annotations__) == named
    assert REPLAY_HEADER in DumpHeaders.__annotations__


def test_a_field_without_documentation_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(FIELD_DOCS["Label"], "about")
    with pytest.raises(TypeError, match="has no documentation"):
        event_schema()


def all_examples_of_events() -> Iterator[Message]:
    for path in sorted(EXAMPLES.glob("*/*.json")):
        if SCHEMAS[path.parent.name.partition(".")[0]][1] == headers_schema(EventHeaders):
            yield json.loads(path.read_text(encoding="utf-8"))


def test_headers_say_what_the_event_says() -> None:
    for message in (*all_examples_of_events(), *(line for line in sampled() if line["value"] is not None)):
        value, headers = message["value"], message["headers"]
        labels = (*value["regions"], *value["topics"])
        assert headers["ce_id"] == value["id"]
        assert headers.get("ce_time") == value["source"]["fetched_at"]
        assert headers["about"] == ",".join(sorted(label["id"] for label in labels if label["about"]))
        assert [headers[kind] for kind in ("regions", "topics")] == [
            ",".join(label["id"] for label in value[kind]) for kind in ("regions", "topics")
        ]
