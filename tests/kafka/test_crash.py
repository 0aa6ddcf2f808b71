"""What kills its worker ends as a dead letter, its neighbours go on; a worker killed by others condemns nobody."""

import asyncio
import signal
from dataclasses import replace

import pytest

from agents.settings import Settings
from streams.records import Headers, Incoming
from streams.topics import TopicName
from tests.command import newsmill
from tests.contract import header, page, text_dump, values
from tests.kafka.kubelet import Kubelet
from tests.kafka.spoiled import ENDLESS, HELD, KILLER, release
from tests.kafka.worker import View, Worker
from tests.stories import headline, story

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A dead worker is noticed soon: each test has several of them."""
    return replace(settings, session_timeout=2)


def dump(number: int, more: str = "") -> tuple[bytes, Headers]:
    return text_dump(page(number, body=f"{story(number)} {more}"), f"https://crash.example/{number}")


async def send(view: View, dumps: list[tuple[bytes, Headers]]) -> None:
    await asyncio.gather(*(view.send("dumps", value, headers, None) for value, headers in dumps))


async def settled_with_restarts(worker: Worker, view: View) -> list[int]:
    """Return how the worker ended each time until all was done; it is started again at once, as an orchestrator does."""
    ended: list[int] = []
    settling = asyncio.create_task(view.settled())
    while not settling.done():
        assert worker.process is not None
        status = worker.process.poll()
        if status is not None:
            ended.append(status)
            worker.start()
        await asyncio.sleep(0.05)
    await settling
    return ended


def reasons(letters: list[Incoming]) -> list[tuple[str | None, str | None]]:
    return sorted((header(one, "__connect.errors.stage"), header(one, "__connect.errors.exception.class.name")) for one in letters)


async def test_dump_that_kills_its_worker_is_found_after_two_deaths_and_its_neighbours_are_published(
    settings: Settings, view: View
) -> None:
    with Worker(settings, spoiled="deadly") as worker:
        await send(view, [dump(1)])
        await view.settled()
        killer = text_dump(page(20, body=f"{story(20)} {KILLER.upper()}"), "https://crash.example/20")
        await send(view, [*map(dump, range(2, 20)), killer, *map(dump, range(21, 40))])
        assert await settled_with_restarts(worker, view) == [-signal.SIGKILL] * 2
        [letter] = letters = await view.topic(TopicName.DEAD_LETTERS)
        assert (letter.value, reasons(letters)) == (killer[0], [("split", "crash")])
        published = {event["source"]["url"] for name in ("events", "duplicates") for event in values(await view.topic(name))}
        assert published == {f"https://crash.example/{number}" for number in range(1, 40) if number != 20}
        assert worker.process is not None
        assert worker.process.poll() is None


async def test_article_that_kills_its_worker_at_a_later_stage_dies_alone(settings: Settings, view: View) -> None:
    lines = [headline(1), story(1), "Hashtags", "", "Try Our AI Features", "Explore what Daily8 AI can do for you:"]
    lines += ["Comments", "No comments yet...", "Related Articles"]
    for number in (2, 3):
        body = f"{story(number)} {KILLER if number == 2 else ''}"
        lines += ["", "", f"Outlet {number}", "10 hours ago", f"- Outlet {number}", headline(number), body]
    with Worker(settings, spoiled="deadly") as worker:
        await send(view, [text_dump("\n".join(lines), "https://crash.example/three")])
        await settled_with_restarts(worker, view)
        [letter] = letters = await view.topic(TopicName.DEAD_LETTERS)
        assert reasons(letters) == [("classify", "crash")]
        assert [judged["article"]["title"] for judged in values([letter])[0]["batch"]] == [headline(2)]
        assert {event["title"] for event in values(await view.topic(TopicName.EVENTS))} == {headline(1), headline(3)}
    sent_back = await asyncio.to_thread(newsmill, "dead-letters", "replay", "--reason", "crash", env=settings.to_env())
    assert "1 dead letters sent back" in sent_back.notes
    with Worker(settings):  # one that was mended
        await view.settled()
    published = {event["title"]: event["id"] for event in values(await view.topic(TopicName.EVENTS))}
    assert published.keys() == {headline(1), headline(2), headline(3)}
    assert published[headline(2)] == values([letter])[0]["batch"][0]["article"]["id"]


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


@pytest.mark.usefixtures("held")
async def test_dump_whose_worker_is_killed_by_others_again_and_again_is_published(settings: Settings, view: View) -> None:
    worker = Worker(settings, spoiled="held")
    await send(view, [dump(1, HELD)])
    for times in (1, 2, 3):
        worker.start()
        await asyncio.to_thread(worker.until_logged, r"(?s)" + "assigned.*held.*" * times)
        await asyncio.to_thread(worker.end, signal.SIGKILL)
    assert "may have crashed a worker" in worker.log()
    release()
    with worker:
        await view.settled()
    assert len(await view.topic(TopicName.EVENTS)) == 1
    assert not await view.topic(TopicName.DEAD_LETTERS)
