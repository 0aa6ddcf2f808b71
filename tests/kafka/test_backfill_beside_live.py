"""A month of dumps beside live ones: the past waits until there is room, and changes no verdict of the present."""

import asyncio
import json
import re
from dataclasses import replace

import orjson
import pytest

from agents.settings import Settings
from streams.messages.envelope import ENVELOPE_TYPE
from streams.records import Headers, Incoming
from streams.topics import TopicName
from tests.deliveries import dumps, verdicts
from tests.kafka.test_worker import get
from tests.kafka.worker import View, Worker, until

pytestmark = pytest.mark.kafka

LAG = 4
LIVE = dumps(60)


def a_month_before(number: int, value: bytes) -> tuple[bytes, Headers]:
    """Return the same page as it was fetched, from another address, on a day of the month before."""
    envelope = json.loads(value) | {"url": f"https://past.example/{number}", "fetched_at": f"2025-06-{number % 30 + 1:02}T12:00:00Z"}
    return json.dumps(envelope).encode(), (("content-type", ENVELOPE_TYPE.encode()),)


PAST = [a_month_before(number, value) for number, (value, _) in enumerate(dumps(400))]


def is_past(message: Incoming) -> bool:
    return b"https://past.example/" in message.value


async def test_the_past_waits_while_the_present_is_behind_and_changes_none_of_its_verdicts(settings: Settings, view: View) -> None:
    with Worker(replace(settings, backfill_lag=LAG), arguments=("--only", "split")) as splitting:
        splitting.address()
        live_dumps = iter(LIVE)
        while await view.waiting("articles") <= LAG:  # until more messages wait than may, which nobody judges yet
            await view.send("dumps", *next(live_dumps), None)
        await asyncio.gather(*(view.send("dumps.backfill", value, headers, None, at % 6) for at, (value, headers) in enumerate(PAST)))
        await until(lambda: waiting_of_the_past(splitting, settings) > LAG)
        for value, headers in live_dumps:
            await view.send("dumps", value, headers, None)
        while await view.waiting("dumps"):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)
        assert await view.committed("dumps.backfill") == 0
        assert not any(map(is_past, await view.topic(TopicName.ARTICLES)))
        assert get(splitting, "/livez")[0] == 200
        with Worker(settings, arguments=("--only", "deduplicate,classify")):
            await view.settled()
    out = await view.topic(TopicName.ARTICLES)
    assert sum(map(is_past, out)) > 1
    published = [orjson.loads(one.value) for name in ("events", "duplicates") for one in await view.topic(name)]
    live = {event["id"]: event["duplicate"] for event in published if not event["source"]["url"].startswith("https://past.example/")}
    assert len(published) == 3 * (len(PAST) + len(LIVE))
    assert live == verdicts([message for message in out if not is_past(message)], settings.prefix)
    assert any(live.values())


def waiting_of_the_past(worker: Worker, settings: Settings) -> float:
    name = re.escape(settings.topic(TopicName.BACKFILL))
    return sum(map(float, re.findall(rf'news_lag_messages\{{partition="\d",topic="{name}"\}} (\S+)', get(worker, "/metrics")[1])))
