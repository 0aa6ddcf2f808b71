"""Find the record batches in a fetch response, and the transactions among them that were aborted."""

import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from aiokafka.record.util import calc_crc32c

from agents.kafka.decode.decompress import CODEC_MASK
from agents.kafka.decode.errors import SkipReason, UnreadableBatch
from agents.kafka.decode.records import parse_records

_LENGTH = struct.Struct(">qi")
_HEADER = struct.Struct(">qiibIhiqqqhii")
_CONTROL_KEY = struct.Struct(">hh")
TIMESTAMP_TYPE_MASK, TRANSACTIONAL_MASK, CONTROL_MASK = 0x08, 0x10, 0x20
ABORT_MARKER = 0
CHECKED_FROM, CODEC_POSITION = 21, 22
FORMAT_2 = 2


class Batch(NamedTuple):
    """A record batch of format 2: the fields of its header, and `data`, all of its bytes."""

    data: memoryview
    base_offset: int
    length: int
    leader_epoch: int
    magic: int
    crc: int
    attributes: int
    last_offset_delta: int
    first_timestamp: int
    max_timestamp: int
    producer_id: int
    producer_epoch: int
    base_sequence: int
    record_count: int

    @property
    def next_offset(self) -> int:
        """The offset after the batch."""
        return self.base_offset + max(0, self.last_offset_delta) + 1

    @property
    def trusted_next_offset(self) -> int:
        """The offset after a batch whose header may be damaged: after its first record, unless two fields agree on more."""
        return self.next_offset if self.record_count == self.last_offset_delta + 1 else self.base_offset + 1

    @property
    def codec(self) -> int:
        """The compression."""
        return self.attributes & CODEC_MASK

    @property
    def payload(self) -> memoryview:
        """The records, compressed by `codec`."""
        return self.data[_HEADER.size :]

    @property
    def timestamp_type(self) -> int:
        """0 for the producer's time, 1 for the broker's."""
        return int(bool(self.attributes & TIMESTAMP_TYPE_MASK))

    @property
    def is_control(self) -> bool:
        """Whether it holds the end of a transaction, not records."""
        return bool(self.attributes & CONTROL_MASK)

    def check(self) -> None:
        """Raise UnreadableBatch for another format or a wrong checksum."""
        if self.magic != FORMAT_2:
            raise UnreadableBatch(SkipReason.FORMAT, f"a record batch of format {self.magic}")
        if calc_crc32c(self.data[CHECKED_FROM:]) != self.crc:
            raise UnreadableBatch(SkipReason.CHECKSUM, "the checksum is wrong")

    def uncompressed(self, records: memoryview) -> "Batch":
        """Return the batch with its decompressed records."""
        data = bytearray(_HEADER.size + len(records))
        data[: _HEADER.size] = self.data[: _HEADER.size]
        data[_HEADER.size :] = records
        data[CODEC_POSITION] &= ~CODEC_MASK
        return Batch(memoryview(data), *_HEADER.unpack_from(data))


def batches(data: bytes) -> Iterator[Batch]:
    """Yield the complete batches of a fetch response; bytes that are no batch end it, or are one of another format."""
    view, start = memoryview(data), 0
    while len(view) - start >= _HEADER.size:
        offset, length = _LENGTH.unpack_from(view, start)
        end = start + _LENGTH.size + max(0, length)
        if end > len(view):
            return
        if end - start < _HEADER.size:  # the rest can't be framed
            yield Batch(view[start:], offset, length, *[-1] * 11)
            return
        yield Batch(view[start:end], *_HEADER.unpack_from(view, start))
        start = end


class AbortedTransactions:
    """The producers whose transaction is aborted at the current batch."""

    def __init__(self, aborted: Iterable[tuple[int, int]]) -> None:
        """Take the aborted transactions of a fetch response: producer and first offset of each."""
        self._begins = sorted(aborted, key=lambda begin: begin[1])
        self._producers: set[int] = set()

    def has(self, batch: Batch) -> bool:
        """Return whether the batch was aborted; call it for each batch in order."""
        while self._begins and self._begins[0][1] <= batch.base_offset:
            self._producers.add(self._begins.pop(0)[0])
        if batch.is_control and _is_abort(batch):
            self._producers.discard(batch.producer_id)
        return bool(batch.attributes & TRANSACTIONAL_MASK) and batch.producer_id in self._producers


def _is_abort(batch: Batch) -> bool:
    try:
        keys = [record.key for record in parse_records(1, [batch.payload]) if record is not None]
        return bool(_CONTROL_KEY.unpack_from(keys[0] or b"")[1] == ABORT_MARKER)
    except (UnreadableBatch, struct.error, IndexError):
        return False
