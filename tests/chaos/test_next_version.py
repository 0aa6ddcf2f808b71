"""The other version of the records in a chaos run differs on internal topics, and on no public one."""

import json

import pytest

from streams.deduplicate.changes import unpack_changes
from tests.chaos.pages import pages
from tests.deliveries import config
from tests.driver import Driver
from tests.kafka.spoiled import NEXT_SECTION, WRITERS, next_version

PUBLIC = ("events", "duplicates", "region.venezuela", "topic.mining", "dead-letters")


def driven() -> Driver:
    """Return what this and later stages made of the same dumps."""
    driver = Driver(config("news"))
    for value, headers in pages(40, seed=5):
        driver.produce(value, headers)
    driver.settle()
    return driver


def test_next_version_changes_each_internal_record_and_no_public_message(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = driven()
    for name, module in WRITERS.items():
        monkeypatch.setattr(module, name, getattr(module, name))  # put back after the test
    next_version()
    theirs = driven()
    for topic in PUBLIC:
        assert theirs.messages(topic) == ours.messages(topic), topic
    articles = [article for message in theirs.messages("articles") for article in json.loads(message.value)["batch"]]
    judged = [one for message in theirs.messages("judged") for one in json.loads(message.value)["batch"]]
    assert all("next_urgency" in article for article in articles)
    assert all("next_urgency" in one["article"] and "next_trail" in one for one in judged)
    assert all("next_words" in one["duplicate"] for one in judged if one["duplicate"])
    assert all(NEXT_SECTION in unpack_changes(message.value).sections for message in theirs.messages("index"))
    assert len(articles) == len(judged) == 40
