from asyncio import Future
from collections.abc import Callable, Mapping, Sequence

from aiokafka.structs import TopicPartition

class BatchBuilder:
    def __init__(self, batch_size: int, compression_type: int, *, is_transactional: bool = ...) -> None: ...
    def append(
        self, *, timestamp: int | None, key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes]] = ...
    ) -> object | None: ...
    def close(self) -> None: ...
    def size(self) -> int: ...
    def record_count(self) -> int: ...
    def _build(self) -> bytearray: ...

class MessageBatch:
    future: Future[object]
    retry_count: int
    _drain_waiter: Future[None]

class MessageAccumulator:
    _batches: Mapping[TopicPartition, Sequence[MessageBatch]]
    _pending_batches: set[MessageBatch]
    fail_all: Callable[[BaseException], None]
    reenqueue: Callable[[MessageBatch], None]
