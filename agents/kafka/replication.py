"""Choose the replication of topics by the cluster they are on."""

from collections.abc import Mapping

from aiokafka.admin import AIOKafkaAdminClient

from agents.settings import Settings
from streams.topics import TopicName

# With three replicas, two of them in sync, one broker can fail: writes continue, and no acknowledged record is lost.
MAX_REPLICATION = 3
MIN_INSYNC_REPLICAS = "min.insync.replicas"


async def replication_factor(client: AIOKafkaAdminClient, settings: Settings, existing: Mapping[str, int]) -> int:
    """Return the replication factor of the topics of a project.

    Where NEWS_REPLICATION leaves it to the cluster, that of `news.events` if it is there, so that topics of new classes get the same; else
    three, or as many as there are brokers.

    Args:
        client: connected to the cluster.
        settings: of the project.
        existing: replication factors of the existing topics, by full name.
    """
    known = existing.get(settings.topic(TopicName.EVENTS))
    return settings.replication or known or min(MAX_REPLICATION, await count_brokers(client))


async def count_brokers(client: AIOKafkaAdminClient) -> int:
    """Return the number of brokers that are up."""
    return len((await client.describe_cluster())["brokers"])


def min_insync_replicas(factor: int) -> int:
    """Return how many replicas must have a record before it is acknowledged: all but one, and one where there are one or two."""
    return max(1, factor - 1)
