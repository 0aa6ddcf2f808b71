"""Decode fetched records with `agents.kafka.decode`: an exception of aiokafka's decoder ends its consumer, and its memory has no limit."""

import asyncio
import weakref
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import Any

import aiokafka.consumer.fetcher
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer.fetcher import READ_COMMITTED, Fetcher, FetchError, FetchResult, PartitionRecords
from aiokafka.record.memory_records import _MemoryRecordsPy
from aiokafka.structs import ConsumerRecord

from agents.kafka.compat.request_limits import limit_waits
from agents.kafka.decode.partition import Budget, DecodeOptions, PartitionDecoder, Skipped, log_skipped

# Of all partitions in one round: decoded records, of which the last may exceed it, and bytes decompressed on the way to one. Heartbeats
# and other partitions wait for a round: 5 ms at 200 MB/s. An ordinary record passes three stages, each with several rounds.
ROUND_RECORD_BYTES = 4 * 1024 * 1024
ROUND_WORK_BYTES = 1024 * 1024


class Consumer(AIOKafkaConsumer):
    """aiokafka's consumer, with a decoder that skips what it cannot read."""

    def __init__(
        self, *topics: str, keep_defective: bool = False, on_skipped: Callable[[Skipped], None] = log_skipped, **options: Any
    ) -> None:
        """Take the arguments of aiokafka's consumer.

        Args:
            topics: subscribed to.
            keep_defective: deliver records that cannot be read whole, with a `DefectiveValue`; they are skipped otherwise.
            on_skipped: called with skipped records.
            options: of aiokafka's consumer.
        """
        keep_fetched_bytes()
        self._replace_decoder = partial(replace_decoder, keep_defective=keep_defective, on_skipped=on_skipped)
        super().__init__(*topics, **options)
        limit_waits(self._client)

    async def start(self) -> None:
        """Connect."""
        await super().start()
        self._replace_decoder(self._fetcher)

    async def beginning_offsets(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        """Return the offset of the first record of each partition."""
        await self._look_up(partitions)
        return await super().beginning_offsets(partitions)

    async def end_offsets(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        """Return the offset after the last record of each partition."""
        await self._look_up(partitions)
        return await super().end_offsets(partitions)

    async def _look_up(self, partitions: Collection[TopicPartition]) -> None:
        """Find the leaders of all topics in one request: aiokafka asks for one topic after the other, each 100 ms later."""
        await self._client.set_topics(self._client._topics | {partition.topic for partition in partitions})


def keep_fetched_bytes() -> None:
    """Make fetchers of this process keep the bytes of a response: aiokafka's fast class hides them. Call it before one starts."""
    aiokafka.consumer.fetcher.MemoryRecords = _MemoryRecordsPy


def replace_decoder(fetcher: Fetcher, *, keep_defective: bool, on_skipped: Callable[[Skipped], None]) -> None:
    """Make the fetcher of a started consumer decode with `PartitionDecoder`, within a budget for each round over its partitions."""
    options = DecodeOptions(read_committed=fetcher._isolation_level == READ_COMMITTED, keep_defective=keep_defective, on_skipped=on_skipped)
    results = _DecodedResults(fetcher, options)
    for partition, result in fetcher._records.items():
        results[partition] = result
    fetcher._records = results
    fetcher.fetched_records = results.in_rounds(fetcher.fetched_records)


class _DecodedResults(OrderedDict[TopicPartition, FetchResult | FetchError]):
    """The buffer of a fetcher: each result that is put there gets a `PartitionDecoder`."""

    def __init__(self, fetcher: Fetcher, options: DecodeOptions) -> None:
        super().__init__()
        self._fetcher = weakref.ref(fetcher)
        self._options = options
        self._budget = Budget(0, 0)

    def __setitem__(self, partition: TopicPartition, result: FetchResult | FetchError) -> None:
        records = result._partition_records if isinstance(result, FetchResult) else None
        if isinstance(result, FetchResult) and isinstance(records, PartitionRecords):
            result._partition_records = PartitionDecoder(
                partition,
                records._records._buffer,
                offset=records.next_fetch_offset,
                aborted=records._aborted_transactions,
                options=self._options,
            )
            # A weak reference, so that a result that is dropped frees its megabytes at once.
            result.getall = partial(self._take, partition, weakref.ref(result))
        super().__setitem__(partition, result)

    def in_rounds(self, fetched_records: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """Return the fetcher's function with a new budget for each call."""

        async def with_budget(*arguments: Any, **options: Any) -> Any:
            self._begin_round()
            return await fetched_records(*arguments, **options)

        return with_budget

    def _begin_round(self) -> None:
        self._budget.record_bytes, self._budget.work_bytes = ROUND_RECORD_BYTES, ROUND_WORK_BYTES

    def _take(
        self, partition: TopicPartition, reference: "Callable[[], FetchResult | None]", max_records: int | None = None
    ) -> list[ConsumerRecord]:
        """Return the next records of a result, in place of `FetchResult.getall`."""
        result = reference()
        if result is None or not result.check_assignment(partition) or not isinstance(result._partition_records, PartitionDecoder):
            return []
        if not self._budget.is_left:
            return []
        decoder = result._partition_records
        records = decoder.take(max_records, self._budget)
        result._update_position()
        if decoder.is_done:
            result._partition_records = None
            return records
        self.move_to_end(partition)  # the next round begins with another
        if not records:
            asyncio.get_running_loop().call_soon(self._continue)
        return records

    def _continue(self) -> None:
        """Begin another round of a fetcher that waits: a partition has more to decompress before its next record."""
        self._begin_round()
        fetcher = self._fetcher()
        if fetcher is not None:
            for waiter in fetcher._fetch_waiters:
                fetcher._notify(waiter)
