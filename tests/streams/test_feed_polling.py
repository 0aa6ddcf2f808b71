"""A feed that is polled again and again: each item is published once, a changed one is a near copy, and nothing else is."""

from functools import cache

import orjson
import pytest

from streams.classify.class_set import builtin_classes
from streams.counts import RecordFate, StageName
from streams.deduplicate.index import CopyConfig
from streams.local import Processor
from streams.messages.envelope import id_of
from streams.pipeline import PipelineConfig
from streams.records import Incoming, Message
from tests.stories import story

FEED = "https://post.example/rss"
POLLS, ITEMS_SHOWN = 50, 20
CHANGED_AT = 30
NOW = 1_754_136_000


def item(number: int, text: str) -> str:
    return f"<item><guid>post-{number}</guid><title>Report number {number}</title><description>{text}</description></item>"


def text_of(number: int, poll: int = 0) -> str:
    """The text of an item; the third one is corrected while it is in the feed."""
    paragraphs = "\n\n".join(story(10 * number + part) for part in range(6))
    return paragraphs + " This report has been corrected." if number == 3 and poll >= CHANGED_AT else paragraphs


def feed(poll: int) -> bytes:
    """One more item at each poll, the newest first; all but the last `ITEMS_SHOWN` leave the feed, and item 3 stays."""
    newest = poll + 3
    numbers = [*range(newest, max(0, newest - ITEMS_SHOWN), -1)]
    shown = "".join(item(number, text_of(number, poll)) for number in dict.fromkeys([*numbers, 3]))
    return f"<rss><channel><title>Harbour Post</title><ttl>{poll}</ttl>{shown}</channel></rss>".encode()


@cache
def polled() -> tuple[list[Message], Processor]:
    processor = Processor(PipelineConfig(classes=builtin_classes(), version="0"), CopyConfig(), now=NOW)
    messages = []
    for poll in range(1, POLLS + 1):
        headers = (("source-url", FEED.encode()), ("content-type", b"application/rss+xml"))
        messages += processor.process(Incoming(topic="news.dumps", key=None, value=feed(poll), headers=headers, timestamp=NOW + 300 * poll))
    return messages, processor


@pytest.mark.slow
def test_each_item_is_published_once_and_a_changed_one_as_a_near_copy() -> None:
    messages, processor = polled()
    events = [orjson.loads(message.value) for message in messages if message.topic == "news.events"]
    copies = [orjson.loads(message.value) for message in messages if message.topic == "news.duplicates"]
    assert sorted(event["title"] for event in events) == sorted(f"Report number {number}" for number in range(1, POLLS + 4))
    (copy,) = copies
    (corrected,) = (event for event in events if event["title"] == "Report number 3")
    assert (copy["title"], copy["duplicate"]["of"], copy["duplicate"]["kind"]) == ("Report number 3", corrected["id"], "near")
    fates = processor.counts.records
    shown = sum(feed(poll).count(b"<item>") for poll in range(1, POLLS + 1))
    assert fates[StageName.DEDUPLICATE, RecordFate.REPLAYED] == shown - len(events) - len(copies)
    assert not any(message.topic == "news.dead-letters" for message in messages)


@pytest.mark.slow
def test_the_id_of_an_item_is_that_of_the_contract() -> None:
    messages, _ = polled()
    event = orjson.loads(next(message.value for message in messages if message.topic == "news.events"))
    number = event["title"].split()[-1]
    assert event["id"] == id_of(FEED.encode(), f"post-{number}".encode(), event["content_id"].encode())
    assert (event["url"], event["source"]["url"]) == (None, FEED)
