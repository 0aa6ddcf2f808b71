"""Records of a span that moves on: none is taken twice."""

from typing import Any

import pytest

from agents.client import new_records
from agents.client.new_records import NewRecords
from agents.settings import Settings
from tests.agents.client.fake_log import FIRST, FakeLog, install


async def test_after_a_read_that_fails_the_next_one_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    log, offsets = FakeLog(), list[int]()
    install(log, monkeypatch, new_records)
    records = NewRecords(Settings(), 600)

    def take(record: Any) -> None:
        offsets.append(record.offset)

    def fail_at_second(record: Any) -> None:
        if record.offset == 2:
            raise ConnectionError
        take(record)

    log.append(FIRST, 1000)
    await records.read(2000, offsets.clear, take)
    log.append(FIRST, 1100)
    log.append(FIRST, 1200)
    with pytest.raises(ConnectionError):
        await records.read(2000, offsets.clear, fail_at_second)
    await records.read(2000, offsets.clear, take)
    assert offsets == [0, 1, 2]
