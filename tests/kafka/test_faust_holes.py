"""What Faust alone gets wrong (a decode error, an exception in a body, a batch cancelled by SIGTERM, an offset past one in flight, a
partition that stops moving): each would lose something here, or be silent.

The others have tests of their own: an empty or trimmed index (test_index.py), aborted batches seen by a later stage (test_worker.py).
"""

import asyncio
import re
import signal
from dataclasses import replace

import pytest

from agents.settings import Settings
from streams.records import Headers
from streams.topics import TopicName
from tests.contract import header, page, text_dump, values
from tests.kafka.spoiled import HELD, is_held, release
from tests.kafka.test_worker import get
from tests.kafka.worker import LIMIT_S, View, Worker, until
from tests.stories import story

pytestmark = pytest.mark.kafka


def dump(number: int, more: str = "") -> tuple[bytes, Headers]:
    return text_dump(page(number, body=f"{story(number)} {more}"), f"https://holes.example/{number}")


async def published(view: View) -> list[str]:
    """Return the last part of each address, in order, copies too."""
    found = [event["source"]["url"] for name in ("events", "duplicates") for event in values(await view.topic(name))]
    return sorted(url.rsplit("/", 1)[1] for url in found)


async def test_what_cannot_be_decoded_dies_alone_on_every_internal_topic(settings: Settings, view: View) -> None:
    for topic in ("articles", "judged"):
        for value in (b"\xff\xfe", b'{"batch":[{}]}', b""):
            await view.send(topic, value, (), b"\xff\xfe")
    await view.send("dumps", *dump(1), None)
    with Worker(settings):
        await view.settled()
        letters = await view.topic(TopicName.DEAD_LETTERS)
        assert sorted((header(one, "__connect.errors.stage"), header(one, "__connect.errors.exception.class.name")) for one in letters) == (
            [("classify", "bad-envelope")] * 3 + [("deduplicate", "bad-envelope")] * 3
        )
        assert await published(view) == ["1"]


@pytest.mark.usefixtures("held")
async def test_exception_in_the_body_of_an_agent_ends_the_worker_and_loses_nothing(settings: Settings, view: View) -> None:
    await asyncio.gather(*(view.send("dumps", *dump(number), None) for number in range(1, 6)))
    worker = Worker(settings, spoiled="raising")
    worker.start()
    assert await asyncio.to_thread(worker.wait) == 1
    assert not is_held()
    with worker:
        await view.settled()
        assert await published(view) == ["1", "2", "3", "4", "5"]


async def test_worker_stays_in_its_group_after_an_error_that_aiokafka_leaves_to_its_caller(settings: Settings, view: View) -> None:
    with Worker(replace(settings, session_timeout=3), spoiled="heartbeat_fails_once") as worker:
        await asyncio.to_thread(worker.until_logged, r"joining it again: KafkaError.*invented failure(.*\n)+.*assigned partitions=")
        await view.send("dumps", *dump(1), None)
        await view.settled()
        assert await published(view) == ["1"]


@pytest.mark.usefixtures("held")
async def test_batch_that_is_cancelled_by_sigterm_commits_nothing_and_the_stop_ends_within_its_limit(
    settings: Settings, view: View
) -> None:
    worker = Worker(settings, spoiled="held")
    worker.start()
    await view.send("dumps", *dump(1, HELD), None)
    await asyncio.to_thread(worker.until_logged, "held")
    for number in range(2, 5):
        await view.send("dumps", *dump(number), None)
    assert await asyncio.to_thread(worker.end, signal.SIGTERM) in {0, 1}
    assert "Traceback" not in worker.log()
    assert [await view.committed("dumps"), await published(view)] == [0, []]
    release()
    with worker:
        await view.settled()
        assert await published(view) == ["1", "2", "3", "4"]


async def test_batch_that_never_ends_fails_livez_by_the_names_of_its_partitions(settings: Settings, view: View) -> None:
    # The first batch of a worker loads the names of places: some seconds where other processes keep the cores busy.
    with Worker(replace(settings, stall_timeout=8), spoiled="stuck") as worker:
        await view.send("dumps", *dump(2), None, partition=1)
        async with asyncio.timeout(LIMIT_S):
            while await published(view) != ["2"]:  # noqa: ASYNC110 - the broker knows when, and tells nobody
                await asyncio.sleep(0.05)
        await view.send("dumps", *dump(1), None)
        await until(lambda: get(worker, "/livez")[0] == 503)
        assert re.fullmatch(rf"{settings.topic('dumps')}-0 has not moved for \d+ s", get(worker, "/livez")[1])
        await asyncio.to_thread(worker.end, signal.SIGKILL)  # a stop would wait for the partition
    with Worker(settings):
        await view.settled()
        assert await published(view) == ["1", "2"]
