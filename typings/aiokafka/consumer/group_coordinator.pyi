from asyncio import Future, Task
from collections.abc import Awaitable, Callable, Sequence

from aiokafka.structs import OffsetAndMetadata, TopicPartition

class GroupCoordinator:
    group_id: str
    generation: int
    member_id: str
    _closing: Future[None]
    _coordination_task: Task[None]
    _push_error_to_user: Callable[[BaseException], Awaitable[None]]  # a method, which compat replaces
    async def _do_heartbeat(self) -> bool: ...
    def request_rejoin(self) -> None: ...
    async def fetch_committed_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, OffsetAndMetadata]: ...
