"""Each consumer that reads records has our decoder, in place of aiokafka's."""

import asyncio
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import READ_COMMITTED, FetchError, FetchResult, PartitionRecords
from aiokafka.record.memory_records import _MemoryRecordsPy

from agents.kafka.compat.decoder import replace_decoder
from agents.kafka.decode.partition import DefectiveValue, Skipped
from tests.record_batches import build_batch, compress, raw_batch, raw_record

ROOT = Path(__file__).parents[4]
ONE, OTHER = TopicPartition("news.dumps", 0), TopicPartition("news.dumps", 1)
MIB = 1024 * 1024


def test_no_module_opens_a_consumer_of_aiokafka_by_itself() -> None:
    opened = {str(path.relative_to(ROOT)) for path in (ROOT / "agents").rglob("*.py") if "AIOKafkaConsumer(" in path.read_text()}
    assert opened == set()


class FakeFetcher:
    """A fetcher's buffer, its function that empties it, and its waiters."""

    def __init__(self) -> None:
        self._records: Any = {}
        self._isolation_level = READ_COMMITTED
        self._fetch_waiters: set[Any] = set()
        self.wakes = 0

    def _notify(self, waiter: Any) -> None:
        self.wakes += 1

    async def fetched_records(self, max_records: int | None = None) -> dict[TopicPartition, list[Any]]:
        found = {}
        for partition in list(self._records):
            result = self._records[partition]
            if records := result.getall(max_records):
                found[partition] = records
            if not result.has_more():
                del self._records[partition]
        return found


class Assignment:
    """Two partitions, each with its position."""

    active = True

    def __init__(self) -> None:
        self.positions = {partition: SimpleNamespace(paused=False, position=0) for partition in (ONE, OTHER)}
        for state in self.positions.values():
            state.consumed_to = lambda offset, state=state: setattr(state, "position", offset)

    def state_value(self, partition: TopicPartition) -> Any:
        return self.positions[partition]


@pytest.fixture
def skipped() -> list[Skipped]:
    return []


@pytest.fixture
def fetcher(skipped: list[Skipped]) -> Any:
    fetcher: Any = FakeFetcher()
    replace_decoder(fetcher, keep_defective=True, on_skipped=skipped.append)
    return fetcher


@pytest.fixture
def assignment() -> Any:
    return Assignment()


def put(fetcher: Any, assignment: Any, partition: TopicPartition, data: bytes) -> None:
    records = PartitionRecords(partition, _MemoryRecordsPy(data), None, 0, None, None, True, READ_COMMITTED)  # type: ignore[call-arg]
    fetcher._records[partition] = FetchResult(partition, assignment=assignment, partition_records=records, backoff=0)


async def test_records_are_taken_and_the_position_follows(fetcher: Any, assignment: Any) -> None:
    put(fetcher, assignment, ONE, build_batch([(None, b"a", []), (None, b"b", [])]))
    assert [record.value for record in (await fetcher.fetched_records(1))[ONE]] == [b"a"]
    assert assignment.positions[ONE].position == 1
    assert [record.value for record in (await fetcher.fetched_records())[ONE]] == [b"b"]
    assert (assignment.positions[ONE].position, dict(fetcher._records)) == (2, {})


async def test_paused_or_moved_partition_gives_nothing(fetcher: Any, assignment: Any) -> None:
    put(fetcher, assignment, ONE, build_batch([(None, b"a", [])]))
    assignment.positions[ONE].position = 7
    assert await fetcher.fetched_records() == {}
    assert dict(fetcher._records) == {}


async def test_records_that_cannot_be_read_are_delivered_with_their_defect_or_reported(
    fetcher: Any, assignment: Any, skipped: list[Skipped]
) -> None:
    put(fetcher, assignment, ONE, raw_batch(raw_record(b"v", headers=[(b"\xff", b"")]) + b"\x03", 2))
    (record,) = (await fetcher.fetched_records())[ONE]
    assert isinstance(record.value, DefectiveValue)
    assert [(each.partition, each.offset, each.count) for each in skipped] == [(ONE, 1, 1)]
    assert assignment.positions[ONE].position == 2


@pytest.mark.slow
async def test_partition_with_much_to_decompress_lets_others_go_first_and_wakes_the_consumer(fetcher: Any, assignment: Any) -> None:
    put(fetcher, assignment, ONE, raw_batch(compress("lz4", raw_record(bytes(80 * MIB))), 1, attributes=3))
    put(fetcher, assignment, OTHER, build_batch([(None, b"a", [])] * 3))
    fetcher._fetch_waiters.add(object())
    assert await fetcher.fetched_records() == {}
    assert list(fetcher._records) == [OTHER, ONE]
    await asyncio.sleep(0)
    assert fetcher.wakes > 0
    assert list(await fetcher.fetched_records()) == [OTHER]
    while not (found := await fetcher.fetched_records()):
        pass
    assert found[ONE][0].value.defect.value_bytes == 80 * MIB


async def test_result_that_is_dropped_frees_its_bytes_at_once(fetcher: Any, assignment: Any) -> None:
    data = build_batch([(None, bytes(MIB), [])])
    put(fetcher, assignment, ONE, data)
    await fetcher.fetched_records(0)
    before = sys.getrefcount(data)
    fetcher._records.clear()
    assert sys.getrefcount(data) < before


async def test_errors_of_a_fetch_stay_as_they_are(fetcher: Any) -> None:
    error = FetchError(error=ValueError("out of range"), backoff=0)
    fetcher._records[ONE] = error
    assert fetcher._records[ONE] is error
