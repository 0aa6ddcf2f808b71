"""The user's own raw dump, the one that the project began from: it must always work. It stays beside the project, never in it."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from streams.classify.class_set import builtin_classes
from streams.deduplicate.index import CopyConfig
from streams.local import Processor
from streams.pipeline import PipelineConfig
from streams.records import Incoming

REPOSITORY = Path(__file__).parents[2]
SEED = REPOSITORY.parent / "shared" / "data" / "seed.txt"
FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z

pytestmark = pytest.mark.skipif(not SEED.is_file(), reason="the user's dump (../shared/data/seed.txt) isn't beside this project")


@pytest.fixture(scope="module")
def events() -> list[dict[str, Any]]:
    processor = Processor(PipelineConfig(classes=builtin_classes(), version="0"), CopyConfig(), now=FETCHED_AT)
    dump = Incoming(topic="news.dumps", key=None, value=SEED.read_bytes(), headers=(("fetched-at", b"2025-08-02T12:00:00Z"),))
    return [orjson.loads(message.value) for message in processor.process(dump) if message.topic == "news.events"]


def test_it_holds_four_articles_in_order(events: list[dict[str, Any]]) -> None:
    assert [event["source"]["index"] for event in events] == [0, 1, 2, 3]
    assert [event["outlet"] for event in events] == [None, "Hamilton Spectator", "Miami Herald", "Yahoo"]
    assert [event["language"] for event in events] == ["en"] * 4


def test_agencies_datelines_and_times_are_read(events: list[dict[str, Any]]) -> None:
    assert [event["agency"] for event in events] == [None, "AP", None, "Reuters"]
    assert events[1]["dateline"].startswith("THE HAGUE")
    hours = [None, "2025-08-02T02:00:00Z", "2025-08-02T02:00:00Z", "2025-08-02T00:00:00Z"]
    assert [event["published_at"] for event in events] == hours


def test_each_is_about_what_a_reader_would_say(events: list[dict[str, Any]]) -> None:
    about = [{label["id"] for label in event["regions"] + event["topics"] if label["about"]} for event in events]
    assert about == [{"venezuela"}, {"venezuela"}, {"miami"}, {"chile", "mining"}]


def test_the_first_three_refer_to_chile(events: list[dict[str, Any]]) -> None:
    assert all("chile" in [label["id"] for label in event["regions"]] for event in events[:3])


@pytest.mark.parametrize("debris", ["jpg", "crossword", "recaptcha", "no comments yet", "hashtags"])
def test_no_debris_is_left_in_a_body(events: list[dict[str, Any]], debris: str) -> None:
    assert not [event["title"] for event in events if re.search(debris, event["body"], re.IGNORECASE)]
