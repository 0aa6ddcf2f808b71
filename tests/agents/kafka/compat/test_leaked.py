"""A cancellation that a library leaks is an error like others; one that somebody meant is none."""

import asyncio

import pytest

from agents.errors import NotReachable
from agents.kafka import connect
from agents.kafka.compat.leaked import report_errors
from agents.kafka.connect import admin
from agents.settings import Settings

Reported = list[BaseException]


async def end(reported: Reported, body_waits_for: "asyncio.Future[None]", *, cancel: bool) -> None:
    """Run a body that waits for a future, until it has ended; `cancel` cancels its task, otherwise the future is cancelled."""

    async def body(waiting: "asyncio.Future[None]") -> None:
        await waiting

    async def on_error(error: BaseException) -> None:
        reported.append(error)

    task = asyncio.ensure_future(report_errors(body, on_error)(body_waits_for))
    await asyncio.sleep(0)
    (task if cancel else body_waits_for).cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def test_future_that_a_library_cancels_is_reported_as_the_end_of_the_body() -> None:
    reported: Reported = []
    await end(reported, asyncio.Future(), cancel=False)
    assert [type(error) for error in reported] == [asyncio.CancelledError]


async def test_body_whose_task_is_cancelled_reports_nothing() -> None:
    reported: Reported = []
    await end(reported, asyncio.Future(), cancel=True)
    assert reported == []


class Client:
    """An admin client that is connected."""

    def __init__(self, **_: object) -> None:
        pass

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        pass


async def _ask(waiting: "asyncio.Future[None]") -> None:
    async with admin(Settings()):
        await waiting


async def test_question_whose_client_is_closed_meanwhile_finds_no_kafka(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "RetryingAdminClient", Client)
    waiting: asyncio.Future[None] = asyncio.Future()
    waiting.cancel()
    with pytest.raises(NotReachable):
        await _ask(waiting)


async def test_question_of_a_cancelled_task_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "RetryingAdminClient", Client)
    task = asyncio.ensure_future(_ask(asyncio.Future()))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
