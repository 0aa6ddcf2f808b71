"""One of three brokers is stopped, dead or frozen: workers start, take over, and recover by themselves."""

import asyncio

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition

from agents.kafka.connect import client_options
from agents.kafka.hanging_transactions import abort_hanging
from agents.settings import Settings
from streams.topics import TopicName
from tests.cluster.cluster import Cluster

pytestmark = pytest.mark.kafka

ABORT_LIMIT_S = 60.0


async def test_hanging_transactions_are_aborted_where_the_transaction_coordinator_has_moved(
    cluster: Cluster, cluster_settings: Settings
) -> None:
    transactional_id = f"{cluster_settings.prefix}-moved"
    written = [TopicPartition(cluster_settings.topic(TopicName.JUDGED), 0)]
    async with AIOKafkaProducer(**client_options(cluster_settings), transactional_id=transactional_id) as producer:
        first = cluster.transaction_coordinator(transactional_id)
        await asyncio.to_thread(first.stop)
        first.start()
        await asyncio.to_thread(cluster.until_in_sync)
        assert cluster.transaction_coordinator(transactional_id) is not first
        await abort_hanging(producer, written, cluster_settings.prefix, ABORT_LIMIT_S)
