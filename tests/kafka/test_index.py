"""The topic `news.index` as it may be found: with an aborted batch in it, without its head, empty, not to be read, kept too short."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import RecordsToDelete

from agents.kafka.connect import admin, client_options
from agents.kafka.topics import declared_topics
from agents.settings import Settings
from streams.deduplicate.changes import pack_changes
from streams.deduplicate.index import CopyIndex
from streams.messages.codec import decode_judged, encode_article, encode_batches
from streams.records import Article, Judged
from streams.topics import Topic, TopicName
from tests.driver import NOW
from tests.kafka.conftest import settings_of_their_own
from tests.kafka.worker import View, Worker
from tests.streams.invented_texts import article, take, text

pytestmark = pytest.mark.kafka


class Judge:
    """A worker that judges English articles, those of partition 0, and is gone between the times that it is asked."""

    def __init__(self, settings: Settings, view: View) -> None:
        self.settings = settings
        self.view = view

    def worker(self) -> Worker:
        return Worker(self.settings, arguments=("--only", "deduplicate"))

    async def judge(self, articles: Iterable[Article]) -> list[Judged]:
        """Return what a new worker makes of articles, each a message of its own; those that it saw before are missing."""
        before = len(await self.view.topic(TopicName.JUDGED))
        for one in articles:
            [value] = encode_batches([encode_article(one)])
            await self.view.send("articles", value, (), None)
        worker = self.worker()
        worker.start()
        while await self.view.waiting("articles"):
            assert worker.process is not None
            assert worker.process.poll() is None, worker.log()
            await asyncio.sleep(0.05)
        await asyncio.to_thread(worker.end, signal.SIGKILL)
        return [judged for message in (await self.view.topic(TopicName.JUDGED))[before:] for judged in decode_judged(message.value)]

    async def cut_index(self, end: int) -> None:
        """Delete the records of the index before this offset, -1 for all: as retention does, but now."""
        async with admin(self.settings) as client:
            await client.delete_records({TopicPartition(self.settings.topic(TopicName.INDEX), 0): RecordsToDelete(before_offset=end)})


@pytest.fixture
async def judging(settings: Settings) -> AsyncIterator[Judge]:
    view = View(settings)
    await view.start()
    yield Judge(settings, view)
    await view.stop()


def copies(judged: Iterable[Judged]) -> list[str | None]:
    return [one.duplicate.of if one.duplicate else None for one in judged]


def index_record(one: Article) -> bytes:
    change = take(CopyIndex(), one).change
    assert change is not None
    return pack_changes([change], now=NOW, backfill=False)


async def test_index_without_its_head_or_empty_is_read_and_what_is_gone_is_forgotten(judging: Judge) -> None:
    first, second = article(1, text(1)), article(2, text(2))
    assert copies(await judging.judge([first, second])) == [None, None]
    records = await judging.view.topic(TopicName.INDEX)
    assert [record.partition for record in records] == [0] * len(records)
    await judging.cut_index((records[1].offset or 0) if len(records) > 1 else 0)
    assert copies(await judging.judge([article(3, text(1)), article(4, text(2))])) == [None, second.id]
    await judging.cut_index(-1)
    assert copies(await judging.judge([article(5, text(1)), article(6, text(1))])) == [None, article(5, "").id]


async def test_index_changes_of_an_aborted_batch_were_never_made(judging: Judge) -> None:
    settings, one = judging.settings, article(1, text(1))
    async with AIOKafkaProducer(**client_options(settings), transactional_id=f"{settings.prefix}-test") as producer:
        await producer.begin_transaction()
        await producer.send_and_wait(settings.topic(TopicName.INDEX), index_record(one), partition=0)
        await producer.abort_transaction()
    assert [judged.article.id for judged in await judging.judge([one])] == [one.id]


async def test_index_record_that_cannot_be_read_ends_the_worker_with_what_to_do(judging: Judge) -> None:
    await judging.view.send("index", b"\x09of a later version", (), None)
    worker = judging.worker()
    worker.start()
    assert await asyncio.to_thread(worker.wait) == 1
    assert f"{judging.settings.topic('index')}-0 offset 0: index record of version 9: a newer newsmill wrote it" in worker.log()
    assert "upgrade this worker" in worker.log()
    assert not await judging.view.topic(TopicName.JUDGED)


def short_index(settings: Settings) -> list[Topic]:
    return [replace(topic, retention_ms=3_600_000) if topic.name == "index" else topic for topic in declared_topics(settings)]


def test_worker_refuses_an_index_that_is_kept_for_less_than_the_window(brokers: str, tmp_path: Path) -> None:
    worker = Worker(settings_of_their_own(Settings(brokers=brokers), tmp_path, short_index))
    worker.start()
    assert worker.wait() == 1
    assert f"{worker.settings.topic('index')}: retention.ms=3600000, at least 604800000 for NEWS_COPY_WINDOW" in worker.log()
    assert "Traceback" not in worker.log()
