"""The live page's consumer under more records than a page can show."""

from typing import Any, cast

from aiokafka import AIOKafkaConsumer, TopicPartition

from agents.web.topic_reader import MAX_LAG, RECENT_RECORDS, _skip_lag


class Consumer:
    """Positions and ends of partitions, as aiokafka's consumer tells them."""

    def __init__(self, places: dict[int, tuple[int, int | None]]) -> None:
        self.places = {TopicPartition("news.events", number): place for number, place in places.items()}

    def assignment(self) -> set[TopicPartition]:
        return set(self.places)

    async def position(self, partition: TopicPartition) -> int:
        return self.places[partition][0]

    def highwater(self, partition: TopicPartition) -> int | None:
        return self.places[partition][1]

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.places[partition] = (offset, self.places[partition][1])


async def skip(consumer: Consumer) -> tuple[int, dict[int, Any]]:
    skipped = await _skip_lag(cast(AIOKafkaConsumer, consumer))
    return skipped, {partition.partition: place[0] for partition, place in consumer.places.items()}


async def test_page_with_a_large_lag_skips_to_the_latest_of_each_partition() -> None:
    consumer = Consumer({0: (100, 100 + MAX_LAG), 1: (7, 9), 2: (50, None)})
    assert await skip(consumer) == (MAX_LAG - RECENT_RECORDS, {0: 100 + MAX_LAG - RECENT_RECORDS, 1: 7, 2: 50})


async def test_page_with_a_small_lag_skips_nothing() -> None:
    consumer = Consumer({0: (0, MAX_LAG - 10), 1: (500, 400), 2: (0, 9)})
    assert await skip(consumer) == (0, {0: 0, 1: 500, 2: 0})
