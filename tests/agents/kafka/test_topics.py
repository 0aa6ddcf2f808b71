"""Topics are created with the replication of their cluster, and what differs is said by name; with a fake of the admin client."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource

from agents.kafka.topics import create_missing, differences
from agents.settings import Settings
from streams.topics import Topic

EVENTS = Topic(name="events", key="event id", meaning="events", partitions=6)
CLASS = Topic(name="region.fen", key="event id", meaning="events of a class", partitions=6)


@dataclass
class FakeAdmin:
    """A cluster of some brokers, and its topics by name: the replicas of each partition, and the config."""

    brokers: int
    topics: dict[str, tuple[list[int], dict[str, str]]] = field(default_factory=dict)

    async def list_topics(self) -> list[str]:
        return list(self.topics)

    async def describe_topics(self, names: list[str]) -> list[dict[str, Any]]:
        return [{"topic": name, "partitions": [{"replicas": list(range(count))} for count in self.topics[name][0]]} for name in names]

    async def describe_cluster(self) -> dict[str, Any]:
        return {"brokers": [{"node_id": number} for number in range(self.brokers)]}

    async def describe_configs(self, resources: list[ConfigResource]) -> list[Any]:
        rows = [(0, "", 2, resource.name, list(self.topics[resource.name][1].items())) for resource in resources]
        return [SimpleNamespace(resources=rows)]

    async def create_topics(self, new: list[NewTopic]) -> Any:
        for topic in new:
            self.topics[topic.name] = ([topic.replication_factor] * topic.num_partitions, dict(topic.topic_configs))
        return SimpleNamespace(topic_errors=[])


async def created(admin: FakeAdmin, settings: Settings, *topics: Topic) -> list[str]:
    return await create_missing(cast(AIOKafkaAdminClient, admin), settings, topics)


async def differing(admin: FakeAdmin, settings: Settings, *topics: Topic) -> list[str]:
    return await differences(cast(AIOKafkaAdminClient, admin), settings, topics)


@pytest.mark.parametrize(
    ("brokers", "setting", "factor", "in_sync"),
    [
        pytest.param(1, 0, 1, "1", id="one broker"),
        pytest.param(2, 0, 2, "1", id="two"),
        pytest.param(3, 0, 3, "2", id="three"),
        pytest.param(9, 0, 3, "2", id="many"),
        pytest.param(9, 5, 5, "4", id="as the setting says"),
    ],
)
async def test_a_new_topic_has_the_replication_of_its_cluster(brokers: int, setting: int, factor: int, in_sync: str) -> None:
    admin, settings = FakeAdmin(brokers), Settings(replication=setting)
    assert await created(admin, settings, EVENTS) == ["news.events"]
    replicas, config = admin.topics["news.events"]
    assert (replicas, config["min.insync.replicas"]) == ([factor] * 6, in_sync)
    assert await differing(admin, settings, EVENTS) == []


async def test_the_topic_of_a_new_class_has_the_replication_of_the_events() -> None:
    admin = FakeAdmin(3)
    await created(admin, Settings(replication=2), EVENTS)
    await created(admin, Settings(), EVENTS, CLASS)
    assert admin.topics["news.region.fen"][0] == [2] * 6


async def test_too_few_replicas_and_too_few_in_sync_are_named() -> None:
    admin = FakeAdmin(3)
    await created(admin, Settings(), EVENTS, CLASS)
    admin.topics["news.events"][0][4] = 1
    admin.topics["news.region.fen"][1]["min.insync.replicas"] = "1"
    assert await differing(admin, Settings(), EVENTS, CLASS) == [
        "news.events: replication factor 1, 3 declared",
        "news.events: min.insync.replicas=2, 1 declared",
        "news.region.fen: min.insync.replicas=1, 2 declared",
    ]


async def test_a_topic_that_is_there_is_not_changed() -> None:
    admin = FakeAdmin(3, {"news.events": ([1] * 6, {})})
    assert await created(admin, Settings(), EVENTS) == []
    assert admin.topics["news.events"] == ([1] * 6, {})


@pytest.mark.parametrize(
    ("name", "partitions", "is_wrong"),
    [
        pytest.param("dumps", 9, False, id="more dumps"),
        pytest.param("articles", 9, False, id="more articles: the others get none"),
        pytest.param("articles", 5, True, id="fewer articles"),
        pytest.param("index", 9, True, id="more indexes: language groups would move"),
        pytest.param("index", 5, True, id="fewer indexes"),
    ],
)
async def test_more_partitions_are_a_difference_of_the_index_only(name: str, partitions: int, is_wrong: bool) -> None:
    admin = FakeAdmin(1)
    topic = Topic(name=name, key="none", meaning="of the test", partitions=6)
    await created(admin, Settings(), topic)
    replicas, config = admin.topics[f"news.{name}"]
    admin.topics[f"news.{name}"] = (replicas[:1] * partitions, config)
    assert await differing(admin, Settings(), topic) == ([f"news.{name}: {partitions} partitions, 6 declared"] if is_wrong else [])
