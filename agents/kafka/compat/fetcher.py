"""Limit which partitions aiokafka's fetcher requests."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import Fetcher, FetchResult
from aiokafka.consumer.subscription_state import Assignment

from agents.kafka.decode.partition import PartitionDecoder

BufferedBytes = Mapping[TopicPartition, int]


class _FetchableAssignment:
    """An assignment as the fetcher reads it, with only the partitions that may be fetched now."""

    def __init__(self, assignment: Assignment, partitions: Iterable[TopicPartition]) -> None:
        self.tps = frozenset(partitions)
        self.state_value = assignment.state_value


def restrict_fetches(fetcher: Fetcher, fetchable: Callable[[BufferedBytes], Callable[[TopicPartition], bool]]) -> None:
    """Make a fetcher skip partitions; the rule is evaluated before each round of requests, at least 5 times a second.

    Args:
        fetcher: of a started consumer.
        fetchable: takes the size of the buffered records by partition, and returns the predicate of the partitions that may be fetched.
    """
    get_actions_per_node = fetcher._get_actions_per_node

    def restricted(assignment: Assignment) -> Any:
        buffered = _buffered_bytes(fetcher)
        is_fetchable = fetchable(buffered)
        partitions = (
            partition
            for partition in assignment.tps
            # The fetcher skips buffered partitions itself, after their backoff; those without a position need a request to get one.
            if partition in buffered or not assignment.state_value(partition).has_valid_position or is_fetchable(partition)
        )
        return get_actions_per_node(_FetchableAssignment(assignment, partitions))

    fetcher._get_actions_per_node = restricted


def _buffered_bytes(fetcher: Fetcher) -> dict[TopicPartition, int]:
    return {partition: _size(result) for partition, result in fetcher._records.items()}


def _size(result: object) -> int:
    # A FetchError waits there to be raised; a FetchResult without records has been read to its end.
    records = result._partition_records if isinstance(result, FetchResult) else None
    return records.size_in_bytes() if isinstance(records, PartitionDecoder) else 0
