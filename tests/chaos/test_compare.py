"""The chaos driver must be able to fail: each thing that can be wrong is found, and counted as docs/contract.md (Measurements) says."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from streams.counts import StageName
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.errors import Reason
from streams.messages.dead_letters import dead_letter
from streams.pipeline import classify, deduplicate, split
from streams.records import Incoming, Message
from tests.chaos.compare import compare
from tests.chaos.drive import TOPICS
from tests.chaos.pages import pages
from tests.deliveries import config, expected

pytestmark = pytest.mark.slow

PREFIX = "news"
SENT = pages(40, seed=3)
Topics = dict[str, list[Incoming]]


@pytest.fixture(scope="module")
def wanted() -> dict[str, dict[str, Any]]:
    return expected(SENT, PREFIX)


@pytest.fixture(scope="module")
def untouched() -> Topics:
    """Return what a pipeline that nothing happens to leaves on the topics."""
    known = config(PREFIX)
    offsets = count()
    indexes: dict[int | None, CopyIndex] = {}

    def arrived(message: Message) -> Incoming:
        return Incoming(
            topic=message.topic,
            key=message.key,
            value=message.value,
            headers=message.headers,
            partition=message.partition,
            offset=next(offsets),
        )

    out: list[Incoming] = []
    for value, headers in SENT:
        out += map(arrived, split([Incoming(topic="news.dumps", key=None, value=value, headers=headers)], known).messages)
    for articles in list(out):
        index = indexes.setdefault(articles.partition, CopyIndex(CopyConfig(stories=True)))
        for judged in map(arrived, deduplicate([articles], known, index).messages):
            out += map(arrived, classify([judged], known).messages) if judged.topic == "news.judged" else []
    return {name: [message for message in out if message.topic == f"{PREFIX}.{name}"] for name in TOPICS}


def changed(message: Incoming, **fields: object) -> Incoming:
    return replace(message, value=json.dumps(json.loads(message.value) | fields).encode())


def labelled(topics: Topics) -> Incoming:
    """Return an event that is on a class topic."""
    return topics["region.venezuela"][0]


def lose_a_copy(topics: Topics) -> None:
    topics["duplicates"].pop()


def publish_an_event_again(topics: Topics) -> None:
    topics["events"].append(topics["events"][0])


def publish_on_the_class_topic_again(topics: Topics) -> None:
    topics["region.venezuela"].append(labelled(topics))


def forget_the_class_topic(topics: Topics) -> None:
    topics["region.venezuela"].pop()


def publish_a_copy_as_an_event_too(topics: Topics) -> None:
    topics["events"].append(changed(topics["duplicates"][0], duplicate=None))


def change_a_record_of_the_class_topic(topics: Topics) -> None:
    topics["region.venezuela"][0] = changed(labelled(topics), title="Another title")


def name_an_original_that_is_nowhere(topics: Topics) -> None:
    copy = topics["duplicates"][0]
    topics["duplicates"][0] = changed(copy, duplicate=json.loads(copy.value)["duplicate"] | {"of": "0" * 32})


def judge_otherwise(topics: Topics) -> None:
    copy = topics["duplicates"][0]
    topics["duplicates"][0] = changed(copy, duplicate=json.loads(copy.value)["duplicate"] | {"similarity": 0.5})


def change_a_header(topics: Topics) -> None:
    event = topics["events"][0]
    name, _ = event.headers[-1]
    topics["events"][0] = replace(event, headers=(*event.headers[:-1], (name, b"another")))


def change_a_key(topics: Topics) -> None:
    topics["duplicates"][0] = replace(topics["duplicates"][0], key=b"another")


def die_in_classify(topics: Topics) -> None:
    lost = topics["duplicates"].pop()
    judged = Incoming(topic="news.judged", key=None, value=b"")
    value = json.dumps({"batch": [{"article": {"id": json.loads(lost.value)["id"]}}]}).encode()
    letter = dead_letter(judged, value, stage=StageName.CLASSIFY, reason=Reason.BUG, detail="", prefix=PREFIX)
    topics["dead-letters"].append(Incoming(topic=letter.topic, key=None, value=letter.value, headers=letter.headers))


@pytest.mark.parametrize(
    ("spoil", "lost", "twice", "contradicting"),
    [
        pytest.param(lambda _: None, 0, 0, 0, id="nothing"),
        pytest.param(lose_a_copy, 1, 0, 0, id="lost"),
        pytest.param(publish_an_event_again, 0, 1, 0, id="twice on events"),
        pytest.param(publish_on_the_class_topic_again, 0, 1, 0, id="twice on a class topic"),
        pytest.param(forget_the_class_topic, 0, 0, 1, id="missing from a class topic"),
        pytest.param(publish_a_copy_as_an_event_too, 0, 1, 1, id="event and copy"),
        pytest.param(change_a_record_of_the_class_topic, 0, 0, 1, id="records differ"),
        pytest.param(change_a_header, 0, 0, 1, id="header not that of the log"),
        pytest.param(change_a_key, 0, 0, 1, id="key not that of the log"),
        pytest.param(name_an_original_that_is_nowhere, 0, 0, 1, id="original nowhere"),
        pytest.param(judge_otherwise, 0, 0, 1, id="verdict not that of the log"),
        pytest.param(die_in_classify, 0, 0, 1, id="dead, where process publishes it"),
    ],
)
def test_what_is_wrong_is_counted_in_its_way(
    untouched: Topics, wanted: dict[str, dict[str, Any]], spoil: Callable[[Topics], None], lost: int, twice: int, contradicting: int
) -> None:
    topics = {name: list(messages) for name, messages in untouched.items()}
    spoil(topics)
    findings = compare(topics, wanted, PREFIX)
    assert (len(findings.lost), len(findings.twice), len(findings.contradicting)) == (lost, twice, contradicting), findings.why
