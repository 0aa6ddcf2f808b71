"""The feed of the live page: ids and missed messages, limits, slow clients, and no sources without clients."""

import asyncio

import pytest

from agents.web.feed import BUFFERED_BYTES, BUFFERED_MESSAGES, QUEUE_BYTES, Client, Feed, Source


def nothing() -> None:
    """Drop no connection."""


async def taken(client: Client) -> str:
    return (await client.take() or b"").decode()


async def test_client_gets_buffered_and_new_messages_in_order() -> None:
    feed = Feed([])
    with feed.joined(None, nothing) as first:
        feed.publish("article", b"1")
        assert "event: article\ndata: 1\n\n" in await taken(first)
        with feed.joined(None, nothing) as second:
            feed.publish("article", b"2")
            assert [line for line in (await taken(second)).splitlines() if line.startswith("data")] == ["data: 1", "data: 2"]


async def test_reconnected_client_gets_missed_messages_once() -> None:
    feed = Feed([], linger_s=60)
    with feed.joined(None, nothing) as client:
        for number in range(3):
            feed.publish("article", str(number).encode())
        ids = [line.removeprefix("id: ") for line in (await taken(client)).splitlines() if line.startswith("id")]
    with feed.joined(ids[1], nothing) as client:
        result = await taken(client)
    assert "data: 2" in result
    assert "data: 1" not in result
    assert "gap" not in result
    await feed.close()


async def test_client_with_an_unknown_id_gets_a_gap_and_the_whole_buffer() -> None:
    feed = Feed([])
    with feed.joined(None, nothing):
        for number in range(BUFFERED_MESSAGES + 2):
            feed.publish("article", str(number).encode())
        for unknown in ("deadbeef-7", "nonsense", f"{feed._epoch}-1", f"{feed._epoch}-{'1' * 5_000}"):
            with feed.joined(unknown, nothing) as client:
                result = await taken(client)
                assert result.startswith("event: gap\n"), unknown
                assert "data: 2\n" in result
                assert "data: 1\n" not in result


async def test_buffer_is_bounded_in_messages_and_bytes() -> None:
    feed = Feed([])
    with feed.joined(None, nothing):
        for _ in range(3 * BUFFERED_MESSAGES):
            feed.publish("article", b"x")
        assert len(feed._buffer) == BUFFERED_MESSAGES
        for _ in range(6):
            feed.publish("article", b"x" * (BUFFERED_BYTES // 4))
        assert sum(len(message) for _, message in feed._buffer) <= BUFFERED_BYTES


async def test_slow_client_is_dropped_and_the_others_continue() -> None:
    feed = Feed([])
    dropped: list[str] = []
    with feed.joined(None, lambda: dropped.append("slow")) as slow, feed.joined(None, lambda: dropped.append("quick")) as quick:
        for _ in range(QUEUE_BYTES // 100_000 + 2):
            feed.publish("article", b"x" * 100_000)
            await taken(quick)
        assert dropped == ["slow"]
        assert await slow.take() is None
        feed.publish("article", b"on")
        assert "data: on" in await taken(quick)


def source_that_notes(notes: list[str]) -> Source:
    async def source(feed: Feed) -> None:
        notes.append("runs")
        try:
            await asyncio.Event().wait()
        finally:
            notes.append("rests")

    return source


async def test_sources_run_only_with_clients_and_then_the_buffer_is_emptied() -> None:
    notes: list[str] = []
    feed = Feed([source_that_notes(notes)], linger_s=0)
    assert notes == []
    with feed.joined(None, nothing), feed.joined(None, nothing):
        await asyncio.sleep(0)
        feed.publish("article", b"1")
        assert notes == ["runs"]
    for _ in range(5):
        await asyncio.sleep(0)
    assert notes == ["runs", "rests"]
    assert not feed._buffer
    with feed.joined(None, nothing):
        await asyncio.sleep(0)
        assert notes == ["runs", "rests", "runs"]
    await feed.close()


async def test_reloaded_page_finds_the_sources_still_running() -> None:
    notes: list[str] = []
    feed = Feed([source_that_notes(notes)], linger_s=0)
    with feed.joined(None, nothing):
        await asyncio.sleep(0)
    with feed.joined(None, nothing):
        for _ in range(5):
            await asyncio.sleep(0)
        assert notes == ["runs"]
    await feed.close()
    assert notes == ["runs", "rests"]


async def test_failed_source_is_logged_and_restarts_with_the_clients(caplog: pytest.LogCaptureFixture) -> None:
    begun: list[str] = []

    async def source(feed: Feed) -> None:
        begun.append("once more")
        raise RuntimeError("the broker said something new")

    feed = Feed([source], linger_s=60)
    for _ in range(2):
        with feed.joined(None, nothing) as client:
            assert await client.take() is None
    assert len(begun) == 2
    assert "the broker said something new" in caplog.text
