"""A topic of two partitions in memory, with the consumer that reads it."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from agents.settings import Settings
from tests.foreign_events import changed

FIRST, SECOND = TopicPartition("news.events", 0), TopicPartition("news.events", 1)


class FakeLog:
    """Two partitions of records, which count how many are read; other topics are empty."""

    def __init__(self) -> None:
        self.records: dict[TopicPartition, list[Any]] = {FIRST: [], SECOND: []}
        self.positions: dict[TopicPartition, int] = {}
        self.read = 0

    def append(self, partition: TopicPartition, number: int, headers: Mapping[str, str] | None = None, **fields: Any) -> None:
        """Append an event whose id and timestamp are `number`."""
        id = f"{number:032x}"
        encoded = [(name, text.encode()) for name, text in ({"ce_id": id} | dict(headers or {})).items()]
        self.append_value(partition, number, changed(id=id, **fields), encoded)

    def append_value(self, partition: TopicPartition, at_ms: int, value: bytes, headers: list[tuple[str, bytes]]) -> None:
        """Append any record."""
        records = self.records[partition]
        known = {"topic": partition.topic, "partition": partition.partition, "offset": len(records), "timestamp": at_ms}
        records.append(SimpleNamespace(**known, value=value, headers=headers))

    def assign(self, partitions: Iterable[TopicPartition]) -> None: ...

    def pause(self, *partitions: TopicPartition) -> None: ...

    async def beginning_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, 0)

    async def end_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        return {each: len(self.records.get(each, ())) for each in partitions}

    async def offsets_for_times(self, times: Mapping[TopicPartition, int]) -> dict[TopicPartition, Any]:
        return {each: next((known for known in self.records.get(each, ()) if known.timestamp >= at), None) for each, at in times.items()}

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.positions[partition] = offset

    async def position(self, partition: TopicPartition) -> int:
        return self.positions[partition]

    async def getmany(self, *partitions: TopicPartition, **_: int) -> dict[TopicPartition, list[Any]]:
        found = {each: self.records[each][self.positions[each] :] for each in partitions}
        self.read += sum(map(len, found.values()))
        self.positions |= {each: len(self.records[each]) for each in partitions}
        return found


def install(log: FakeLog, monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
    """Make a module read this log."""

    @asynccontextmanager
    async def reader(_: Settings) -> AsyncIterator[FakeLog]:
        yield log

    async def partitions(_: Settings, names: list[str]) -> dict[str, int]:
        return dict.fromkeys(names, 2)

    monkeypatch.setattr(module, "reader", reader)
    monkeypatch.setattr(module, "require_topics", partitions)
