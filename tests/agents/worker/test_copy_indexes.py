"""The copy index is restored from the whole of `news.index`, up to the high watermark, and never in part."""

import asyncio
import logging
import time
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import TopicPartition

from agents.errors import UserError
from agents.kafka.compat.decoder import Consumer
from agents.worker.copy_indexes import CopyIndexes
from streams.deduplicate.changes import Change, pack_changes
from streams.deduplicate.index import CopyConfig

TOPIC = "news.index"
NOW = 1_754_136_000


def record(number: int) -> bytes:
    change = Change(id=f"{number:032x}", content_id=f"{number:032x}", source=0, event=NOW, of=None, runs=0, sample=b"")
    return pack_changes([change], now=NOW, backfill=False)


class FakeConsumer:
    """A log of values by partition; None is a transaction marker. `readable`: the last stable offset."""

    def __init__(self, logs: dict[int, list[bytes | None]], readable: int | None = None, lagging: int | None = None) -> None:
        self.logs = {TopicPartition(TOPIC, number): log for number, log in logs.items()}
        self.readable, self.lagging = readable, lagging
        self.positions: dict[TopicPartition, int] = {}
        self.is_assigned = False

    def assign(self, partitions: list[TopicPartition]) -> None:
        self.is_assigned = True

    def unsubscribe(self) -> None:
        self.is_assigned = False

    async def seek_to_beginning(self, *partitions: TopicPartition) -> None:
        self.positions = dict.fromkeys(partitions, 0)

    async def getmany(self, *partitions: TopicPartition, timeout_ms: int) -> dict[TopicPartition, list[Any]]:
        await asyncio.sleep(0)
        found: dict[TopicPartition, list[Any]] = {}
        for partition in partitions:
            log, position = self.logs[partition], self.positions[partition]
            if position < (len(log) if self.readable is None else self.readable):
                self.positions[partition] += 1  # one record at a time, as a slow broker gives them
                if log[position] is not None:
                    found[partition] = [SimpleNamespace(value=log[position], topic=TOPIC, partition=partition.partition, offset=position)]
        return found

    async def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return {partition: len(self.logs[partition]) if self.readable is None else self.readable for partition in partitions}

    def highwater(self, partition: TopicPartition) -> int | None:
        """Known after the first fetch, as in aiokafka; `lagging` is that of a leader that was elected a moment ago."""
        known = len(self.logs[partition]) if self.lagging is None else self.lagging
        return known if self.positions[partition] else None

    async def position(self, partition: TopicPartition) -> int:
        return self.positions[partition]


def indexes(consumer: FakeConsumer) -> CopyIndexes:
    known = CopyIndexes(TOPIC, 6, {}, CopyConfig())
    known._consumer = cast(Consumer, consumer)
    return known


async def test_a_partition_that_was_added_to_the_articles_alone_has_an_empty_index() -> None:
    known = indexes(FakeConsumer({0: [record(1)]}))
    await known.restore({0, 7}, limit_s=60)
    assert {partition: len(index) for partition, index in known.by_partition.items()} == {0: 1, 7: 0}


async def test_every_record_of_every_partition_is_restored() -> None:
    consumer = FakeConsumer({0: [record(1), record(2), None, record(3), None], 3: [record(4), None]})
    known = indexes(consumer)
    await known.restore({0, 3}, limit_s=60)
    assert {partition: len(index) for partition, index in known.by_partition.items()} == {0: 3, 3: 1}
    assert not consumer.is_assigned


async def test_the_high_watermark_of_a_new_leader_may_lag_behind_what_was_committed() -> None:
    known = indexes(FakeConsumer({0: [record(number) for number in range(117)]}, lagging=39))
    await known.restore({0}, limit_s=60)
    assert len(known.by_partition[0]) == 117


async def test_a_partition_that_is_owned_no_more_has_no_index() -> None:
    known = indexes(FakeConsumer({0: [record(1)], 1: [record(2)]}))
    await known.restore({0, 1}, limit_s=60)
    await known.restore({1}, limit_s=60)
    assert set(known.by_partition) == {1}
    await known.restore(set(), limit_s=60)
    assert known.by_partition == {}


async def test_a_restore_that_is_cut_off_leaves_no_index_of_a_part() -> None:
    known = indexes(FakeConsumer({0: [record(1), record(2)]}, readable=1))
    await known.restore({0}, limit_s=0)
    await_more = asyncio.create_task(known.restore({0}, limit_s=3600))
    await asyncio.sleep(0.05)
    await_more.cancel()
    with pytest.raises(asyncio.CancelledError):
        await await_more
    assert known.by_partition == {}


async def test_open_transactions_are_waited_for_up_to_the_limit(caplog: pytest.LogCaptureFixture) -> None:
    known = indexes(FakeConsumer({0: [record(1), record(2)]}, readable=1))
    began = time.monotonic()
    with caplog.at_level(logging.WARNING):
        await known.restore({0}, limit_s=0.3)
    assert time.monotonic() - began >= 0.3
    assert len(known.by_partition[0]) == 1
    assert "open transactions on the index did not end" in caplog.text


async def test_a_record_that_cannot_be_read_is_named_with_its_offset() -> None:
    known = indexes(FakeConsumer({2: [record(1), b"\xff\x00"]}))
    with pytest.raises(UserError, match=r"news\.index-2 offset 1"):
        await known.restore({2}, limit_s=60)
