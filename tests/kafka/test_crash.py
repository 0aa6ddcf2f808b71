"""What kills its worker ends as a dead letter, its neighbours go on; a worker killed by others condemns nobody."""

import asyncio
import signal
from dataclasses import replace

import pytest

from agents.settings import Settings
from streams.topics import TopicName
from tests.command import newsmill
from tests.contract import page, text_dump, values
from tests.kafka.crashes import dump, reasons, send, settled_with_restarts
from tests.kafka.spoiled import HELD, KILLER, release
from tests.kafka.worker import View, Worker
from tests.stories import headline, story

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A dead worker is noticed soon: each test has several of them."""
    return replace(settings, session_timeout=2)


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
