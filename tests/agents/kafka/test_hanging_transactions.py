"""Hanging transactions of earlier owners are committed or aborted, within a limited time."""

import asyncio
from unittest.mock import AsyncMock

import pytest

from agents.errors import UserError
from agents.kafka import hanging_transactions
from agents.kafka.hanging_transactions import end_hanging


@pytest.mark.parametrize("commit", [True, False])
async def test_hanging_transaction_is_committed_or_aborted_as_asked(monkeypatch: pytest.MonkeyPatch, *, commit: bool) -> None:
    monkeypatch.setattr(hanging_transactions, "add_to_transaction", AsyncMock())
    producer = AsyncMock()
    await end_hanging(producer, [], "news", 1.0, commit=commit)
    assert (producer.commit_transaction.await_count, producer.abort_transaction.await_count) == (int(commit), int(not commit))


async def test_end_that_no_coordinator_does_ends_with_an_error_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(hanging_transactions, "add_to_transaction", never)
    with pytest.raises(UserError, match=r"could not be ended within 0 s: no transaction coordinator"):
        await end_hanging(AsyncMock(), [], "news", 0.01)
