"""`newsmill produce` without a broker: refusals, and the message without Kafka."""

import asyncio
import threading
from collections.abc import Iterator

import orjson
import pytest

from agents.client import send
from agents.client.read_ahead import read_ahead
from agents.inputs.input_items import InputDump, RefusedInput
from streams.dumps.decode import MAX_BODY_BYTES
from streams.messages.envelope import ENVELOPE_TYPE, open_envelope
from streams.records import Headers, Incoming
from tests.command import newsmill

ENVELOPE: Headers = (("content-type", ENVELOPE_TYPE.encode()),)


def dump(value: bytes, headers: Headers = ()) -> InputDump:
    return InputDump(name="page", incoming=Incoming(topic="news.dumps", key=None, value=value, headers=headers), read_bytes=len(value))


def envelope(**fields: str) -> InputDump:
    return dump(orjson.dumps(fields), ENVELOPE)


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(dump(b"x" * MAX_BODY_BYTES), id="raw"),
        pytest.param(envelope(body="x" * MAX_BODY_BYTES), id="envelope"),
        pytest.param(envelope(body_base64="eHh4" * (MAX_BODY_BYTES // 3)), id="base64"),
        pytest.param(dump(b"no json", ENVELOPE), id="no-envelope-is-for-the-pipeline-to-judge"),
        pytest.param(dump(b"{" * (MAX_BODY_BYTES + 1), ENVELOPE), id="nor-a-long-one"),
    ],
)
def test_dump_within_the_limits_is_sent_unchanged(found: InputDump) -> None:
    assert send.fit_to_message(found) is found


@pytest.mark.parametrize(
    ("found", "why"),
    [
        pytest.param(dump(b"x" * (MAX_BODY_BYTES + 1)), "the limit is 10,485,760", id="raw"),
        pytest.param(envelope(body="x" * (MAX_BODY_BYTES + 1)), "10,485,761 bytes", id="envelope"),
        pytest.param(envelope(body="é" * (MAX_BODY_BYTES // 2 + 1)), "10,485,762 bytes", id="counted-in-bytes"),
        pytest.param(dump(b"{" * (send.MAX_VALUE_BYTES + 1), ENVELOPE), "bad-envelope", id="no-envelope-and-no-message-holds-it"),
    ],
)
def test_too_large_dump_is_refused_with_its_size_and_the_limit(found: InputDump, why: str) -> None:
    refused = send.fit_to_message(found)
    assert isinstance(refused, RefusedInput)
    assert why in refused.reason


def test_envelope_too_long_only_by_its_escapes_is_sent_as_the_same_dump() -> None:
    found = envelope(
        url="https://a.example/1", fetched_at="2025-08-02T12:00:00Z", content_type="text/plain", body="\x01" * (3 * 1024 * 1024)
    )
    sent = send.fit_to_message(found)
    assert isinstance(sent, InputDump)
    assert len(sent.incoming.value) == 3 * 1024 * 1024
    assert open_envelope(sent.incoming) == open_envelope(found.incoming)


def test_without_kafka_one_message_says_what_to_do() -> None:
    ran = newsmill("produce", "-", stdin=b"x", env={"NEWS_BROKERS": "127.0.0.1:1"})
    assert ran.status == 1
    assert ran.notes.startswith("newsmill: no Kafka answers at 127.0.0.1:1")
    assert "newsmill kafka" in ran.notes
    assert "Traceback" not in ran.notes


def test_produce_without_paths_is_a_usage_error() -> None:
    assert newsmill("produce").status == 2


async def test_read_ahead_yields_every_item_in_order() -> None:
    assert [item async for item in read_ahead(range(100))] == list(range(100))


async def test_read_ahead_does_not_block_the_event_loop() -> None:
    other = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow() -> Iterator[int]:
        asyncio.run_coroutine_threadsafe(_set(other), loop).result(5)  # a pipe that waits for what comes after this item was awaited
        yield 1

    assert [item async for item in read_ahead(slow())] == [1]
    assert other.is_set()


async def _set(event: asyncio.Event) -> None:
    event.set()


async def test_error_while_reading_is_raised_and_not_taken_for_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("disk")

    shown: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda failed: shown.append(str(failed.exc_value)))
    items = read_ahead(broken())
    assert await anext(items) == 1
    with pytest.raises(RuntimeError, match="reading the input failed"):
        await anext(items)
    for thread in threading.enumerate():
        if thread.name == "read-ahead":
            await asyncio.to_thread(thread.join, 5)
    assert shown == ["disk"]
