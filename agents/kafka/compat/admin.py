"""Read committed offsets with `require_stable`, which aiokafka's admin client lacks."""

from collections.abc import Iterable

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import CoordinatorNotAvailableError
from aiokafka.structs import OffsetAndMetadata

from agents.errors import UserError
from agents.kafka.compat.offset_requests import OffsetFetch, rows_by_topic


async def fetch_offsets(
    client: AIOKafkaAdminClient, group: str, partitions: Iterable[TopicPartition], *, require_stable: bool
) -> tuple[set[int], dict[TopicPartition, OffsetAndMetadata]]:
    """Return the error codes in one answer of the group's coordinator, and the committed offsets, -1 where none is committed.

    Raises:
        UserError: the broker is too old.
    """
    topics = rows_by_topic({partition: partition.partition for partition in partitions})
    if not topics:
        return set(), {}
    try:
        coordinator = await client.find_coordinator(group)
        response = await client._send_request(OffsetFetch(group, topics, require_stable, {}), coordinator)
    except CoordinatorNotAvailableError as error:  # a broker that has just started
        return {error.errno}, {}
    except NotImplementedError as error:
        raise UserError("this Kafka cannot report stable offsets: newsmill needs Kafka 2.5 or newer") from error
    rows = [(topic, row) for topic, topic_rows, _ in response.topics for row in topic_rows]
    offsets = {
        TopicPartition(topic, partition): OffsetAndMetadata(offset, metadata or "")
        for topic, (partition, offset, _, metadata, _, _) in rows
    }
    return {response.error_code, *(error_code for _, (*_, error_code, _) in rows)} - {0}, offsets
