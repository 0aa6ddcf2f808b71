"""What keeps aiokafka's fetcher from reading ahead without bound: it buffers an answer for each partition, of any size."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from aiokafka import TopicPartition


class Admitted:
    """An assignment as the fetcher reads it, with only those partitions that may be fetched now."""

    def __init__(self, assignment: Any, partitions: Iterable[TopicPartition]) -> None:
        self.tps = frozenset(partitions)
        self.state_value = assignment.state_value


def bound_fetches(fetcher: Any, share_of: Callable[[TopicPartition], bool], has_room: Callable[[TopicPartition, int], bool]) -> None:
    """Have a fetcher ask only for partitions whose share of the memory has room beside what is buffered; it looks again 5 times a second.

    XXX aiokafka (0.14) bounds one answer, and not their number: 6 partitions with dumps of 10 MiB were 60 MiB beside what the agents hold,
    and back-filled dumps that wait as much again. A test with such a flood fails without it.

    Args:
        fetcher: a consumer's.
        share_of: which share a partition belongs to.
        has_room: whether a partition has room, given the bytes that are buffered for its share.
    """
    known = fetcher._get_actions_per_node

    def bounded(assignment: Any) -> Any:
        buffered: Counter[bool] = Counter()
        for partition, result in fetcher._records.items():
            buffered[share_of(partition)] += _size(result)
        return known(
            Admitted(
                assignment,
                (
                    partition
                    for partition in assignment.tps
                    # One with something in the buffer is not asked for, and one without a place yet has to be given one.
                    if has_room(partition, buffered[share_of(partition)])
                    or partition in fetcher._records
                    or not assignment.state_value(partition).has_valid_position
                ),
            )
        )

    fetcher._get_actions_per_node = bounded


def _size(result: Any) -> int:
    records = getattr(result, "_partition_records", None)  # an error that waits to be raised has none
    return records._records.size_in_bytes() if records is not None else 0
