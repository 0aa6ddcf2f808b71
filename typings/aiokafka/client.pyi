from asyncio import Future
from enum import IntEnum

from aiokafka.cluster import ClusterMetadata

class CoordinationType(IntEnum):
    GROUP = 0
    TRANSACTION = 1

class AIOKafkaClient:
    async def fetch_all_metadata(self) -> ClusterMetadata: ...
    def add_topic(self, topic: str) -> Future[object]: ...
