"""Compare the committed offsets of the group with the logs of its topics."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import GroupCoordinatorNotAvailableError
from aiokafka.structs import OffsetAndMetadata

from agents.kafka.topics import topic_configs

OFFSETS_RETENTION = "offsets.retention.minutes"
MINUTE_MS = 60_000


class Mismatch(StrEnum):
    """Why processing cannot begin at the committed offset of a partition.

    DELETED: Kafka deleted records before they were processed. BEYOND_END: the log ends before the offset, so Kafka lost acknowledged
    records, or the topic was created again. MISSING: no offset is committed, though the log has or had records.
    """

    DELETED = "deleted"
    BEYOND_END = "beyond-end"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class LogRange:
    """The offset of the first record of a partition, and the offset after the last one."""

    first: int
    end: int


def mismatch(committed: int, log: LogRange) -> Mismatch | None:
    """Return why processing cannot begin at a committed offset (-1 for none), or None if it can."""
    if committed < 0:
        return Mismatch.MISSING if log.end else None
    if committed > log.end:
        return Mismatch.BEYOND_END
    return Mismatch.DELETED if committed < log.first else None


async def log_ranges(consumer: AIOKafkaConsumer, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, LogRange]:
    """Return the first and the end offset of each partition."""
    partitions = list(partitions)
    first, ends = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
    return {partition: LogRange(first[partition], ends[partition]) for partition in partitions}


async def committed_offsets(client: AIOKafkaAdminClient, group: str) -> Mapping[TopicPartition, OffsetAndMetadata]:
    """Return the committed offsets of a group; none where the broker has never had a group."""
    try:
        return await client.list_consumer_group_offsets(group)
    except GroupCoordinatorNotAvailableError:
        return {}


def describe_mismatches(
    committed: Mapping[TopicPartition, OffsetAndMetadata], logs: Mapping[TopicPartition, LogRange], judged: str
) -> list[str]:
    """Return a line for each committed offset outside its log, and for those of the topic `judged` (full name) that are missing."""
    lines = []
    for partition, log in sorted(logs.items()):
        offset = committed[partition].offset if partition in committed else -1
        name = f"{partition.topic}-{partition.partition}"
        match mismatch(offset, log):
            case Mismatch.DELETED:
                lines.append(f"{name}: offsets {offset} to {log.first - 1} were deleted before they were processed")
            case Mismatch.BEYOND_END:
                lines.append(f"{name}: offset {offset} is committed, but the log ends at {log.end}: Kafka lost acknowledged records")
            case Mismatch.MISSING if log.first or (partition.topic == judged and log.first < log.end):
                lines.append(f"{name}: no offset is committed, and the log has offsets {log.first} to {log.end - 1}")
    return lines


async def short_offsets_retention(client: AIOKafkaAdminClient, topics: Iterable[str]) -> list[str]:
    """Return a line if Kafka keeps the offsets of a group without members for less time than the records of one of these topics."""
    configs = await topic_configs(client, list(topics))
    kept_ms = {name: int(config["retention.ms"]) for name, config in configs.items() if "retention.ms" in config}
    longest = max(kept_ms, key=lambda name: (kept_ms[name] < 0, kept_ms[name]), default="")
    brokers = (await client.describe_cluster())["brokers"]
    resources = [ConfigResource(ConfigResourceType.BROKER, str(broker["node_id"])) for broker in brokers[:1]]
    found = {entry[0]: entry[1] for answer in await client.describe_configs(resources) for each in answer.resources for entry in each[4]}
    minutes = int(found.get(OFFSETS_RETENTION) or 0)
    if not longest or not minutes or 0 <= kept_ms[longest] <= minutes * MINUTE_MS:
        return []
    return [f"{OFFSETS_RETENTION}={minutes} of the brokers is less than retention.ms={kept_ms[longest]} of {longest}"]
