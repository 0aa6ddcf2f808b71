from aiokafka.structs import TopicPartition

class TopicPartitionState:
    _position: int | None
    highwater: int | None
    @property
    def has_valid_position(self) -> bool: ...
    @property
    def awaiting_reset(self) -> bool: ...

class Assignment:
    @property
    def tps(self) -> frozenset[TopicPartition]: ...
    def state_value(self, tp: TopicPartition) -> TopicPartitionState: ...

class Subscription:
    @property
    def assignment(self) -> Assignment | None: ...

class SubscriptionState:
    @property
    def subscription(self) -> Subscription | None: ...
