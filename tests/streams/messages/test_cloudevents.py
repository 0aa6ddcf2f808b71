"""Events as CloudEvents: the official SDK reads what the pipeline sends by its Kafka binding."""

from datetime import UTC, datetime

import pytest
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat

from streams.classify.class_set import builtin_classes
from streams.pipeline import PipelineConfig
from streams.records import Incoming
from tests.driver import Driver

TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TEXT = b"Ferry gets a second boat\nThe harbour council of Quellmar voted on Monday to buy a second ferry for the islands."
HEADERS = (("fetched-at", b"2025-08-02T14:00:00+02:00"), ("traceparent", TRACEPARENT.encode()))


def original_and_copy() -> Driver:
    """The pipeline behind two dumps of one text, each with the same trace context."""
    driver = Driver(PipelineConfig(classes=builtin_classes(), version="1"))
    driver.produce(TEXT, HEADERS)
    driver.produce(TEXT, (("source-url", b"https://mirror.example/1"), *HEADERS))
    driver.settle()
    return driver


@pytest.fixture(scope="module")
def driver() -> Driver:
    return original_and_copy()


def parsed(message: Incoming) -> BaseCloudEvent:
    return from_binary(KafkaMessage(headers=dict(message.headers), key=message.key, value=message.value), JSONFormat())


@pytest.mark.parametrize(("topic", "type"), [("events", "newsmill.event.v1"), ("duplicates", "newsmill.duplicate.v1")])
def test_the_official_sdk_takes_a_message_for_a_cloudevent(driver: Driver, topic: str, type: str) -> None:
    (message,) = driver.messages(topic)
    event = parsed(message)
    data = event.get_data()
    assert isinstance(data, dict)
    assert event.get_specversion() == "1.0"
    assert (event.get_type(), event.get_source(), event.get_id()) == (type, "/newsmill", data["id"])
    assert event.get_time() == datetime(2025, 8, 2, 12, tzinfo=UTC)
    assert event.get_datacontenttype() == "application/json"
    assert data["title"] == "Ferry gets a second boat"


def test_the_trace_context_of_a_dump_is_on_all_that_comes_of_it(driver: Driver) -> None:
    messages = [*driver.messages("events"), *driver.messages("duplicates")]
    assert [dict(message.headers)["traceparent"] for message in messages] == [TRACEPARENT.encode()] * 2
