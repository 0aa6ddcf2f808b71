from asyncio import Future, Task
from collections.abc import Awaitable, Callable, Collection
from enum import IntEnum
from typing import Any, Protocol

from aiokafka.cluster import ClusterMetadata
from aiokafka.conn import AIOKafkaConnection
from aiokafka.protocol.api import Request

class ConnectionGroup(IntEnum):
    DEFAULT = 0
    COORDINATION = 1

class CoordinationType(IntEnum):
    GROUP = 0
    TRANSACTION = 1

class _GetConnection(Protocol):
    async def __call__(self, node: int | str, *, group: ConnectionGroup = ...) -> AIOKafkaConnection | None: ...

class _Send(Protocol):
    async def __call__(self, node: int, request: Request[Any], *, group: ConnectionGroup = ...) -> Any: ...

class AIOKafkaClient:
    cluster: ClusterMetadata
    _request_timeout_ms: int
    _topics: set[str]
    _sync_task: Task[None]
    # Methods, which compat replaces:
    bootstrap: Callable[[], Awaitable[None]]
    get_random_node: Callable[[], int | None]
    send: _Send
    _get_conn: _GetConnection
    def __init__(self, *, request_timeout_ms: int = ..., **options: Any) -> None: ...
    async def close(self) -> None: ...
    async def coordinator_lookup(self, coordinator_type: CoordinationType, coordinator_key: str) -> int: ...
    async def fetch_all_metadata(self) -> ClusterMetadata: ...
    def add_topic(self, topic: str) -> Future[object]: ...
    def set_topics(self, topics: Collection[str]) -> Future[object]: ...
    def force_metadata_update(self) -> Future[object]: ...
