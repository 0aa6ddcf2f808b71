"""Kafka's record batches as bytes, read as a consumer reads them."""

from typing import NamedTuple

from aiokafka.record.memory_records import MemoryRecords

from streams.records import Headers


class Record(NamedTuple):
    key: bytes | None
    value: bytes
    headers: Headers


def read_batches(data: bytes) -> list[list[Record]]:
    """Return the records of each batch."""
    batches, found = MemoryRecords(data), []
    while batches.has_next():
        found.append([Record(record.key, record.value or b"", tuple(record.headers)) for record in batches.next_batch()])
    return found
