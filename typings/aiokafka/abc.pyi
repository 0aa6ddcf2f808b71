import abc
from collections.abc import Collection

from aiokafka.structs import TopicPartition

class ConsumerRebalanceListener(abc.ABC):
    @abc.abstractmethod
    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None: ...
    @abc.abstractmethod
    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None: ...
