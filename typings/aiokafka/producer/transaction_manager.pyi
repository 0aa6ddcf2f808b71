from asyncio import Future
from collections.abc import Callable

from aiokafka.structs import TopicPartition

class TransactionManager:
    transactional_id: str
    @property
    def producer_id(self) -> int: ...
    @property
    def producer_epoch(self) -> int: ...
    def maybe_add_partition_to_txn(self, tp: TopicPartition) -> None: ...
    fatal_error: Callable[[BaseException], None]
    error_transaction: Callable[[BaseException], None]
    _transaction_waiter: Future[None]
