"""How soon a worker has the partitions of one that ends, and how often it asks Kafka on the way."""

import signal
import time
from collections.abc import Mapping

import pytest
from aiokafka import TopicPartition

from agents.kafka.compat.decoder import Consumer
from agents.kafka.connect import client_options
from agents.kafka.topics import declared_topics
from agents.settings import Settings
from streams.pipeline import INPUT_TOPICS
from tests.kafka.worker import Worker

pytestmark = pytest.mark.kafka

PARTITIONS = len(INPUT_TOPICS) * Settings().partitions
LIMIT_S = 5


def seconds_of_a_hand_over(settings: Settings, taking: Worker) -> float:
    """Start a second worker, end it by SIGTERM, and return how long the first needs to have all partitions."""
    with Worker(settings) as ending:
        ending.until_logged(r"assigned partitions=\S", PARTITIONS // 2)
        while len(taking.assigned()) != PARTITIONS // 2:
            time.sleep(0.05)
        began = time.monotonic()
        ending.send_signal(signal.SIGTERM)
        taking.until_logged("assigned partitions=", PARTITIONS)
        return time.monotonic() - began


def test_a_worker_has_the_partitions_of_one_that_ends_within_seconds(settings: Settings) -> None:
    with Worker(settings) as taking:
        taking.until_logged("assigned partitions=", PARTITIONS)
        # The least of three, as other processes may keep the cores busy.
        assert min(seconds_of_a_hand_over(settings, taking) for _ in range(3)) <= LIMIT_S


async def test_leaders_of_all_topics_are_looked_up_in_one_request(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    partitions = [TopicPartition(settings.topic(topic.name), 0) for topic in declared_topics(settings)]
    async with Consumer(**client_options(settings), group_id=None) as consumer:
        asked: list[set[str]] = []
        update = consumer._client._metadata_update  # type: ignore[attr-defined]

        async def counted(cluster: object, topics: set[str]) -> bool:
            asked.append(set(topics))
            return bool(await update(cluster, topics))

        monkeypatch.setattr(consumer._client, "_metadata_update", counted)
        ends: Mapping[TopicPartition, int] = await consumer.end_offsets(partitions)
        assert ends == dict.fromkeys(partitions, 0)
        assert await consumer.beginning_offsets(partitions) == ends
    # More than one where Kafka is still electing the leaders of new topics.
    assert {frozenset(topics) for topics in asked} == {frozenset(partition.topic for partition in partitions)}
