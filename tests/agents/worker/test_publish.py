"""Partitions whose batch was not committed do no more work: what came next would commit past what is missing."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Any, cast

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, ProducerFenced, RequestTimedOutError
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import OffsetAndMetadata

from agents.kafka.compat.transactions import Member
from agents.worker import publish
from agents.worker.group import End
from agents.worker.owned import OwnedPartition, PartitionBatch
from agents.worker.publish import Publisher
from streams.output import Output
from streams.records import Message
from tests.record_batches import read_batches

PLACE = TopicPartition("news.dumps", 3)
MEMBER = Member("worker", 1)


class FakeProducer:
    """Keeps what was sent in a transaction that ended well."""

    def __init__(self, error: BaseException | None = None, refused: Exception | None = None) -> None:
        self.error = error
        self.refused = refused
        self.committed: list[object] = []
        self.client = self
        self.known: set[str] = set()
        self.is_started = False

    async def start(self) -> None:
        self.is_started = True

    async def stop(self) -> None:
        pass

    async def add_topic(self, topic: str) -> None:
        self.known.add(topic)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        self.open: list[object] = []
        self.known_at_begin = set(self.known)
        yield
        if self.error is not None:
            raise self.error
        self.committed += self.open

    async def partitions_for(self, _: str) -> set[int]:
        return set(range(6))

    def create_batch(self) -> BatchBuilder:
        return BatchBuilder(1024, 0)

    async def send_batch(self, batch: BatchBuilder, topic: str, *, partition: int) -> "asyncio.Future[object]":
        (records,) = read_batches(bytes(batch._build()))
        self.open.append((topic, partition, *(record.value for record in records)))
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        if self.refused is None:
            future.set_result(None)
        else:
            future.set_exception(self.refused)
        return future

    async def send_offsets_to_transaction(self, offsets: dict[TopicPartition, int], group: str) -> None:
        self.open.append((group, offsets))


class FakeGroup:
    """The group's coordinator: whether it still knows the member, what is committed, what hangs, and which ids committed last."""

    def __init__(
        self,
        *,
        is_current: bool = False,
        committed: Mapping[TopicPartition, OffsetAndMetadata] = MappingProxyType({}),
        hanging: Collection[TopicPartition] = (),
        last_committed: Collection[str] = (),
    ) -> None:
        self.knows_member = is_current
        self.committed = committed
        self.hanging = hanging
        self.last_committed = last_committed

    async def is_current(self, member: Member) -> bool:
        assert member == MEMBER
        return self.knows_member

    async def committed_ids(self, ids: Collection[str]) -> Collection[str]:
        return [id for id in ids if id in self.last_committed]

    async def settled_offsets(self, partitions: Collection[TopicPartition], end: End) -> Mapping[TopicPartition, OffsetAndMetadata]:
        if self.hanging:
            await end(self.hanging, 1.0)
        return {partition: self.committed.get(partition, OffsetAndMetadata(-1, "")) for partition in partitions}


# A limit that no test reaches, however busy the machine is; and one for the tests that wait for it.
NEVER_S = 200
SOON_S = 0.01


def publisher(
    *, fenced_limit_s: float = NEVER_S, stuck_limit_s: float = NEVER_S, group: FakeGroup | None = None
) -> tuple[Publisher, list[BaseException]]:
    failures: list[BaseException] = []

    async def failed(error: BaseException) -> None:
        failures.append(error)

    limits = {"fenced_limit_s": fenced_limit_s, "stuck_limit_s": stuck_limit_s}
    return Publisher("news", {}, cast(Any, group or FakeGroup()), transaction_timeout_s=10, on_failure=failed, **limits), failures


def owned_by(producer: Any, next_offset: int = -1) -> OwnedPartition:
    return OwnedPartition(producer=producer, member=MEMBER, next_offset=next_offset)


async def output() -> Output:
    return Output(messages=[Message(topic="news.articles", key=None, value=b"batch", partition=2)])


async def test_messages_and_offset_are_committed_together() -> None:
    known, failures = publisher()
    producer = FakeProducer()
    owned = owned_by(producer)
    assert await known.publish([PartitionBatch(PLACE, owned, 8)], output) == await output()
    assert producer.committed == [("news.articles", 2, b"batch"), ("news", {PLACE: OffsetAndMetadata(8, "")})]
    assert (owned.next_offset, owned.failed, failures) == (8, False, [])


