"""A member whose generation is over cannot commit offsets; readers wait for open transactions; hanging ones are found and aborted."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import ProducerFenced
from aiokafka.structs import OffsetAndMetadata

from agents.kafka.compat.describe_transactions import committed_ids
from agents.kafka.compat.transactions import Member, fence_offset_commits_by_generation
from agents.kafka.connect import admin, client_options
from agents.kafka.group_offsets import stable_offsets
from agents.kafka.hanging_transactions import end_hanging, open_transactions
from agents.settings import Settings
from streams.topics import TopicName
from tests.kafka.worker import View

pytestmark = pytest.mark.kafka

LIMIT_S = 60

Offsets = dict[TopicPartition, OffsetAndMetadata]


@pytest.fixture
async def member(settings: Settings) -> AsyncIterator[Member]:
    """The only member of the workers' group."""
    consumer = AIOKafkaConsumer(
        settings.topic(TopicName.DUMPS), **client_options(settings), group_id=settings.prefix, enable_auto_commit=False
    )
    await consumer.start()
    yield Member(consumer._coordinator.member_id, consumer._coordinator.generation)
    await consumer.stop()


def offsets(settings: Settings, reached: int, note: str = "") -> Offsets:
    return {TopicPartition(settings.topic(TopicName.DUMPS), partition): OffsetAndMetadata(reached, note) for partition in (0, 3)}


@asynccontextmanager
async def producing(settings: Settings, member: Member) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(**client_options(settings), transactional_id=f"{settings.prefix}-test")
    fence_offset_commits_by_generation(producer, member)
    async with producer:
        yield producer


async def committed(settings: Settings) -> Offsets:
    async with admin(settings) as client:
        return dict(await stable_offsets(client, settings.prefix, offsets(settings, 0), LIMIT_S))


async def test_member_commits_offsets_and_notes_of_several_partitions_in_one_transaction(settings: Settings, member: Member) -> None:
    async with producing(settings, member) as producer, producer.transaction():
        await producer.send_offsets_to_transaction(offsets(settings, 8, "begun"), settings.prefix)
    assert await committed(settings) == offsets(settings, 8, "begun")


@pytest.mark.parametrize(
    "former",
    [
        pytest.param(lambda member: Member(member.id, member.generation - 1), id="an older generation"),
        pytest.param(lambda _: Member("worker-of-before", 1), id="not a member"),
    ],
)
async def test_producer_of_a_former_member_is_fenced_and_commits_nothing(
    settings: Settings, member: Member, former: Callable[[Member], Member]
) -> None:
    async with producing(settings, former(member)) as producer:
        with pytest.raises(ProducerFenced):
            async with producer.transaction():
                await producer.send_offsets_to_transaction(offsets(settings, 8), settings.prefix)
    assert await committed(settings) == offsets(settings, -1)


async def test_offsets_are_read_after_the_open_transaction_that_has_newer_ones(settings: Settings, member: Member) -> None:
    requests: asyncio.Queue[None] = asyncio.Queue()
    async with admin(settings) as client, producing(settings, member) as producer:
        send_request = client._send_request

        async def send(*arguments: Any) -> Any:
            requests.put_nowait(None)
            return await send_request(*arguments)

        client._send_request = send  # type: ignore[method-assign, assignment]
        async with producer.transaction():
            await producer.send_offsets_to_transaction(offsets(settings, 8), settings.prefix)
            reading = asyncio.create_task(stable_offsets(client, settings.prefix, offsets(settings, 0), LIMIT_S))
            again = asyncio.create_task(wait_for_requests(requests, 5))  # the coordinator and the offsets, twice, and it goes on
            await asyncio.wait({reading, again}, return_when=asyncio.FIRST_COMPLETED)
            assert not reading.done()
        assert await reading == offsets(settings, 8)


async def test_hanging_transaction_is_ignored_after_the_limit(settings: Settings, member: Member) -> None:
    async with admin(settings) as client, producing(settings, member) as producer, producer.transaction():
        await producer.send_offsets_to_transaction(offsets(settings, 8), settings.prefix)
        assert await stable_offsets(client, settings.prefix, offsets(settings, 0), 0.1) == offsets(settings, -1)


async def wait_for_requests(requests: "asyncio.Queue[None]", times: int) -> None:
    for _ in range(times):
        await requests.get()


async def test_partition_without_a_committed_offset_has_offset_minus_one(settings: Settings) -> None:
    assert await committed(settings) == offsets(settings, -1)


async def test_open_transaction_is_reported_by_partition_until_it_ends(settings: Settings, member: Member) -> None:
    events = [TopicPartition(settings.topic(TopicName.EVENTS), number) for number in range(3)]
    async with producing(settings, member) as producer:
        async with producer.transaction():
            await producer.send_and_wait(settings.topic(TopicName.EVENTS), b"open", partition=1)
            assert await open_transactions(client_options(settings), events) == {events[1]: 0}
        assert await open_transactions(client_options(settings), events) == {}


async def test_committed_ids_are_those_whose_last_transaction_was_committed(settings: Settings, member: Member) -> None:
    id = f"{settings.prefix}-test"
    async with admin(settings) as client:
        assert await committed_ids(client, [id, "unknown"]) == set()
        async with producing(settings, member) as producer:
            await end_hanging(producer, [TopicPartition(settings.topic(TopicName.EVENTS), 0)], settings.prefix, LIMIT_S, commit=True)
            assert await committed_ids(client, [id, "unknown"]) == {id}
            await end_hanging(producer, [TopicPartition(settings.topic(TopicName.EVENTS), 0)], settings.prefix, LIMIT_S)
            assert await committed_ids(client, [id]) == set()
            async with producer.transaction():
                await producer.send_offsets_to_transaction(offsets(settings, 8), settings.prefix)
        assert await committed_ids(client, [id]) == {id}
        async with producing(settings, member):
            assert await committed_ids(client, [id]) == set()


async def test_abort_is_written_in_each_partition_and_the_producer_can_commit_afterwards(
    settings: Settings, member: Member, view: View
) -> None:
    events = [TopicPartition(settings.topic(TopicName.EVENTS), number) for number in range(3)]
    async with producing(settings, member) as producer:
        await end_hanging(producer, events[:2], settings.prefix, LIMIT_S)
        assert await view.ends("events") == dict(zip(events, (1, 1, 0), strict=False)) | dict.fromkeys(other_partitions(settings), 0)
        assert await committed(settings) == offsets(settings, -1)
        async with producer.transaction():
            await producer.send_offsets_to_transaction(offsets(settings, 8), settings.prefix)
    assert await committed(settings) == offsets(settings, 8)


def other_partitions(settings: Settings) -> list[TopicPartition]:
    return [TopicPartition(settings.topic(TopicName.EVENTS), number) for number in range(3, settings.partitions)]
