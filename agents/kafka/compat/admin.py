"""An admin client that asks another broker where one does not answer, and requests that aiokafka's admin client lacks."""

from collections.abc import Iterable
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.protocol.api import Request
from aiokafka.protocol.group import HeartbeatRequest
from aiokafka.structs import OffsetAndMetadata

from agents.errors import UserError
from agents.kafka.compat.offset_requests import OffsetFetch, rows_by_topic
from agents.kafka.compat.request_limits import AdminClient
from agents.kafka.compat.retry import retry
from agents.kafka.compat.transactions import Member


class RetryingAdminClient(AdminClient):
    """An admin client whose requests to any broker are sent to another one where the first does not answer."""

    async def _send_request(self, request: Request[Any], node_id: int | None = None) -> Any:
        send = super()._send_request
        if node_id is not None:
            return await send(request, node_id)
        return await retry(f"answer {type(request).__name__}", lambda: send(request))


async def fetch_offsets(
    client: AIOKafkaAdminClient, group: str, partitions: Iterable[TopicPartition], *, require_stable: bool
) -> tuple[set[int], dict[TopicPartition, OffsetAndMetadata]]:
    """Return the error codes in one answer of the group's coordinator, and the committed offsets, -1 where none is committed.

    Raises:
        KafkaError: the coordinator does not answer, or Kafka is electing one.
        UserError: the broker is too old.
    """
    topics = rows_by_topic({partition: partition.partition for partition in partitions})
    if not topics:
        return set(), {}
    try:
        coordinator = await client.find_coordinator(group)
        response = await client._send_request(OffsetFetch(group, topics, require_stable, {}), coordinator)
    except NotImplementedError as error:
        raise UserError("this Kafka cannot report stable offsets: newsmill needs Kafka 2.5 or newer") from error
    rows = [(topic, row) for topic, topic_rows, _ in response.topics for row in topic_rows]
    offsets = {
        TopicPartition(topic, partition): OffsetAndMetadata(offset, metadata or "")
        for topic, (partition, offset, _, metadata, _, _) in rows
    }
    return {response.error_code, *(error_code for _, (*_, error_code, _) in rows)} - {0}, offsets


async def is_current_member(client: AIOKafkaAdminClient, group: str, member: Member) -> bool:
    """Return whether the group's coordinator has this member in this generation, and no rebalance is under way; it counts as a heartbeat.

    Raises:
        KafkaError: the coordinator does not answer, or Kafka is electing one.
    """
    coordinator = await client.find_coordinator(group)
    response = await client._send_request(HeartbeatRequest(group, member.generation, member.id), coordinator)
    error = for_code(response.error_code)
    if error.retriable:
        raise error(f"the heartbeat of {member.id}")
    return bool(response.error_code == 0)
