from collections.abc import Awaitable, Callable
from typing import Any

from aiokafka.client import AIOKafkaClient, CoordinationType
from aiokafka.producer.transaction_manager import TransactionManager
from aiokafka.protocol.api import Request
from aiokafka.structs import OffsetAndMetadata, TopicPartition

class Sender:
    client: AIOKafkaClient
    _txn_manager: TransactionManager
    _do_txn_offset_commit: Callable[[dict[TopicPartition, OffsetAndMetadata], str], Awaitable[None]]  # a method, which compat replaces
    async def _find_coordinator(self, coordinator_type: CoordinationType, coordinator_key: str) -> int: ...

class BaseHandler:
    _sender: Sender
    def __init__(self, sender: Sender) -> None: ...
    async def do(self, node_id: int) -> bool: ...
    def create_request(self) -> Request[Any]: ...
    def handle_response(self, resp: Any) -> float | None: ...

class AddOffsetsToTxnHandler(BaseHandler):
    def __init__(self, sender: Sender, group_id: str) -> None: ...

class TxnOffsetCommitHandler(BaseHandler):
    _offsets: dict[TopicPartition, OffsetAndMetadata]
    _group_id: str
    def __init__(self, sender: Sender, offsets: dict[TopicPartition, OffsetAndMetadata], group_id: str) -> None: ...
