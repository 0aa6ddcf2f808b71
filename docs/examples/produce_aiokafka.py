"""Sends a page, with aiokafka: python produce_aiokafka.py 127.0.0.1:9092 news.dumps page.html https://example.org/page."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiokafka import AIOKafkaProducer


async def main(broker: str, topic: str, path: str, url: str) -> None:
    """Return when Kafka has it. The bytes go as they were saved; the headers are optional."""
    headers = {
        "content-type": "text/html" if path.endswith(".html") else "text/plain",
        "source-url": url,
        "fetched-at": datetime.now(UTC).isoformat(),
    }
    producer = AIOKafkaProducer(
        bootstrap_servers=broker,
        enable_idempotence=True,
        compression_type="gzip",
        max_request_size=16 * 1024 * 1024,  # a page may have 10 MiB
    )
    async with producer:
        await producer.send_and_wait(
            topic,
            await asyncio.to_thread(Path(path).read_bytes),
            key=url.encode(),
            headers=[(name, text.encode()) for name, text in headers.items()],
        )


if __name__ == "__main__":
    if len(sys.argv) <= 4:
        sys.exit(__doc__)
    asyncio.run(main(*sys.argv[1:5]))
