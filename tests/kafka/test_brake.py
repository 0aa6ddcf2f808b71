"""No producer's mistake stops a worker; a defect pauses its topic, with a reason everywhere, until a tried record does not fail."""

import asyncio
import re
from dataclasses import replace

import pytest

from agents.settings import Settings
from streams.topics import TopicName
from tests.contract import header, page, text_dump
from tests.kafka.spoiled import BUG
from tests.kafka.test_worker import get
from tests.kafka.worker import View, Worker, until
from tests.stories import story

pytestmark = pytest.mark.kafka


async def test_a_mass_of_empty_messages_stops_no_worker(settings: Settings, view: View) -> None:
    with Worker(settings) as worker:
        await asyncio.gather(*(view.send("dumps", b"", (), None, partition=number % 6) for number in range(400)))
        await view.settled()
        await view.send("dumps", *text_dump(page(1), "https://brake.example/"), None, partition=1)
        await view.settled()
        assert get(worker, "/readyz")[0] == 200
        assert "brake" not in worker.log()
    assert len(await view.topic(TopicName.EVENTS)) == 1
    assert len(await view.topic(TopicName.DEAD_LETTERS)) == 400


async def test_a_defect_pauses_its_topic_until_a_tried_record_does_not_fail(settings: Settings, view: View) -> None:
    with Worker(replace(settings, brake_minimum=10), spoiled="buggy") as worker:
        await send(view, *(BUG for _ in range(10)))
        await asyncio.to_thread(worker.until_logged, r"brake on topic=\S+dumps bug=10 of the last 10 records")
        await send(view, BUG, BUG, "")
        await until(lambda: lag(worker) == 3)
        assert get(worker, "/livez") == (200, "alive")
        status, why = get(worker, "/readyz")
        cause = "bug=10 of the last 10 records, more than NEWS_BRAKE_SHARE=50 percent"
        assert status == 503
        assert why.startswith(f"the brake is on: {settings.prefix}.dumps: {cause}, next trial in ")
        assert re.search(r"^news_brake_on 1", get(worker, "/metrics")[1], re.MULTILINE)
        await asyncio.to_thread(worker.until_logged, r"(?s)(brake stays on.*){2}brake released")
        await view.settled()
        assert get(worker, "/readyz")[0] == 200
        assert re.search(r"^news_brake_on 0", get(worker, "/metrics")[1], re.MULTILINE)
    assert len(await view.topic(TopicName.EVENTS)) == 1
    reasons = [header(letter, "__connect.errors.exception.class.name") for letter in await view.topic(TopicName.DEAD_LETTERS)]
    assert reasons == ["bug"] * 12


async def send(view: View, *bodies: str) -> None:
    for number, body in enumerate(bodies):
        await view.send("dumps", *text_dump(page(number, body=body or story(number)), f"https://brake.example/{number}"), None)


def lag(worker: Worker) -> float:
    return sum(map(float, re.findall(r"news_lag_messages\{[^}]*\} (\S+)", get(worker, "/metrics")[1])))