async def test_batch_of_several_partitions_is_one_transaction_of_the_first() -> None:
    known, _ = publisher()
    producers = [FakeProducer(), FakeProducer()]
    parts = [PartitionBatch(TopicPartition("news.dumps", at), owned_by(producer), 8 + at) for at, producer in enumerate(producers)]
    assert await known.publish(parts, output) == await output()
    offsets = {part.partition: OffsetAndMetadata(part.next_offset, "") for part in parts}
    whole = [("news.articles", 2, b"batch"), ("news", offsets)]
    assert [producer.committed for producer in producers] == [whole, []]
    assert [(part.owned.next_offset, part.owned.failed) for part in parts] == [(8, False), (9, False)]


async def test_failed_transaction_ends_the_work_on_each_of_its_partitions() -> None:
    known, _ = publisher()
    owned = [owned_by(FakeProducer(KafkaError("away")), next_offset=5) for _ in range(2)]
    assert await known.publish([PartitionBatch(TopicPartition("news.dumps", at), each, 8) for at, each in enumerate(owned)], output) is None
    assert [(each.next_offset, each.failed) for each in owned] == [(5, True), (5, True)]


async def test_producer_knows_its_topics_before_the_transaction_begins() -> None:
    producer = FakeProducer()
    await publisher()[0].publish([PartitionBatch(PLACE, owned_by(producer), 8)], output)
    assert producer.known_at_begin == {"news.articles"}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        pytest.param(ProducerFenced(), False, id="fenced by another worker"),
        pytest.param(KafkaError("away"), True, id="no broker"),
    ],
)
async def test_failed_transaction_ends_the_work_on_its_partition(error: Exception, told: bool) -> None:
    known, failures = publisher()
    owned = owned_by(FakeProducer(error), next_offset=5)
    assert await known.publish([PartitionBatch(PLACE, owned, 8)], output) is None
    assert (owned.next_offset, owned.failed) == (5, True)
    assert failures == ([error] if told else [])


async def test_message_that_the_broker_refuses_commits_nothing() -> None:
    known, failures = publisher()
    producer = FakeProducer(refused=MessageSizeTooLargeError())
    owned = owned_by(producer, next_offset=5)
    assert await known.publish([PartitionBatch(PLACE, owned, 8)], output) is None
    assert (owned.next_offset, owned.failed, producer.committed) == (5, True, [])
    assert [type(failure) for failure in failures] == [MessageSizeTooLargeError]


@pytest.fixture
def next_producers(monkeypatch: pytest.MonkeyPatch) -> list[FakeProducer]:
    """The producers that a publisher makes, in order."""
    made = [FakeProducer() for _ in range(3)]
    left = iter(made)
    monkeypatch.setattr(Publisher, "_producer", lambda *_: next(left))
    return made


async def test_producer_that_lost_its_transaction_is_replaced_and_the_batch_sent_again(next_producers: list[FakeProducer]) -> None:
    known, failures = publisher(group=FakeGroup(is_current=True))
    lost = FakeProducer(ProducerFenced())
    owned = known.owned[PLACE] = owned_by(lost)
    assert await known.publish([PartitionBatch(PLACE, owned, 8)], output) == await output()
    assert next_producers[0].committed == [("news.articles", 2, b"batch"), ("news", {PLACE: OffsetAndMetadata(8, "")})]
    assert owned.producer is cast(object, next_producers[0])
    assert (owned.next_offset, owned.failed, failures) == (8, False, [])


async def test_batch_whose_commit_took_place_is_not_sent_again(next_producers: list[FakeProducer]) -> None:
    known, _ = publisher(group=FakeGroup(is_current=True, committed={PLACE: OffsetAndMetadata(8, "")}))
    owned = known.owned[PLACE] = owned_by(FakeProducer(ProducerFenced()))
    assert await known.publish([PartitionBatch(PLACE, owned, 8)], output) == await output()
    assert (next_producers[0].committed, owned.next_offset, owned.failed) == ([], 8, False)


