"""A producer whose transactions fence an earlier run of the same command."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer

from agents.kafka.compat.request_limits import Producer
from agents.kafka.connect import client_options, stop_within
from agents.settings import Settings
from streams.records import Message
from streams.topics import MAX_MESSAGE_BYTES


@asynccontextmanager
async def transactional_producer(settings: Settings, name: str) -> AsyncIterator[AIOKafkaProducer]:
    """Yield a started producer with the transactional id `<prefix>-<name>`; its start aborts what an earlier one left open."""
    producer = Producer(
        **client_options(settings),
        transactional_id=f"{settings.prefix}-{name}",
        transaction_timeout_ms=settings.transaction_timeout * 1000,
        compression_type="lz4",
        max_request_size=MAX_MESSAGE_BYTES,
    )
    await producer.start()
    try:
        yield producer
    finally:
        await stop_within(producer.stop())


async def send_in_transaction(producer: AIOKafkaProducer, messages: Iterable[tuple[Message, int | None]]) -> None:
    """Send messages in one transaction, each with its timestamp in milliseconds or the current time.

    Raises:
        KafkaError: the transaction was aborted.
    """
    async with producer.transaction():
        sent = [
            await producer.send(
                message.topic,
                key=message.key,
                value=message.value,
                partition=message.partition,
                headers=list(message.headers),
                timestamp_ms=timestamp_ms,
            )
            for message, timestamp_ms in messages
        ]
        # aiokafka commits even where the broker refused a record batch: that fails only the futures of its messages.
        for future in sent:
            await future
