"""Errors of a lost transaction reach its caller, and are not logged again by asyncio."""

import asyncio
import gc
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import ProducerFenced
from aiokafka.producer.message_accumulator import MessageAccumulator
from aiokafka.producer.transaction_manager import TransactionManager

from agents.kafka.compat.lost_errors import retrieve_lost_errors

EVENTS = TopicPartition("news.events", 1)


def begun(*, is_mended: bool) -> tuple[Any, Any]:
    """Return the manager of a transaction that has begun, and its accumulator."""
    new_manager: Any = TransactionManager
    new_accumulator: Any = MessageAccumulator
    transaction = new_manager("news-dumps-3", 10_000)
    transaction.set_pid_and_epoch(5, 2)
    transaction.begin_transaction()
    cluster = SimpleNamespace(leader_for_partition=lambda _: 1)
    accumulator = new_accumulator(cluster, batch_size=1000, compression_type=0, batch_ttl=10, txn_manager=transaction)
    if is_mended:
        retrieve_lost_errors(SimpleNamespace(_txn_manager=transaction, _message_accumulator=accumulator))  # type: ignore[arg-type]
    return transaction, accumulator


async def lose(*, is_fatal: bool, is_mended: bool) -> list[str]:
    """Lose a transaction with a batch that was not sent, and return what asyncio reports of it."""
    reported: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context["message"]))
    transaction, accumulator = begun(is_mended=is_mended)
    sent = await accumulator.add_message(EVENTS, None, b"{}", timeout=1)
    if is_fatal:
        accumulator.fail_all(ProducerFenced())
        transaction.fatal_error(ProducerFenced())
        with pytest.raises(ProducerFenced):
            await sent
    else:
        transaction.error_transaction(ProducerFenced())
        with pytest.raises(ProducerFenced):
            transaction.committing_transaction()
        accumulator.fail_all(ProducerFenced())
        sent.exception()
    del transaction, accumulator, sent
    gc.collect()
    await asyncio.sleep(0)
    return reported


@pytest.mark.slow
@pytest.mark.parametrize("is_fatal", [True, False], ids=["fatal", "abortable"])
async def test_errors_of_a_lost_transaction_are_not_reported_a_second_time(*, is_fatal: bool) -> None:
    assert await lose(is_fatal=is_fatal, is_mended=False)
    assert await lose(is_fatal=is_fatal, is_mended=True) == []


async def test_batch_that_failed_while_its_request_waited_to_be_sent_again_is_not_queued_again() -> None:
    transaction, accumulator = begun(is_mended=True)
    sent = await accumulator.add_message(EVENTS, None, b"{}", timeout=1)
    waiting, failed = accumulator._pop_batch(EVENTS), ProducerFenced()
    accumulator.fail_all(failed)
    assert isinstance(sent.exception(), ProducerFenced)
    await asyncio.sleep(0)
    accumulator.reenqueue(waiting)
    assert EVENTS not in accumulator._batches
    transaction.fatal_error(failed)


async def test_batch_of_a_running_transaction_is_queued_again() -> None:
    _, accumulator = begun(is_mended=True)
    sent = await accumulator.add_message(EVENTS, None, b"{}", timeout=1)
    waiting = accumulator._pop_batch(EVENTS)
    accumulator.reenqueue(waiting)
    assert list(accumulator._batches[EVENTS]) == [waiting]
    sent.cancel()


async def test_batch_that_was_queued_again_fails_with_its_transaction_and_logs_nothing() -> None:
    reported: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context["message"]))
    transaction, accumulator = begun(is_mended=True)
    sent = await accumulator.add_message(EVENTS, None, b"{}", timeout=1)
    accumulator.reenqueue(accumulator._pop_batch(EVENTS))
    accumulator.fail_all(ProducerFenced())
    transaction.fatal_error(ProducerFenced())
    assert isinstance(sent.exception(), ProducerFenced)
    await asyncio.sleep(0)
    assert reported == []
