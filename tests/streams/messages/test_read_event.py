"""Events are read as newsmill writes them, and nothing else that a producer may send to their topics."""

import orjson
import pytest

from streams.messages.events import read_event
from tests.foreign_events import COPY, EVENT, EXAMPLES, FOREIGN_EVENTS, changed, example, nested


@pytest.mark.parametrize("path", sorted(path.stem for path in (EXAMPLES / "events").iterdir()))
def test_event_is_read_with_every_field(path: str) -> None:
    event = example(f"events/{path}")
    assert read_event(orjson.dumps(event), is_copy=False) == dict.fromkeys(("url", "places", "countries", "story")) | event


@pytest.mark.parametrize("path", sorted(path.stem for path in (EXAMPLES / "duplicates").iterdir()))
def test_copy_is_read_with_every_field(path: str) -> None:
    copy = example(f"duplicates/{path}")
    assert read_event(orjson.dumps(copy), is_copy=True) == dict.fromkeys(("url", "places", "countries", "story")) | copy


@pytest.mark.parametrize("value", [pytest.param(value, id=name) for name, value in FOREIGN_EVENTS.items()])
def test_value_that_newsmill_did_not_write_is_no_event(value: bytes) -> None:
    assert read_event(value, is_copy=False) is None


@pytest.mark.parametrize("duplicate", [None, 7, {}, COPY["duplicate"] | {"of": "x"}, COPY["duplicate"] | {"kind": "<b>"}])
def test_value_without_a_link_to_an_original_is_no_copy(duplicate: object) -> None:
    assert read_event(changed(duplicate=duplicate), is_copy=True) is None


@pytest.mark.parametrize("depth", [1, 900])
def test_fields_of_a_later_version_are_dropped_so_that_the_event_can_be_encoded_again(depth: int) -> None:
    assert read_event(nested(depth), is_copy=False) == EVENT
