"""One record of any producer stops nothing: a header name that is not UTF-8, and batches that decompress to more than the memory."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

from agents.client.diagnose import diagnose
from agents.client.replay import read_dead_letters
from agents.kafka.connect import client_options
from agents.settings import Settings
from streams.errors import Reason
from streams.messages.dead_letters import HASH_HEADER, KEPT_BYTES, LENGTH_HEADER, REASON_HEADER
from tests.contract import page, text_dump, values
from tests.kafka.test_flood import resident
from tests.kafka.test_worker import get
from tests.kafka.worker import View, Worker
from tests.record_batches import CODECS

pytestmark = [pytest.mark.kafka, pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")]

MIB = 1024 * 1024
MAX_RESIDENT_BYTES = 512 * MIB
TEXT = b"The council of Port Clare met on Monday to talk about the old bridge over the river. "
Send = Callable[..., Any]


class NotUtf8(str):
    """A header name that is encoded as bytes which are not UTF-8."""

    def encode(self, *_: Any) -> bytes:
        return b"\xff\xfe"


@pytest.fixture
async def send_batch(settings: Settings) -> AsyncIterator[Send]:
    """Send records as one batch, of any size, to a partition of a topic."""
    producer = AIOKafkaProducer(**client_options(settings), max_request_size=64 * MIB)
    await producer.start()

    async def send(
        records: list[tuple[bytes, list[tuple[str, bytes]]]], *, codec: str = "none", partition: int = 0, topic: str = "dumps"
    ) -> None:
        batch: Any = producer.create_batch()
        batch._builder = _DefaultRecordBatchBuilderPy(2, CODECS[codec], 0, -1, -1, -1, 1 << 40)
        for value, headers in records:
            assert batch.append(timestamp=None, key=b"hostile", value=value, headers=headers) is not None
        await (await producer.send_batch(batch, settings.topic(topic), partition=partition))

    yield send
    await producer.stop()


async def test_header_name_that_is_not_utf_8_is_a_dead_letter_and_stops_neither_worker_nor_doctor(
    settings: Settings, view: View, send_batch: Send
) -> None:
    with Worker(settings) as worker:
        worker.address()
        await send_batch([(TEXT, [(NotUtf8("x"), b"v")])])
        for topic in ("index", "events", "duplicates", "judged"):
            await send_batch([(TEXT, [(NotUtf8("x"), b"v")])], topic=topic)
        await view.send("dumps", *text_dump(page(1), "https://after.example/"), None)
        await view.settled()
        assert "Traceback" not in worker.log()
        worker.restart()
        worker.until_logged(
            r"records skipped topic=\S+\.index partition=0 offset=0 count=1 reason=record: the name of header 0 is not UTF-8"
        )
        await view.send("dumps", *text_dump(page(2), "https://later.example/"), None)
        await view.settled()
        metrics = (await asyncio.to_thread(get, worker, "/metrics"))[1]
        assert re.search(rf'news_records_skipped_total{{reason="record",topic="{settings.prefix}.index"}} 1', metrics)
        assert "Traceback" not in worker.log()
    await send_batch([(TEXT, [(NotUtf8("x"), b"v")])], topic="dead-letters")
    letters = [letter async for letter in read_dead_letters(settings)]
    assert [(letter.value, letter.texts[REASON_HEADER]) for letter in letters] == [(TEXT, Reason.BAD_ENVELOPE)] * 2
    await send_batch([(TEXT, [(NotUtf8("x"), b"v")])])
    (lag,) = [finding.state async for finding in diagnose(settings) if finding.subject == "lag"]
    assert lag == f"1 on {settings.topic('dumps')}"


@pytest.mark.parametrize("codec", ["zstd", "gzip", "lz4"])
async def test_batches_that_decompress_to_more_than_the_memory_are_read_record_by_record(
    codec: str, settings: Settings, view: View, send_batch: Send
) -> None:
    if codec == "zstd":
        pytest.importorskip("backports.zstd")
    huge = TEXT * (600 * MIB // len(TEXT))
    dump = b"\x89PNG" + TEXT * (9 * MIB // len(TEXT))  # refused at once, so that the test takes no time for splitting
    with Worker(settings) as worker:
        worker.address()
        await send_batch([(huge, [("source-url", b"https://huge.example/")])], codec=codec)
        await send_batch([(dump, [])] * 50, codec=codec, partition=1)
        await view.send("dumps", *text_dump(page(1), "https://beside.example/"), None, 2)
        await view.settled()
        assert resident(worker) < MAX_RESIDENT_BYTES
        assert "Traceback" not in worker.log()
    assert [event["source"]["url"] for event in values(await view.topic("events"))] == ["https://beside.example/"]
    letters = [letter async for letter in read_dead_letters(settings)]
    reasons = sorted(letter.texts[REASON_HEADER] for letter in letters)
    assert reasons == [Reason.NOT_DECODABLE] * 50 + [Reason.TOO_LARGE]
    (too_large,) = [letter for letter in letters if letter.texts[REASON_HEADER] == Reason.TOO_LARGE]
    assert too_large.value == huge[:KEPT_BYTES]
    assert too_large.texts[LENGTH_HEADER] == str(len(huge))
    assert too_large.texts[HASH_HEADER] == hashlib.sha256(huge).hexdigest()
    assert too_large.texts["source-url"] == "https://huge.example/"
