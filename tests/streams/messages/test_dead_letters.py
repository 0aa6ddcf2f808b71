"""A dead letter always fits into a message, and has what a replay needs."""

from typing import Any

import pytest

from streams.counts import StageName
from streams.errors import InvalidRecord, Reason
from streams.messages.dead_letters import HASH_HEADER, KEPT_BYTES, LENGTH_HEADER, dead_letter, original_headers
from streams.messages.envelope import MAX_NAME_CHARACTERS, open_envelope
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


@pytest.mark.parametrize("name", ["source-url", "traceparent"])
def test_address_that_is_too_long_to_be_one_is_refused(name: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        open_envelope(incoming(headers=((name, b"u" * (MAX_NAME_CHARACTERS + 1)),)))
    assert caught.value.reason is Reason.LIMIT
