"""Which messages of a batch a worker processes, and in which transactions; without a broker, by a publisher that commits at once."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.structs import OffsetAndMetadata

from agents.kafka.compat.transactions import Member
from agents.kafka.decode.partition import RECORD_OVERHEAD_BYTES
from agents.settings import Settings
from agents.worker import quarantine
from agents.worker.app import create_runner
from agents.worker.owned import OwnedPartition, PartitionBatch
from agents.worker.quarantine import note
from agents.worker.runner import StageRunner
from streams.classify.class_set import builtin_classes
from streams.counts import StageName
from streams.output import Output
from streams.records import Incoming
from streams.topics import TopicName

ZERO, ONE = TopicPartition("news.dumps", 0), TopicPartition("news.dumps", 1)


class FakePublisher:
    """Owns partitions, and remembers the parts and the work of each transaction."""

    def __init__(self, *partitions: TopicPartition, generation: int = 1) -> None:
        producer = cast(AIOKafkaProducer, None)
        self.owned = {
            partition: OwnedPartition(producer=producer, member=Member("worker", generation), next_offset=0) for partition in partitions
        }
        self.transactions: list[dict[TopicPartition, int]] = []
        self.notes: list[str] = []

    async def publish(self, parts: Sequence[PartitionBatch], work: Callable[[], Awaitable[Output]]) -> Output | None:
        output = await work()
        self.transactions.append({part.partition: part.next_offset for part in parts})
        self.notes += [part.note for part in parts if part.note]
        for part in parts:
            part.owned.next_offset = part.next_offset
        return output


class FakeInflight:
    def __init__(self) -> None:
        self.released: dict[TopicPartition, list[int]] = {}

    def release(self, partition: TopicPartition, sizes: list[int], consumer: object) -> None:
        self.released[partition] = sizes


class FakeSandbox:
    """A sandbox that is never started, and is asked nothing."""

    def __init__(self, *_: object, on_progress: Callable[[], None], **__: object) -> None:
        on_progress()

    def survives(self, *_: object, **__: object) -> bool:
        raise AssertionError

    def close(self) -> None:
        pass


class Worker:
    """A runner with fakes around it, and the offsets that its stage got, in order."""

    def __init__(self, folder: Path, *partitions: TopicPartition) -> None:
        self.publisher, self.inflight = FakePublisher(*partitions), FakeInflight()
        self.processed: list[tuple[int, int]] = []
        self.errors: list[BaseException] = []
        self.runner: StageRunner = create_runner(Settings(data=str(folder)), builtin_classes(), [])
        self.runner.publisher = self.publisher  # type: ignore[assignment]
        self.runner.inflight = self.inflight  # type: ignore[assignment]
        self.runner._crash = self._crash  # type: ignore[method-assign]

    async def run(self, *events: Any, fail: bool = False) -> None:
        def work(batch: Sequence[Incoming]) -> Output:
            self.processed += [(incoming.partition or 0, incoming.offset or 0) for incoming in batch]
            if fail:
                raise ZeroDivisionError
            return Output()

        await self.runner.run(StageName.SPLIT, events, lambda: work)

    async def _crash(self, error: BaseException) -> None:
        self.errors.append(error)


@pytest.fixture
def worker(tmp_path: Path) -> Worker:
    return Worker(tmp_path, ZERO, ONE)


def event(offset: int, partition: TopicPartition = ZERO, generation: int = 1, value: bytes = b"a dump") -> Any:
    known: dict[str, Any] = {
        "key": None,
        "value": value,
        "headers": [],
        "timestamp": 1_754_136_000.5,
        "generation_id": generation,
        "offset": offset,
    }
    return SimpleNamespace(message=SimpleNamespace(topic=partition.topic, partition=partition.partition, **known))


async def test_a_batch_of_several_partitions_is_one_transaction_and_each_keeps_its_order(worker: Worker) -> None:
    await worker.run(event(0), event(5, ONE), event(1), event(6, ONE))
    assert worker.publisher.transactions == [{ZERO: 2, ONE: 7}]
    assert worker.processed == [(0, 0), (0, 1), (1, 5), (1, 6)]


async def test_the_partition_with_the_fewest_bytes_goes_first(worker: Worker) -> None:
    await worker.run(event(0, value=b"a dump" * 1000), event(5, ONE), event(6, ONE))
    assert worker.processed == [(1, 5), (1, 6), (0, 0)]


async def test_messages_that_were_fetched_in_an_earlier_generation_are_left_to_the_next_fetch(worker: Worker) -> None:
    await worker.run(event(0, generation=0), event(1, generation=0), event(2, ONE))
    assert worker.processed == [(1, 2)]


async def test_messages_before_the_committed_offset_are_skipped(worker: Worker) -> None:
    worker.publisher.owned[ZERO].next_offset = 8
    await worker.run(event(7), event(8), event(9))
    assert worker.processed == [(0, 8), (0, 9)]


async def test_messages_of_a_partition_that_is_not_owned_are_skipped(worker: Worker) -> None:
    await worker.run(event(0, TopicPartition("news.dumps", 4)))
    assert worker.processed == []


async def test_a_failed_partition_gets_nothing_until_it_is_assigned_again(worker: Worker) -> None:
    worker.publisher.owned[ZERO].failed = True
    await worker.run(event(0), event(5, ONE))
    assert worker.publisher.transactions == [{ONE: 6}]


async def test_a_partition_that_was_reassigned_while_its_batch_waited_is_skipped(worker: Worker) -> None:
    before = worker.publisher.owned[ZERO]
    async with before.lock:
        running = asyncio.create_task(worker.run(event(0), event(5, ONE)))
        await asyncio.sleep(0.01)
        worker.publisher.owned[ZERO] = OwnedPartition(producer=before.producer, member=before.member, next_offset=0)
    await running
    assert worker.publisher.transactions == [{ONE: 6}]


async def test_an_error_of_the_stage_itself_stops_its_partitions_and_the_worker(worker: Worker) -> None:
    await worker.run(event(0), fail=True)
    assert worker.publisher.owned[ZERO].failed
    assert not worker.publisher.owned[ONE].failed
    assert [type(error) for error in worker.errors] == [ZeroDivisionError]


async def test_the_memory_of_all_messages_is_released_whatever_becomes_of_them(worker: Worker) -> None:
    await worker.run(event(0, generation=0), event(5, ONE), fail=True)
    assert worker.inflight.released == {ZERO: [6 + RECORD_OVERHEAD_BYTES], ONE: [6 + RECORD_OVERHEAD_BYTES]}


async def test_a_batch_that_may_have_crashed_a_worker_is_marked_and_runs_alone_in_a_sandbox(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    isolated: list[int] = []

    def isolate(stage: StageName, batch: Sequence[Incoming], work: Any, **_: Any) -> Output:
        isolated.extend(incoming.offset or 0 for incoming in batch)
        return cast(Output, work(batch))

    monkeypatch.setattr(quarantine, "isolate_crashing_records", isolate)
    monkeypatch.setattr(quarantine, "Sandbox", FakeSandbox)
    worker.runner.crash_markers.load({ZERO: OffsetAndMetadata(3, note(5)), ONE: OffsetAndMetadata(5, "")}, {ZERO: 9, ONE: 5})
    await worker.run(event(3), event(4), event(5, ONE))
    assert isolated == [3, 4]
    assert worker.publisher.notes == [note(5)]
    assert worker.publisher.transactions == [{ZERO: 3}, {ZERO: 5}, {ONE: 6}]


async def test_a_running_trial_is_progress_of_all_owned_partitions(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    long_ago = time.monotonic() - 1000
    during: list[dict[TopicPartition, float]] = []

    def isolate(*_: object, **__: object) -> Output:
        during.append(dict(worker.runner.progress))
        return Output()

    monkeypatch.setattr(quarantine, "isolate_crashing_records", isolate)
    monkeypatch.setattr(quarantine, "Sandbox", FakeSandbox)
    worker.runner.progress = {ZERO: long_ago, ONE: long_ago}
    worker.runner.crash_markers.load({ZERO: OffsetAndMetadata(3, note(5))}, {ZERO: 9})
    await worker.run(event(3))
    assert all(moved > long_ago for moved in during[0].values())
    assert during[0].keys() == {ZERO, ONE}


@pytest.mark.parametrize("failure", [ZeroDivisionError(), asyncio.CancelledError()], ids=["error", "leaked cancellation"])
async def test_body_of_an_agent_that_ends_by_itself_ends_the_worker_and_the_work_on_its_partitions(
    worker: Worker, failure: BaseException
) -> None:
    async def body(_: object) -> None:
        raise failure

    agent: Any = worker.runner.agent(TopicName.DUMPS)(body)
    with pytest.raises(type(failure)):
        await agent.fun(None)
    assert worker.errors == [failure]
    assert all(owned.failed for owned in worker.publisher.owned.values())
