"""Dumps for workers that crash, and how such a worker ends."""

import asyncio

from streams.records import Headers, Incoming
from tests.contract import header, page, text_dump
from tests.kafka.worker import View, Worker
from tests.stories import story


def dump(number: int, more: str = "") -> tuple[bytes, Headers]:
    return text_dump(page(number, body=f"{story(number)} {more}"), f"https://crash.example/{number}")


async def send(view: View, dumps: list[tuple[bytes, Headers]]) -> None:
    await asyncio.gather(*(view.send("dumps", value, headers, None) for value, headers in dumps))


async def settled_with_restarts(worker: Worker, view: View) -> list[int]:
    """Return how the worker ended each time until all was done; it is started again at once, as an orchestrator does."""
    ended: list[int] = []
    settling = asyncio.create_task(view.settled())
    while not settling.done():
        assert worker.process is not None
        status = worker.process.poll()
        if status is not None:
            ended.append(status)
            worker.start()
        await asyncio.sleep(0.05)
    await settling
    return ended


def reasons(letters: list[Incoming]) -> list[tuple[str | None, str | None]]:
    return sorted((header(one, "__connect.errors.stage"), header(one, "__connect.errors.exception.class.name")) for one in letters)
