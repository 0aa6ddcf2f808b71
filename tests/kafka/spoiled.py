"""`newsmill` with something broken or changed in it: `python -m tests.kafka.spoiled NAME[,NAME…] worker …`."""

import asyncio
import logging
import os
import re
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata
from faust.types import TP

from agents import service
from agents.cli.main import main
from agents.kafka.record_batches import batches_of
from agents.worker import brake, sandbox
from agents.worker.owned import PartitionBatch
from agents.worker.publish import Publisher
from agents.worker.runner import ByPartition, StageRunner
from agents.worker.transaction import partitions_by_topic
from streams import pipeline
from streams.counts import StageName
from streams.deduplicate import story_changes
from streams.deduplicate.changes import Change
from streams.messages import codec
from streams.messages.codec import MAX_BATCH_BYTES
from streams.output import Output
from streams.records import Article, Judged
from streams.topics import MAX_MESSAGE_BYTES, TopicName

KILLER = "This one ends its worker."
ENDLESS = "This one never ends."
BUG = "This one meets a defect."
HELD = "This one is held."
HOLD = "NEWSMILL_TEST_HOLD"
HEARTBEATS_BEFORE = 2
# A tag that no release uses.
NEXT_SECTION = 0xFFFE
# The functions that write internal records, and the modules in whose names the stages find them.
WRITERS = {"encode_article": codec, "encode_judged": pipeline, "pack_changes": story_changes}

log = logging.getLogger(__name__)


def is_held() -> bool:
    """Return whether the file is there that a test holds its worker with."""
    return Path(os.environ[HOLD]).exists()


def release() -> None:
    """Take that file away."""
    Path(os.environ[HOLD]).unlink()


def deadly() -> None:
    """A text ends its process at split, and an article with it at classify, as a crash in a native library would."""
    _before("decode_dump", lambda body, *_: _end_at(KILLER.upper().encode() in body))
    _before("labels_of", lambda _, body, *__: _end_at(KILLER in body))


def endless() -> None:
    """A text never ends at split."""

    def never_end(body: bytes, *_: Any) -> None:
        while ENDLESS.encode() in body:
            pass

    _before("decode_dump", never_end)


def frozen() -> None:
    """A text never ends at split, in a library that keeps the interpreter lock: no thread of the process runs any more."""

    def freeze(body: bytes, *_: Any) -> None:
        if ENDLESS.encode() in body:
            re.match(r"(a+)+$", "a" * 60 + "b")

    _before("decode_dump", freeze)


def buggy() -> None:
    """A text meets a defect at split, and the brake tries the next record soon."""
    brake.HOLD_S = 3.0

    def fail(body: bytes, *_: Any) -> None:
        if BUG.encode() in body:
            raise ZeroDivisionError

    _before("decode_dump", fail)


def held() -> None:
    """A dump is worked on for as long as a file is there; a worker that is told to stop does not wait for it for long."""
    service.STOP_LIMIT_S = 6

    def hold(body: bytes, *_: Any) -> None:
        while HELD.encode() in body and is_held():
            log.warning("held")
            time.sleep(0.05)

    _before("decode_dump", hold)


def heartbeat_fails_once() -> None:
    """A heartbeat raises an error that aiokafka leaves to its caller, once, a while after the first one."""
    known, beats = GroupCoordinator._do_heartbeat, count()

    async def do_heartbeat(coordinator: GroupCoordinator) -> bool:
        if next(beats) == HEARTBEATS_BEFORE:
            raise KafkaError("the invented failure of a heartbeat")
        return await known(coordinator)

    GroupCoordinator._do_heartbeat = do_heartbeat  # type: ignore[method-assign, assignment]


def stuck() -> None:
    """A batch with something of the first partition of the dumps never ends."""
    known = StageRunner._run_batch

    async def run_batch(runner: StageRunner, name: StageName, parts: ByPartition, *rest: Any) -> None:
        if TopicPartition(runner.settings.topic(TopicName.DUMPS), 0) in parts:
            await asyncio.Event().wait()
        await known(runner, name, parts, *rest)

    StageRunner._run_batch = run_batch  # type: ignore[method-assign, assignment]


def raising() -> None:
    """The body of an agent fails once, if a file is there."""
    known = StageRunner._run_batch

    async def run_batch(runner: StageRunner, *rest: Any) -> None:
        if is_held():
            release()
            raise RuntimeError("a mistake in the body of an agent")
        await known(runner, *rest)

    StageRunner._run_batch = run_batch  # type: ignore[method-assign, assignment]


