"""One Kafka transaction: the output of a batch and the offsets of its input."""

import asyncio
from collections.abc import Mapping

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.structs import OffsetAndMetadata, RecordMetadata

from agents.kafka.record_batches import batches_of
from streams.output import Output


async def send_and_commit(
    producer: AIOKafkaProducer,
    output: Output,
    offsets: Mapping[TopicPartition, OffsetAndMetadata],
    group: str,
    timestamp_ms: int | None = None,
) -> None:
    """Send the messages of `output` and commit the offsets of a consumer group, all or nothing; `timestamp_ms` as in `batches_of`.

    Raises:
        KafkaError: the transaction was aborted, or is lost with its producer.
    """
    sent: list[asyncio.Future[RecordMetadata]] = []
    partitions = await partitions_by_topic(producer, {message.topic for message in output.messages})
    try:
        async with producer.transaction():
            for topic, number, batch in batches_of(producer, output.messages, partitions, timestamp_ms):
                sent.append(await producer.send_batch(batch, topic, partition=number))
            # aiokafka commits even where the broker refused a record batch: that fails only the future of the batch.
            await asyncio.gather(producer.send_offsets_to_transaction(offsets, group), *sent)
    finally:
        for future in sent:  # the error of the transaction is the error of each message
            future.add_done_callback(lambda done: done.cancelled() or done.exception())


async def partitions_by_topic(producer: AIOKafkaProducer, topics: set[str]) -> dict[str, list[int]]:
    """Return the partitions of these topics, and add the topics to the metadata that the producer keeps up to date.

    XXX aiokafka (0.14) starts with the metadata of all topics. Its first request for a new topic names only that one, and it forgets the
    others: messages to them wait until the transaction times out. A test on real Kafka, with a class that is added later, fails without it.
    """
    await asyncio.gather(*(producer.client.add_topic(topic) for topic in sorted(topics)))
    return {topic: sorted(await producer.partitions_for(topic)) for topic in sorted(topics)}
