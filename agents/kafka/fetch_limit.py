"""Skip fetches of partitions whose memory budget is used up by buffered records."""

from collections import Counter
from collections.abc import Callable

from aiokafka import TopicPartition

from agents.kafka.compat.fetcher import BufferedBytes


def fetchable_partitions(
    share_of: Callable[[TopicPartition], str], has_room: Callable[[TopicPartition, int], bool]
) -> Callable[[BufferedBytes], Callable[[TopicPartition], bool]]:
    """Return the rule for `restrict_fetches`: fetch a partition only if its share has room beside the records in the fetcher's buffer.

    XXX aiokafka (0.14) limits the size of one response, not their number: 6 partitions with dumps of 10 MiB were 60 MiB beside those that
    the agents hold, and waiting back-fills as much again. A test with such a flood fails without this.

    Args:
        share_of: the share of a partition.
        has_room: whether a partition may be fetched, with so many bytes buffered for its share.
    """

    def fetchable(buffered: BufferedBytes) -> Callable[[TopicPartition], bool]:
        bytes_by_share: Counter[str] = Counter()
        for partition, size in buffered.items():
            bytes_by_share[share_of(partition)] += size
        return lambda partition: has_room(partition, bytes_by_share[share_of(partition)])

    return fetchable
