"""A plain aiokafka loop that copies the dumps to `events`: the cost of the Kafka client alone in Python."""

import asyncio
import os

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from agents.kafka.connect import client_options
from agents.settings import Settings
from streams.topics import TopicName


async def echo(settings: Settings) -> None:
    """Copy messages without end; at least once, without transactions."""
    options = client_options(settings)
    consumer = AIOKafkaConsumer(
        settings.topic(TopicName.DUMPS), **options, group_id=settings.prefix, auto_offset_reset="earliest", enable_auto_commit=False
    )
    async with consumer, AIOKafkaProducer(**options, compression_type="lz4", linger_ms=2) as producer:
        while True:
            fetched = await consumer.getmany(timeout_ms=1000)
            records = [record for found in fetched.values() for record in found]
            sent = [await producer.send(settings.topic(TopicName.EVENTS), record.value, key=record.key) for record in records]
            await asyncio.gather(*sent)
            if records:
                await consumer.commit()


if __name__ == "__main__":
    uvloop.run(echo(Settings.from_env(os.environ)))
