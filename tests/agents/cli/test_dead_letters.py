"""`newsmill dead-letters` without a broker: messages of a replay, and dead letters that can't be replayed."""

from dataclasses import replace

import pytest

from agents.cli import dead_letters
from agents.client.replay import DeadLetter, NotReplayable, replay_message
from streams.counts import StageName
from streams.errors import Reason
from streams.messages.dead_letters import KEPT_BYTES, dead_letter
from streams.records import Incoming
from streams.topics import MAX_MESSAGE_BYTES
from tests.command import newsmill

PARTITIONS = dict.fromkeys(("news.dumps", "news.dumps.backfill", "news.articles.large", "news.articles", "news.judged"), 6)


def letter_of(incoming: Incoming, stage: StageName = StageName.SPLIT, reason: Reason = Reason.BUG) -> DeadLetter:
    message = dead_letter(incoming, incoming.value, stage=stage, reason=reason, detail="it broke", prefix="news")
    return DeadLetter(id="3-17", time=1_754_136_000, key=message.key, value=message.value, headers=message.headers)


DUMP = Incoming(
    topic="news.dumps",
    key=b"https://a.example/1",
    value=b"page",
    headers=(("content-type", b"text/plain"), ("traceparent", b"00-1")),
    timestamp=1_754_136_000,
    partition=5,
    offset=9,
)
ARTICLES = Incoming(topic="news.articles", key=None, value=b'{"batch":[]}', partition=2, offset=4)


def test_dump_is_replayed_by_its_key_with_its_headers_and_the_replay_mark() -> None:
    message = replay_message(letter_of(DUMP), "news", PARTITIONS)
    assert (message.topic, message.key, message.value, message.partition) == ("news.dumps", DUMP.key, b"page", None)
    assert message.headers == (
        ("content-type", b"text/plain"),
        ("traceparent", b"00-1"),
        ("fetched-at", b"2025-08-02T12:00:00Z"),
        ("newsmill-replay", b"3-17"),
    )


def test_repeated_dead_letter_has_the_mark_of_its_last_replay_only() -> None:
    again = replace(DUMP, headers=replay_message(letter_of(DUMP), "news", PARTITIONS).headers)
    marks = [
        value
        for name, value in replay_message(replace(letter_of(again), id="0-1"), "news", PARTITIONS).headers
        if name == "newsmill-replay"
    ]
    assert marks == [b"0-1"]


@pytest.mark.parametrize("topic", ["news.articles.large", "news.articles", "news.judged"])
def test_articles_are_replayed_to_the_partition_where_they_failed(topic: str) -> None:
    message = replay_message(letter_of(replace(ARTICLES, topic=topic), stage=StageName.DEDUPLICATE), "news", PARTITIONS)
    assert (message.topic, message.partition) == (topic, 2)


@pytest.mark.parametrize(
    ("letter", "why"),
    [
        pytest.param(
            letter_of(replace(DUMP, value=b"x" * (KEPT_BYTES + 1)), reason=Reason.TOO_LARGE), "only its first 65,536", id="cut-off"
        ),
        pytest.param(letter_of(replace(DUMP, topic="other.dumps")), "names no input topic of news: 'other.dumps'", id="another-project"),
        pytest.param(letter_of(replace(DUMP, topic="news.events")), "names no input topic of news", id="no-input-of-a-stage"),
        pytest.param(letter_of(replace(ARTICLES, partition=None)), "partition is missing", id="articles-without-partition"),
        pytest.param(letter_of(replace(ARTICLES, partition=6)), "names partition 6; news.articles has 6", id="partition-that-there-is-not"),
        pytest.param(replace(letter_of(DUMP), value=bytes(MAX_MESSAGE_BYTES)), "larger than 16,777,216", id="larger-than-a-message"),
        pytest.param(replace(letter_of(DUMP), headers=()), "names no input topic of news: ''", id="not-ours"),
    ],
)
def test_unreplayable_dead_letter_gives_the_reason(letter: DeadLetter, why: str) -> None:
    with pytest.raises(NotReplayable, match=why):
        replay_message(letter, "news", PARTITIONS)


def test_too_large_dead_letter_that_is_complete_is_replayed() -> None:
    assert replay_message(letter_of(DUMP, reason=Reason.TOO_LARGE), "news", PARTITIONS).value == b"page"


def test_row_has_stage_reason_and_replay_mark() -> None:
    row = dead_letters._row(letter_of(DUMP), replayed=True)
    assert row == "3-17     2025-08-02T12:00:00Z split       bug           https://a.example/1  it broke  [sent back]"
    assert "[sent back]" not in dead_letters._row(letter_of(DUMP), replayed=False)


def test_row_is_one_line_for_any_content() -> None:
    row = dead_letters._row(letter_of(replace(DUMP, key=b"a\nb\x1b[2J")), replayed=False)
    assert "\n" not in row
    assert "\x1b" not in row


def test_row_of_a_letter_with_any_timestamp_and_key_is_short() -> None:
    row = dead_letters._row(replace(letter_of(replace(DUMP, key=b"k" * 60_000)), time=2**53), replayed=False)
    assert len(row) < 400


@pytest.mark.parametrize("id", ["", "1", "1-", "\u0661-1", "1-1-1", "9" * 5000 + "-1"])
def test_what_is_no_id_of_a_dead_letter_is_refused_before_kafka_is_asked(id: str) -> None:
    ran = newsmill("dead-letters", "show", id, env={"NEWS_BROKERS": "127.0.0.1:1"})
    assert ran.status == 1
    assert "is not an id of a dead letter" in ran.notes


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param("línea\n\tdos".encode(), "línea\n\tdos\n", id="text"),
        pytest.param(b"\x1b[2Jx", " [2Jx\n", id="terminal-escapes"),
        pytest.param(b"\x89PNG\x00\xff", "6 bytes, not text; the first 6:\n000000  89 50 4e 47 00 ff\n", id="binary"),
        pytest.param(b"\x00" * 300, None, id="long-binary"),
    ],
)
def test_value_is_shown_as_text_or_hexadecimal(value: bytes, shown: str | None) -> None:
    preview = dead_letters._preview(value)
    assert (
        preview == shown if shown is not None else (preview.startswith("300 bytes, not text; the first 256:") and preview.count("\n") == 17)
    )


@pytest.mark.parametrize("id", ["x", "3", "3-", "-1-2", "3-x", "³-1"])
def test_invalid_id_is_refused_before_kafka_is_asked(id: str) -> None:
    ran = newsmill("dead-letters", "show", "--", id, env={"NEWS_BROKERS": "127.0.0.1:1"})
    assert ran.status == 1
    assert "is not an id of a dead letter, such as 3-17" in ran.notes
