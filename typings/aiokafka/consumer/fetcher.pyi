from asyncio import Task
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from aiokafka.consumer.subscription_state import Assignment
from aiokafka.record.memory_records import MemoryRecords as _MemoryRecords
from aiokafka.record.memory_records import _MemoryRecordsPy
from aiokafka.structs import ConsumerRecord, TopicPartition

READ_COMMITTED: int
MemoryRecords: type[_MemoryRecords] | type[_MemoryRecordsPy]  # which compat replaces

class FetchError:
    def __init__(self, *, error: BaseException, backoff: float) -> None: ...

class PartitionRecords:
    next_fetch_offset: int
    _aborted_transactions: list[tuple[int, int]]
    _records: _MemoryRecordsPy

class _Records(Protocol):  # PartitionRecords, or what compat replaces it with
    @property
    def next_fetch_offset(self) -> int: ...

class FetchResult:
    _partition_records: _Records | None
    getall: Callable[..., list[ConsumerRecord]]  # a method, which compat replaces
    def __init__(
        self, tp: TopicPartition, *, assignment: Assignment | None, partition_records: _Records | None, backoff: float
    ) -> None: ...
    def check_assignment(self, tp: TopicPartition) -> bool: ...
    def has_more(self) -> bool: ...
    def _update_position(self) -> None: ...

class Fetcher:
    _isolation_level: int
    _records: OrderedDict[TopicPartition, FetchResult | FetchError]
    _fetch_task: Task[None]
    _fetch_waiters: set[Any]
    _get_actions_per_node: Callable[[Any], Any]  # a method, which compat replaces
    fetched_records: Callable[..., Awaitable[dict[TopicPartition, list[ConsumerRecord]]]]  # the same
    def _notify(self, future: Any) -> None: ...
