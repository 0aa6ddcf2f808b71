from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from aiokafka.consumer.subscription_state import Assignment
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.structs import TopicPartition

class FetchError:
    def __init__(self, *, error: BaseException, backoff: float) -> None: ...

class PartitionRecords:
    _records: MemoryRecords

class FetchResult:
    _partition_records: PartitionRecords | None
    def __init__(
        self, tp: TopicPartition, *, assignment: Assignment | None, partition_records: PartitionRecords | None, backoff: float
    ) -> None: ...

class Fetcher:
    _records: OrderedDict[TopicPartition, FetchResult | FetchError]
    _get_actions_per_node: Callable[[Any], Any]  # a method, which compat replaces