def open_transaction() -> None:
    """A transaction stays open, with its messages sent, for as long as a file is there."""
    known = AIOKafkaProducer.send_offsets_to_transaction

    async def send_offsets(producer: AIOKafkaProducer, *rest: Any) -> None:
        while is_held():
            log.warning("held")
            await asyncio.sleep(0.05)
        await known(producer, *rest)

    AIOKafkaProducer.send_offsets_to_transaction = send_offsets  # type: ignore[method-assign, assignment]


def offset_first() -> None:
    """The input's offset is committed before its outputs are sent, as with an ordinary consumer: what dies in between is lost."""
    known = Publisher.publish

    async def publish(publisher: Publisher, parts: Sequence[PartitionBatch], *rest: Any) -> Any:
        producer, offsets = parts[0].owned.producer, {part.partition: OffsetAndMetadata(part.next_offset, "") for part in parts}
        async with producer.transaction():
            await producer.send_offsets_to_transaction(offsets, publisher._app_id)
        return await known(publisher, parts, *rest)

    Publisher.publish = publish  # type: ignore[method-assign, assignment]


def without_transactions() -> None:
    """Outputs are sent as they are, by ordinary producers, and the offset is committed after them by Faust's consumer: at least once."""
    shells: list[StageRunner] = []
    begin = StageRunner.__init__

    def keep(runner: StageRunner, *arguments: Any) -> None:
        begin(runner, *arguments)
        shells.append(runner)

    def producer(publisher: Publisher, *_: object) -> AIOKafkaProducer:
        sizes: dict[str, Any] = {"max_batch_size": MAX_BATCH_BYTES, "max_request_size": MAX_MESSAGE_BYTES}
        return AIOKafkaProducer(**publisher._options, compression_type="zstd", **sizes)

    async def publish(_: Publisher, parts: Sequence[PartitionBatch], work: Callable[[], Awaitable[Output]]) -> Output:
        output, producer = await work(), parts[0].owned.producer
        partitions = await partitions_by_topic(producer, {message.topic for message in output.messages})
        batches = batches_of(producer, output.messages, partitions)
        await asyncio.gather(*[await producer.send_batch(batch, topic, partition=number) for topic, number, batch in batches])
        await shells[0].consumer._thread.commit({TP(*part.partition): part.next_offset for part in parts})
        for part in parts:
            part.owned.next_offset, part.owned.failed = part.next_offset, False
        return output

    StageRunner.__init__ = keep  # type: ignore[method-assign, assignment]
    Publisher._producer = producer  # type: ignore[method-assign, assignment]
    Publisher.publish = publish  # type: ignore[method-assign, assignment]


def next_version() -> None:
    """Write internal records as a later version may: with fields and a section that this version does not know."""
    written = {name: getattr(module, name) for name, module in WRITERS.items()}

    def encode_article(article: Article) -> bytes:
        return bytes(written["encode_article"](replace(article, extra={**article.extra, "next_urgency": {"level": 3}})))

    def encode_judged(judged: Judged) -> bytes:
        duplicate = judged.duplicate and replace(judged.duplicate, extra={**judged.duplicate.extra, "next_words": 40})
        return bytes(written["encode_judged"](replace(judged, duplicate=duplicate, extra={**judged.extra, "next_trail": ["judged"]})))

    def pack_changes(changes: Sequence[Change], now: int, backfill: bool, sections: Mapping[int, bytes] | None = None) -> bytes:
        return bytes(written["pack_changes"](changes, now, backfill, {**(sections or {}), NEXT_SECTION: b"of a later version"}))

    for write in (encode_article, encode_judged, pack_changes):
        setattr(WRITERS[write.__name__], write.__name__, write)


def _before(name: str, meddle: Callable[..., None]) -> None:
    known = getattr(pipeline, name)

    def meddled(*arguments: Any, **named: Any) -> Any:
        meddle(*arguments)
        return known(*arguments, **named)

    setattr(pipeline, name, meddled)


def _end_at(is_killer: bool) -> None:
    if is_killer:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    for name in sys.argv[1].split(","):
        globals()[name]()
    sandbox.COMMAND = (sys.executable, "-m", "tests.kafka.spoiled", sys.argv[1], "sandbox")
    if sys.argv[2] == "sandbox":
        sandbox.main()
    else:
        main(sys.argv[2:])
