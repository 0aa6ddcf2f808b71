"""Retrieve the errors that aiokafka leaves behind with a lost transaction."""

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import MessageBatch


def retrieve_lost_errors(producer: AIOKafkaProducer) -> None:
    """Keep asyncio from logging errors of a lost transaction that its caller has been given already.

    XXX aiokafka (0.14) also sets the error on futures that nobody awaits: one of the transaction, and one of each record batch that was
    not sent. Their end was logged as "Future exception was never retrieved", with a traceback, whenever a worker was fenced. A batch that
    fails so while its request waits to be sent again is queued again nevertheless, and ends the request by a KeyError.
    """
    transaction, accumulator = producer._txn_manager, producer._message_accumulator
    fatal_error, error_transaction, fail_all = transaction.fatal_error, transaction.error_transaction, accumulator.fail_all
    reenqueue = accumulator.reenqueue

    def fatal(error: BaseException) -> None:
        fatal_error(error)
        transaction._transaction_waiter.exception()

    def abortable(error: BaseException) -> None:
        error_transaction(error)
        transaction._transaction_waiter.exception()

    def fail(error: BaseException) -> None:
        unsent = [batch for batches in accumulator._batches.values() for batch in batches]
        accumulator._pending_batches |= {batch for batch in unsent if batch.retry_count}  # their callbacks take them out once more
        fail_all(error)
        for batch in unsent:
            batch._drain_waiter.exception()

    def queue_again(batch: MessageBatch) -> None:
        if not batch.future.done():
            reenqueue(batch)

    transaction.fatal_error, transaction.error_transaction, accumulator.fail_all = fatal, abortable, fail
    accumulator.reenqueue = queue_again