@pytest.mark.parametrize("last_committed", [["news-news.dumps-3"], []], ids=["committed", "not committed"])
async def test_records_that_hang_are_committed_where_the_last_transaction_was(
    last_committed: list[str], next_producers: list[FakeProducer], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[bool] = []

    async def end(*_: object, commit: bool) -> None:
        ended.append(commit)

    monkeypatch.setattr(publish, "end_hanging", end)
    known, _ = publisher(group=FakeGroup(is_current=True, hanging=[PLACE], last_committed=last_committed))
    known.owned[PLACE] = owned_by(FakeProducer(ProducerFenced()))
    await known.publish([PartitionBatch(PLACE, known.owned[PLACE], 8)], output)
    await known.fence([PLACE], MEMBER, lambda: True, await known.committed_ids([PLACE]))
    await known.end_hanging([PLACE], 1.0)
    assert ended == [bool(last_committed)] * 2


async def test_no_producer_is_initialised_for_a_partition_that_was_revoked(next_producers: list[FakeProducer]) -> None:
    known, failures = publisher(group=FakeGroup(is_current=True))
    lost = FakeProducer(ProducerFenced())
    owned = owned_by(lost)
    assert await known.publish([PartitionBatch(PLACE, owned, 8)], output) is None
    assert owned.producer is cast(object, lost)
    assert (owned.failed, failures, next_producers[0].is_started) == (True, [], False)


async def test_no_producer_is_initialised_before_the_coordinator_confirms_the_member(
    next_producers: list[FakeProducer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "CONFIRM_POLL_S", SOON_S)
    group = FakeGroup(is_current=False)
    known, _ = publisher(group=group)
    owned = known.owned[PLACE] = owned_by(FakeProducer(ProducerFenced()))
    publishing = asyncio.create_task(known.publish([PartitionBatch(PLACE, owned, 8)], output))
    await asyncio.sleep(5 * SOON_S)
    assert not next_producers[0].is_started
    group.knows_member = True
    assert await publishing == await output()
    assert next_producers[0].is_started


async def test_error_of_kafka_that_passes_is_no_failure(next_producers: list[FakeProducer]) -> None:
    known, failures = publisher(group=FakeGroup(is_current=True))
    owned = known.owned[PLACE] = owned_by(FakeProducer(RequestTimedOutError()))
    next_producers[0].error = ProducerFenced()
    assert await known.publish([PartitionBatch(PLACE, owned, 8)], output) == await output()
    assert owned.producer is cast(object, next_producers[1])
    assert failures == []


async def test_fenced_partition_that_is_not_taken_away_is_a_failure() -> None:
    known, failures = publisher(fenced_limit_s=SOON_S)
    owned = owned_by(FakeProducer(ProducerFenced()))
    known.owned[PLACE] = owned
    await known.publish([PartitionBatch(PLACE, owned, 8)], output)
    while not failures:  # noqa: ASYNC110 - the failure comes by the loop's own timer
        await asyncio.sleep(0.01)
    assert [type(failure) for failure in failures] == [ProducerFenced]


async def test_transaction_that_never_ends_is_a_failure() -> None:
    known, failures = publisher(stuck_limit_s=SOON_S)
    producer = FakeProducer()
    producer.partitions_for = hanging  # type: ignore[method-assign]
    owned = owned_by(producer)
    publishing = asyncio.create_task(known.publish([PartitionBatch(PLACE, owned, 8)], output))
    while not failures:  # noqa: ASYNC110 - the failure comes by the loop's own timer
        await asyncio.sleep(0.01)
    publishing.cancel()
    assert [type(failure) for failure in failures] == [TimeoutError]


async def test_transaction_that_ended_is_no_failure_later() -> None:
    known, failures = publisher(stuck_limit_s=0.5)
    await known.publish([PartitionBatch(PLACE, owned_by(FakeProducer()), 8)], output)
    await asyncio.sleep(0.6)  # past the limit
    assert not failures


async def hanging(_: object) -> set[int]:
    await asyncio.Event().wait()
    raise AssertionError


async def test_work_that_raises_ends_the_work_on_its_partition_and_sends_nothing() -> None:
    known, failures = publisher()
    producer = FakeProducer()
    owned = owned_by(producer, next_offset=5)

    async def broken() -> Output:
        raise ZeroDivisionError

    assert await known.publish([PartitionBatch(PLACE, owned, 8)], broken) is None
    assert (owned.next_offset, owned.failed, producer.committed) == (5, True, [])
    assert [type(failure) for failure in failures] == [ZeroDivisionError]


async def test_cancelled_batch_ends_the_work_on_its_partition() -> None:
    known, _ = publisher()
    owned = owned_by(FakeProducer(asyncio.CancelledError()), next_offset=5)
    with pytest.raises(asyncio.CancelledError):
        await known.publish([PartitionBatch(PLACE, owned, 8)], output)
    assert (owned.next_offset, owned.failed) == (5, True)
