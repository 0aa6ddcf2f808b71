"""The feed of the live page: ids and what a client missed, bounds, slow clients, and rest while nobody watches."""

import asyncio

import pytest

from agents.web.feed import KEPT_BYTES, KEPT_MESSAGES, QUEUE_BYTES, Client, Feed, Source


def nothing() -> None:
    """Drop no connection."""


async def taken(client: Client) -> str:
    return (await client.take() or b"").decode()


async def test_client_gets_what_was_told_before_and_what_comes_in_order() -> None:
    feed = Feed([])
    with feed.joined(None, nothing) as first:
        feed.publish("article", b"1")
        assert "event: article\ndata: 1\n\n" in await taken(first)
        with feed.joined(None, nothing) as second:
            feed.publish("article", b"2")
            assert [line for line in (await taken(second)).splitlines() if line.startswith("data")] == ["data: 1", "data: 2"]


async def test_client_that_comes_back_gets_what_it_missed_and_nothing_twice() -> None:
    feed = Feed([], linger_s=60)
    with feed.joined(None, nothing) as client:
        for number in range(3):
            feed.publish("article", str(number).encode())
        ids = [line.removeprefix("id: ") for line in (await taken(client)).splitlines() if line.startswith("id")]
    with feed.joined(ids[1], nothing) as client:
        told = await taken(client)
    assert "data: 2" in told
    assert "data: 1" not in told
    assert "gap" not in told
    await feed.close()


async def test_client_with_an_id_of_another_worker_or_time_is_told_of_the_gap_and_gets_all_that_is_kept() -> None:
    feed = Feed([])
    with feed.joined(None, nothing):
        for number in range(KEPT_MESSAGES + 2):
            feed.publish("article", str(number).encode())
        for unknown in ("deadbeef-7", "nonsense", f"{feed._epoch}-1"):
            with feed.joined(unknown, nothing) as client:
                told = await taken(client)
                assert told.startswith("event: gap\n"), unknown
                assert "data: 2\n" in told
                assert "data: 1\n" not in told


async def test_what_is_kept_is_bounded_in_number_and_in_bytes() -> None:
    feed = Feed([])
    with feed.joined(None, nothing):
        for _ in range(3 * KEPT_MESSAGES):
            feed.publish("article", b"x")
        assert len(feed._kept) == KEPT_MESSAGES
        for _ in range(6):
            feed.publish("article", b"x" * (KEPT_BYTES // 4))
        assert sum(len(message) for _, message in feed._kept) <= KEPT_BYTES


async def test_slow_client_is_dropped_and_the_others_go_on() -> None:
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


async def test_sources_run_only_while_somebody_watches_and_then_nothing_is_kept() -> None:
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
    assert not feed._kept
    with feed.joined(None, nothing):
        await asyncio.sleep(0)
        assert notes == ["runs", "rests", "runs"]
    await feed.close()


async def test_page_that_is_loaded_again_finds_the_sources_still_running() -> None:
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


async def test_source_that_fails_is_logged_and_begins_again_with_the_clients(caplog: pytest.LogCaptureFixture) -> None:
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
