"""The cluster of the tests is one: acknowledged messages outlive any node, and single nodes die, freeze and come back."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from agents.kafka.connect import admin, client_options
from agents.kafka.topics import create_missing, declared_topics, differences, existing_topics
from agents.settings import Settings
from streams.topics import Topic
from tests.cluster.cluster import Cluster
from tests.cluster.proxy import Direction
from tests.cluster.wire import Api
from tests.kafka.conftest import settings_of_their_own
from tests.kafka.worker import View

pytestmark = pytest.mark.kafka

NOTICED_S = 30.0


async def test_acknowledged_message_outlives_the_leader_that_took_it(cluster: Cluster, cluster_settings: Settings) -> None:
    topic = cluster_settings.topic("dumps")
    async with AIOKafkaProducer(**client_options(cluster_settings), acks="all") as producer:
        await producer.send_and_wait(topic, b"a dump", partition=0)
    first = cluster.leader(topic)
    first.kill()
    async with asyncio.timeout(NOTICED_S):
        while cluster.leader(topic) is first:  # noqa: ASYNC110 - Kafka tells nobody
            await asyncio.sleep(0.2)
    view = View(cluster_settings)
    await view.start()
    assert [message.value for message in await view.topic("dumps")] == [b"a dump"]
    await view.stop()


async def test_coordinator_that_freezes_is_replaced_and_comes_back(cluster: Cluster, cluster_settings: Settings) -> None:
    frozen = cluster.transaction_coordinator(cluster_settings.prefix)
    frozen.freeze()
    async with asyncio.timeout(NOTICED_S):
        while cluster.transaction_coordinator(cluster_settings.prefix) is frozen:  # noqa: ASYNC110 - Kafka tells nobody
            await asyncio.sleep(0.2)
    await asyncio.to_thread(cluster.heal)
    assert all(node.answers for node in cluster.nodes.values())


async def test_clients_of_the_proxied_address_go_through_the_proxy(cluster: Cluster, cluster_settings: Settings) -> None:
    cluster.proxy.drop(Direction.RESPONSES, [Api.PRODUCE], share=0.5)
    options = {**client_options(cluster_settings), "bootstrap_servers": cluster.proxied}
    async with AIOKafkaProducer(**options, enable_idempotence=True) as producer:
        for number in range(20):
            await producer.send_and_wait(cluster_settings.topic("dumps"), b"%d" % number, partition=0)
    assert cluster.proxy.dropped[Direction.RESPONSES, Api.PRODUCE] > 0
    view = View(cluster_settings)
    await view.start()
    assert [message.value for message in await view.topic("dumps")] == [b"%d" % number for number in range(20)]
    await view.stop()


async def test_topics_are_replicated_as_the_cluster_allows_and_one_that_is_not_is_named(cluster: Cluster, tmp_path: Path) -> None:
    settings = await asyncio.to_thread(settings_of_their_own, Settings(brokers=cluster.bootstrap), tmp_path)
    single = Topic(name="region.fen", key="event id", meaning="events of a class", partitions=6)
    async with admin(settings) as client:
        found = await existing_topics(client, settings)
        assert {topic.replication for topic in found.values()} == {3}
        assert await differences(client, settings, declared_topics(settings)) == []
        await create_missing(client, replace(settings, replication=1), [single])
        assert await differences(client, settings, [single]) == [f"{settings.topic('region.fen')}: replication factor 1, 3 declared"]
