"""A step that never ends: its worker ends itself, the dump dies after two restarts, its neighbours go on."""

import asyncio
from dataclasses import replace

import pytest

from agents.settings import Settings
from streams.topics import TopicName
from tests.contract import values
from tests.kafka.crashes import dump, reasons, send, settled_with_restarts
from tests.kafka.kubelet import Kubelet
from tests.kafka.spoiled import ENDLESS
from tests.kafka.worker import View, Worker

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A dead worker is noticed soon: each test has several of them."""
    return replace(settings, session_timeout=2)


async def only_the_endless_one_died(view: View, killer: bytes, others: int) -> None:
    [letter] = letters = await view.topic(TopicName.DEAD_LETTERS)
    assert (letter.value, reasons(letters)) == (killer, [("split", "crash")])
    published = {event["source"]["url"] for name in ("events", "duplicates") for event in values(await view.topic(name))}
    assert published == {f"https://crash.example/{number}" for number in range(1, others + 1)}


@pytest.mark.timeout(480)  # the worker starts three times, and each sandbox imports all that a worker does
@pytest.mark.parametrize("spoiled", ["endless", "frozen"])
async def test_worker_ends_itself_by_a_dump_that_never_ends_and_the_dump_dies_after_two_restarts(
    settings: Settings, view: View, spoiled: str
) -> None:
    with Worker(replace(settings, stall_timeout=8), spoiled=spoiled) as worker:
        await send(view, [dump(1)])
        await view.settled()
        endless = dump(20, ENDLESS)
        await send(view, [dump(2), endless, dump(3)])
        assert await settled_with_restarts(worker, view) == [1, 1]
        assert ("a step has not ended" if spoiled == "endless" else "Timeout (0:00:13)!") in worker.log()
    await only_the_endless_one_died(view, endless[0], others=3)


@pytest.mark.timeout(600)  # NEWS_STALL_TIMEOUT twice, and two trials
async def test_dump_that_never_ends_passes_the_shipped_probes_and_settings(settings: Settings, view: View) -> None:
    settings = replace(settings, session_timeout=Settings().session_timeout)
    kubelet = Kubelet(settings, spoiled="endless")
    running = asyncio.create_task(kubelet.run())
    try:
        endless = dump(20, ENDLESS)
        await send(view, [dump(1), endless, *map(dump, range(2, 6))])
        await asyncio.gather(*(view.send("dumps", *dump(number), None, partition=number % 5 + 1) for number in range(6, 20)))
        await view.settled()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert 1 <= len(kubelet.restarts) <= 2, (kubelet.restarts, kubelet.worker.log())
    await only_the_endless_one_died(view, endless[0], others=19)
