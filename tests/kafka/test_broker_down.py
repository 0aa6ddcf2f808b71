"""One of three brokers is stopped, dead or frozen: workers start, take over, and recover by themselves."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition

from agents.kafka.connect import client_options
from agents.kafka.hanging_transactions import end_hanging
from agents.settings import Settings
from streams.topics import TopicName
from tests.cluster.cluster import Cluster
from tests.cluster.node import Node
from tests.deliveries import dumps, expected, problems
from tests.kafka.spoiled import release
from tests.kafka.worker import View, Worker
from tests.samples import CLASS_TOPICS

pytestmark = pytest.mark.kafka

ABORT_LIMIT_S = 60.0
ASSIGNED = r"assigned partitions=\S"
# Where nothing else needs the processors, it takes 15 s.
RECOVERY_LIMIT_S = 60.0
# Kafka looks for timed-out transactions at this interval.
TIMEOUT_CHECK_S = 10.0


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
        await end_hanging(producer, written, cluster_settings.prefix, ABORT_LIMIT_S)


@pytest.mark.parametrize("fault", [Node.kill, Node.freeze], ids=["dead", "frozen"])
async def test_workers_start_and_take_over_while_one_of_three_brokers_is_away(
    cluster: Cluster, cluster_settings: Settings, fault: Callable[[Node], None]
) -> None:
    with Worker(cluster_settings) as first:
        await asyncio.to_thread(first.until_logged, ASSIGNED)
        away = cluster.group_coordinator(cluster_settings.prefix)
        fault(away)
        addresses = sorted(cluster_settings.brokers.split(","), key=f"127.0.0.1:{away.ports.direct}".__ne__)
        for _ in range(2):
            began = time.monotonic()
            with Worker(replace(cluster_settings, brokers=",".join(addresses))) as another:
                try:
                    await asyncio.to_thread(another.until_logged, ASSIGNED)
                finally:
                    print(f"assigned after {time.monotonic() - began:.1f} s; the first worker's log:\n{first.log()}")
        assert is_running(first), first.log()


async def test_worker_recovers_from_a_killed_broker_by_itself_and_publishes_each_article_once(
    cluster: Cluster, cluster_settings: Settings
) -> None:
    sent = dumps(200)
    view = View(cluster_settings)
    await view.start()
    with Worker(cluster_settings) as worker:
        await asyncio.to_thread(worker.until_logged, ASSIGNED)
        sending = asyncio.create_task(send(view, sent, within_s=40))
        await asyncio.sleep(5)
        cluster.leader(cluster_settings.topic(TopicName.JUDGED), 0).kill()
        await sending
        await asyncio.wait_for(view.settled(), RECOVERY_LIMIT_S)
        topics = {name: await view.topic(name) for name in ("events", "duplicates", "dead-letters", *CLASS_TOPICS)}
        assert is_running(worker), worker.log()
    await view.stop()
    assert problems(topics, expected(sent, cluster_settings.prefix)) == []


def is_running(worker: Worker) -> bool:
    return worker.process is not None and worker.process.poll() is None


async def send(view: View, sent: Sequence[tuple[bytes, tuple[tuple[str, bytes], ...]]], within_s: float) -> None:
    for number, (value, headers) in enumerate(sent):
        await view.send("dumps", value, headers, None, number % 6)
        await asyncio.sleep(within_s / len(sent))


async def test_batch_whose_transaction_timed_out_is_sent_again_at_once_and_published_once(
    cluster: Cluster, cluster_settings: Settings, held: None
) -> None:
    settings = replace(cluster_settings, transaction_timeout=1)
    sent = dumps(6)
    view = View(settings)
    await view.start()
    with Worker(settings, spoiled="open_transaction") as worker:
        await asyncio.to_thread(worker.until_logged, ASSIGNED)
        await send(view, sent, within_s=0)
        await asyncio.to_thread(worker.until_logged, "held")
        await asyncio.sleep(TIMEOUT_CHECK_S + 2)
        release()
        began = time.monotonic()
        await asyncio.wait_for(view.settled(), RECOVERY_LIMIT_S)
        print(f"recovered after {time.monotonic() - began:.1f} s")
        topics = {name: await view.topic(name) for name in ("events", "duplicates", "dead-letters", *CLASS_TOPICS)}
        assert "initialising its producer again" in worker.log()
        assert worker.log().count("assigned partitions=") == 1
    await view.stop()
    assert problems(topics, expected(sent, settings.prefix)) == []
