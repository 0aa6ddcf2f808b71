"""Aborting the hanging transactions of earlier owners is bounded in time."""

import asyncio
from unittest.mock import AsyncMock

import pytest

from agents.errors import UserError
from agents.kafka import hanging_transactions
from agents.kafka.hanging_transactions import abort_hanging


async def test_abort_that_no_coordinator_does_ends_with_an_error_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(hanging_transactions, "add_to_transaction", never)
    with pytest.raises(UserError, match=r"could not be aborted within 0 s: no transaction coordinator"):
        await abort_hanging(AsyncMock(), [], "news", 0.01)
