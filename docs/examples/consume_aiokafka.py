"""Shows the events that are about mining, with aiokafka: python consume_aiokafka.py 127.0.0.1:9092 news.topic.mining."""

import asyncio
import json
import sys

from aiokafka import AIOKafkaConsumer


async def main(broker: str, topic: str) -> None:
    """Print a line for each event, from where the group left off."""
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=broker,
        group_id="copper-desk",
        isolation_level="read_committed",  # then each id comes once
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    async with consumer:
        async for message in consumer:
            headers = dict(message.headers)  # what an event is about, without opening it
            if b"mining" in headers["about"].split(b","):
                event = json.loads(message.value)
                print(event["id"], event["title"], flush=True)
            await consumer.commit()  # what was shown is not shown again


if __name__ == "__main__":
    if len(sys.argv) <= 2:
        sys.exit(__doc__)
    asyncio.run(main(*sys.argv[1:3]))
