"""Kafka's record batches as bytes: read as a consumer reads them, and built by hand, valid or not."""

import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

from aiokafka.codec import gzip_encode, lz4_encode, snappy_encode, zstd_encode
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import calc_crc32c

from streams.records import Headers

HEADER_BYTES = 61
CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}


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


def build_batch(
    records: Sequence[tuple[bytes | None, bytes | None, list[tuple[str, bytes | None]]]], codec: str = "none", base: int = 0
) -> bytes:
    """Return a batch of these records (key, value, headers) as aiokafka's producer builds it."""
    builder = DefaultRecordBatchBuilder(
        magic=2, compression_type=CODECS[codec], is_transactional=0, producer_id=-1, producer_epoch=-1, base_sequence=-1, batch_size=1 << 31
    )
    for number, (key, value, headers) in enumerate(records):
        builder.append(number, 1000 + number, key, value, headers)
    return struct.pack(">q", base) + bytes(builder.build())[8:]


def raw_batch(
    payload: bytes,
    count: int,
    *,
    base: int = 0,
    attributes: int = 0,
    magic: int = 2,
    last_offset_delta: int | None = None,
    producer: int = -1,
) -> bytes:
    """Return a batch with a right checksum around any payload."""
    last = count - 1 if last_offset_delta is None else last_offset_delta
    checked = struct.pack(">hiqqqhii", attributes, last, 1000, 1000 + count, producer, 0, 0, count) + payload
    return struct.pack(">qiibI", base, len(checked) + 9, 0, magic, calc_crc32c(checked)) + checked


def raw_record(
    value: bytes,
    *,
    delta: int = 0,
    key: bytes = b"k",
    headers: Sequence[tuple[bytes, bytes]] = (),
    count: int | None = None,
    rest: bytes = b"",
) -> bytes:
    """Return a record as it is in a batch; `count` of headers may be a lie, and `rest` follows the last header."""
    fields = b"\0" + varint(0) + varint(delta) + _sized(key) + _sized(value) + varint(len(headers) if count is None else count)
    fields += b"".join(_sized(name) + _sized(field) for name, field in headers) + rest
    return varint(len(fields)) + fields


def compress(codec: str, data: bytes) -> bytes:
    """Return data as a producer compresses them."""
    encode: Any = {"gzip": gzip_encode, "snappy": snappy_encode, "lz4": lz4_encode, "zstd": zstd_encode}[codec]
    return bytes(encode(data))


def varint(number: int) -> bytes:
    """Return a number as records hold it."""
    number = number << 1 ^ number >> 63
    found = bytearray()
    while number & ~0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def _sized(data: bytes) -> bytes:
    return varint(len(data)) + data
