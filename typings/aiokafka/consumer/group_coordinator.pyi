from collections.abc import Sequence

from aiokafka.structs import OffsetAndMetadata, TopicPartition

class GroupCoordinator:
    generation: int
    member_id: str
    async def fetch_committed_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, OffsetAndMetadata]: ...
