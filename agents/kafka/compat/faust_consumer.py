"""Faust's Kafka consumer with read_committed, a limit on fetches, and access to its membership and positions."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer.subscription_state import TopicPartitionState
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport
from faust.types import TP, Message

from agents.kafka.compat.coordination import join_again_after_errors, report_ended_tasks
from agents.kafka.compat.decoder import keep_fetched_bytes, replace_decoder
from agents.kafka.compat.fetcher import BufferedBytes, restrict_fetches
from agents.kafka.compat.position_resets import report_position_resets
from agents.kafka.compat.request_limits import limit_waits
from agents.kafka.decode.partition import Skipped


class ReadCommittedConsumer(Consumer):
    """Faust's consumer with isolation level read_committed and a limit on the memory of fetched records.

    XXX Faust sets read_committed only with its own exactly_once, which lost and doubled records
    (docs/decisions/0011-read-committed-through-a-private-attribute.md). aiokafka reads the attributes when the consumer starts; tests on
    real Kafka fail where it does not.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        callback: Callable[[Message], Awaitable[None]],
        fetch_max_bytes: int,
        fetchable: Callable[[BufferedBytes], Callable[[TopicPartition], bool]],
        on_skipped: Callable[[Skipped], None],
        on_reset: Callable[[TopicPartition, int], None],
        on_error: Callable[[BaseException], None],
        **options: Any,
    ) -> None:
        """Create the consumer and its thread; nothing is connected.

        Args:
            transport: of the app.
            callback: receives each message.
            fetch_max_bytes: limit of one fetch response, unless its first batch is larger.
            fetchable: see `restrict_fetches`.
            on_skipped: called with records that cannot be read.
            on_reset: see `report_position_resets`.
            on_error: see `report_ended_tasks`.
            options: further arguments of Faust's consumer.
        """
        self.fetch_max_bytes = fetch_max_bytes
        self.fetchable = fetchable
        self.on_skipped = on_skipped
        self.on_reset = on_reset
        self.on_error = on_error
        super().__init__(transport, callback=callback, **options)

    @property
    def member_id(self) -> str:
        """The id of this member in the consumer group; empty before it has joined."""
        return str(self._thread._ensure_consumer()._coordinator.member_id)

    async def committed_offsets(self) -> dict[TP, int | None]:
        """Return the committed offsets of the assigned partitions, None where none is committed.

        One request for all: aiokafka's `seek_to_committed` sends one for each partition, and waits for each answer.
        """
        coordinator, assigned = self._thread._ensure_consumer()._coordinator, sorted(self.assignment())
        found = await self._thread.call_thread(coordinator.fetch_committed_offsets, assigned)
        committed = {partition: offset.offset for partition, offset in found.items() if offset.offset >= 0}
        return {partition: committed.get(TopicPartition(*partition)) for partition in assigned}

    def position_of(self, partition: TopicPartition) -> int | None:
        """Return the offset of the next record to read; None if the partition is not assigned or has no position yet."""
        state = self._state_of(partition)
        return state._position if state is not None else None

    def highwater_of(self, partition: TopicPartition) -> int | None:
        """Return the high watermark of the last fetch; None if the partition is not assigned or nothing has been fetched yet."""
        state = self._state_of(partition)
        return state.highwater if state is not None else None

    def _state_of(self, partition: TopicPartition) -> TopicPartitionState | None:
        """Return what aiokafka knows of an assigned partition.

        XXX aiokafka gives the position only to the consumer's own thread, as a coroutine, and its `highwater` raises where a partition is
        not assigned, as during a rebalance; this reads the numbers that it keeps.
        """
        consumer: AIOKafkaConsumer | None = self._thread._consumer
        subscription = consumer._subscription.subscription if consumer is not None else None
        assignment = subscription.assignment if subscription is not None else None
        if assignment is None or partition not in assignment.tps:
            return None
        return assignment.state_value(partition)

    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _ReadCommittedThread(self, loop=self.loop, beacon=self.beacon)


class _ReadCommittedThread(AIOKafkaConsumerThread):
    consumer: ReadCommittedConsumer

    async def on_start(self) -> None:
        await super().on_start()
        consumer = self._ensure_consumer()
        join_again_after_errors(consumer._coordinator, self.consumer.on_error)
        report_ended_tasks(consumer, self.consumer.on_error)
        fetcher = consumer._fetcher
        replace_decoder(fetcher, keep_defective=True, on_skipped=self.consumer.on_skipped)
        restrict_fetches(fetcher, self.consumer.fetchable)
        report_position_resets(fetcher, self.consumer.on_reset)

    def _create_worker_consumer(self, transport: Transport) -> AIOKafkaConsumer:
        keep_fetched_bytes()
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"
        consumer._fetch_max_bytes = self.consumer.fetch_max_bytes
        limit_waits(consumer._client)
        return consumer
