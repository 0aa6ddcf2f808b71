"""Finding the newest events, with a fake consumer: how far back it reads, and only what is new the next time."""

from collections.abc import Iterable

import pytest

from agents.client import newest_events
from agents.client.event_filter import EventFilter
from agents.client.newest_events import FIRST_RECORDS, MAX_BODY_CHARACTERS, NewestEvents
from agents.settings import Settings
from tests.agents.client.fake_log import FIRST, SECOND, FakeLog, install


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> FakeLog:
    fake = FakeLog()
    install(fake, monkeypatch, newest_events)
    return fake


def numbers(found: Iterable[newest_events.NewestEvent]) -> list[int]:
    return [int(each.event["id"], 16) for each in found]


async def test_newest_of_all_partitions_come_by_time_each_id_once(log: FakeLog) -> None:
    for number, partition in ((1, FIRST), (4, FIRST), (2, SECOND), (3, SECOND), (3, SECOND)):
        log.append(partition, number)
    assert numbers(await NewestEvents(Settings(), EventFilter(), 3).update()) == [4, 3, 2]


async def test_it_reads_back_only_as_far_as_it_must(log: FakeLog) -> None:
    for number in range(1000):
        log.append(FIRST, number, language="es" if number == 10 else "en")
    await NewestEvents(Settings(), EventFilter(), 50).update()
    assert log.read == FIRST_RECORDS
    assert numbers(await NewestEvents(Settings(), EventFilter(facets={"language": ["es"]}), 50).update()) == [10]


async def test_next_time_it_reads_what_is_new(log: FakeLog) -> None:
    for number in range(300):
        log.append(FIRST, number)
    newest = NewestEvents(Settings(), EventFilter(), 2)
    await newest.update()
    log.read = 0
    log.append(SECOND, 900)
    assert numbers(await newest.update()) == [900, 299]
    assert log.read == 1


async def test_of_a_long_text_the_beginning_is_kept(log: FakeLog) -> None:
    log.append(FIRST, 1, body="x" * 1_000_000)
    [found] = await NewestEvents(Settings(), EventFilter(), 2).update()
    assert len(found.event["body"]) == MAX_BODY_CHARACTERS
    assert [label["evidence"] for label in found.event["regions"]] == [[] for _ in found.event["regions"]]
