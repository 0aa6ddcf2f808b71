from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple

from typing_extensions import TypeVar

# Of a consumer without deserializers, as all of newsmill are.
_Key = TypeVar("_Key", default=bytes)
_Value = TypeVar("_Value", default=bytes)

class TopicPartition(NamedTuple):
    topic: str
    partition: int

class OffsetAndMetadata(NamedTuple):
    offset: int
    metadata: str

class OffsetAndTimestamp(NamedTuple):
    offset: int
    timestamp: int | None

class RecordMetadata(NamedTuple):
    topic: str
    partition: int
    topic_partition: TopicPartition
    offset: int
    timestamp: int | None
    timestamp_type: int
    log_start_offset: int | None

@dataclass
class ConsumerRecord(Generic[_Key, _Value]):
    topic: str
    partition: int
    offset: int
    timestamp: int
    timestamp_type: int
    key: _Key | None
    value: _Value | None
    checksum: int | None
    serialized_key_size: int
    serialized_value_size: int
    headers: Sequence[tuple[str, bytes]]
