"""Sends a page, with confluent-kafka: python produce_confluent.py 127.0.0.1:9092 news.dumps page.html https://example.org/page."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from confluent_kafka import KafkaException, Message, Producer


def main(broker: str, topic: str, path: str, url: str) -> None:
    """Return when Kafka has it. The bytes go as they were saved; the headers are optional."""
    headers = {
        "content-type": "text/html" if path.endswith(".html") else "text/plain",
        "source-url": url,
        "fetched-at": datetime.now(UTC).isoformat(),
    }
    settings = {
        "bootstrap.servers": broker,
        "enable.idempotence": True,
        "compression.type": "lz4",
        "message.max.bytes": 16 * 1024 * 1024,  # a page may have 10 MiB
    }
    producer = Producer(settings)
    producer.produce(topic, Path(path).read_bytes(), key=url, headers=headers, on_delivery=check)
    producer.flush()


def check(error: object, _: Message) -> None:
    """Raise where Kafka did not take the page."""
    if error is not None:
        raise KafkaException(error)


if __name__ == "__main__":
    if len(sys.argv) <= 4:
        sys.exit(__doc__)
    main(*sys.argv[1:5])
