"""A dead letter always fits into a message, and has what a replay needs."""

import hashlib
from typing import Any

import pytest

from streams.counts import StageName
from streams.errors import Reason
from streams.messages.dead_letters import (
    DETAIL_HEADER,
    HASH_HEADER,
    KEPT_BYTES,
    LENGTH_HEADER,
    MAX_DETAIL_CHARACTERS,
    MAX_HEADERS,
    OFFSET_HEADER,
    PARTITION_HEADER,
    REASON_HEADER,
    STAGE_HEADER,
    TOPIC_HEADER,
    dead_letter,
    original_headers,
)
from streams.messages.envelope import REPLAY_HEADER, open_envelope
from streams.records import Incoming, Message
from streams.topics import MAX_MESSAGE_BYTES

NOW = 1_754_136_000


def incoming(**fields: Any) -> Incoming:
    return Incoming(**({"topic": "news.dumps", "key": None, "value": b"page", "timestamp": NOW} | fields))


def letter(dead: Incoming, reason: Reason = Reason.BAD_ENVELOPE) -> Message:
    return dead_letter(dead, dead.value, stage=StageName.SPLIT, reason=reason, detail="x", prefix="news")


def size(message: Message) -> int:
    return len(message.key or b"") + len(message.value) + sum(len(name.encode()) + len(value) for name, value in message.headers)


@pytest.mark.parametrize(
    "dead",
    [
        pytest.param(incoming(value=b"x" * (18 << 20)), id="value that unpacked past the limit"),
        pytest.param(incoming(key=b"k" * (17 << 20)), id="key"),
        pytest.param(incoming(headers=(("source-url", b"u" * (17 << 20)),)), id="header"),
        pytest.param(incoming(headers=(("n" * (17 << 20), b""),)), id="header's name"),
        pytest.param(incoming(headers=tuple((f"h{number}", b"v" * KEPT_BYTES) for number in range(300))), id="many headers"),
        pytest.param(incoming(value=b"x" * (14 << 20), headers=tuple((f"h{n}", b"v" * KEPT_BYTES) for n in range(99))), id="all at once"),
    ],
)
def test_whatever_was_too_large_fits_into_a_message(dead: Incoming) -> None:
    assert size(letter(dead)) < MAX_MESSAGE_BYTES - 64 * 1024


def test_what_is_cut_off_has_its_length_and_hash() -> None:
    headers = dict(letter(incoming(value=b"x" * (18 << 20))).headers)
    assert headers[LENGTH_HEADER] == str(18 << 20).encode()
    assert len(headers[HASH_HEADER]) == 64


@pytest.mark.parametrize("timestamp", [None, -(10**12), 10**15])
def test_wild_time_of_a_message_is_left_out(timestamp: int | None) -> None:
    assert "fetched-at" not in dict(letter(incoming(timestamp=timestamp)).headers)
    assert open_envelope(incoming(timestamp=timestamp)).fetched_at is None


def test_empty_time_is_as_good_as_none() -> None:
    dead = letter(incoming(headers=(("fetched-at", b""),)))
    again = Incoming(topic="news.dumps", key=None, value=dead.value, headers=original_headers(dead.headers), timestamp=NOW + 999)
    assert open_envelope(again).fetched_at == NOW


def test_a_dead_letter_names_where_it_was_read_and_why() -> None:
    dead = incoming(partition=3, offset=14, key=b"k", headers=(("source-url", b"u"),))
    found = dead_letter(dead, b"value", stage=StageName.SPLIT, reason=Reason.BAD_TIME, detail="x" * 1000, prefix="news")
    assert (found.topic, found.key, found.value) == ("news.dead-letters", b"k", b"value")
    assert dict(found.headers) == {
        "source-url": b"u",
        TOPIC_HEADER: b"news.dumps",
        PARTITION_HEADER: b"3",
        OFFSET_HEADER: b"14",
        STAGE_HEADER: b"split",
        REASON_HEADER: b"bad-time",
        DETAIL_HEADER: b"x" * MAX_DETAIL_CHARACTERS,
        "fetched-at": b"2025-08-02T12:00:00Z",
    }


def test_the_hash_is_that_of_the_whole_value() -> None:
    value = b"x" * (18 << 20)
    assert dict(letter(incoming(value=value)).headers)[HASH_HEADER] == hashlib.sha256(value).hexdigest().encode()


def test_the_first_headers_are_kept_and_the_time_of_the_dump_is_not_replaced() -> None:
    headers = (("fetched-at", b"2020-01-01T00:00:00Z"), *((f"h{number}", b"") for number in range(MAX_HEADERS)))
    names = [name for name, _ in letter(incoming(headers=headers)).headers]
    assert names[:MAX_HEADERS] == ["fetched-at", *(f"h{number}" for number in range(MAX_HEADERS - 1))]
    assert names.count("fetched-at") == 1


def test_later_stages_add_no_time() -> None:
    found = dead_letter(incoming(), b"v", stage=StageName.CLASSIFY, reason=Reason.BUG, detail="x", prefix="news")
    assert "fetched-at" not in dict(found.headers)


def test_a_second_death_removes_the_headers_of_the_first_and_of_its_replay() -> None:
    first = letter(incoming(value=b"x" * (18 << 20), headers=(("source-url", b"u"), (REPLAY_HEADER, b"2-17"))))
    assert original_headers(first.headers) == (("source-url", b"u"), ("fetched-at", b"2025-08-02T12:00:00Z"))
    own = dead_letter(
        incoming(headers=((REASON_HEADER, b"old"),)), b"v", stage=StageName.SPLIT, reason=Reason.BUG, detail="x", prefix="news"
    )
    assert [value for name, value in own.headers if name == REASON_HEADER] == [b"bug"]
