"""Shows the events that are about mining, with confluent-kafka: python consume_confluent.py 127.0.0.1:9092 news.topic.mining."""

import json
import sys

from confluent_kafka import Consumer, KafkaException


def main(broker: str, topic: str) -> None:
    """Print a line for each event, from where the group left off."""
    settings = {
        "bootstrap.servers": broker,
        "group.id": "lithium-desk",
        "isolation.level": "read_committed",  # its default; then each id comes once
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    }
    consumer = Consumer(settings)
    consumer.subscribe([topic])
    try:
        while True:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                raise KafkaException(message.error())
            headers = dict(message.headers())  # what an event is about, without opening it
            if b"mining" in headers["about"].split(b","):
                event = json.loads(message.value())
                print(event["id"], event["title"], flush=True)
            consumer.commit(message)  # what was shown is not shown again
    finally:
        consumer.close()  # others of the group take over at once


if __name__ == "__main__":
    if len(sys.argv) <= 2:
        sys.exit(__doc__)
    main(*sys.argv[1:3])
