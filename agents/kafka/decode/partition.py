"""Decode what one fetch returned of a partition, record by record: no bytes raise an exception, and memory is bounded.

A batch that is small once decompressed takes the fast path, aiokafka's decoder in C. One that is larger, or that it cannot decode, is
decompressed and parsed in chunks. What cannot be read is skipped with a count, or delivered with a `DefectiveValue`.
"""

import logging
import weakref
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast

from aiokafka import TopicPartition
from aiokafka.record.default_records import DefaultRecordBatch
from aiokafka.structs import ConsumerRecord

from agents.kafka.decode.batch import AbortedTransactions, Batch, batches
from agents.kafka.decode.decompress import CHUNK_BYTES, UNCOMPRESSED, decompress_small, decompress_stream
from agents.kafka.decode.errors import SkipReason, UnreadableBatch
from agents.kafka.decode.records import MAX_HEADERS, ParsedRecord, parse_records
from streams.records import Defect

log = logging.getLogger(__name__)

# Batches of newsmill's own producers have 1 MiB at most before compression, but for one large article.
SMALL_BATCH_BYTES = 2 * 1024 * 1024
# The objects of a record and of a header, beside their bytes.
RECORD_OVERHEAD_BYTES, HEADER_OVERHEAD_BYTES = 500, 100
MAX_LOGGED_DETAIL = 200
# Records that are passed over between two pauses; each takes some microseconds.
PASSED_RECORDS = 64

Headers = Iterable[tuple[str, bytes]]  # of aiokafka; a value may be None


class DefectiveValue(bytes):
    """The value of a record that could not be read whole: what could be, and why not all. No producer can send one."""

    defect: Defect

    def __new__(cls, kept: bytes, defect: Defect) -> "DefectiveValue":
        """Return `kept` with the defect."""
        value = super().__new__(cls, kept)
        value.defect = defect
        return value


@dataclass(frozen=True, slots=True)
class Skipped:
    """Records that were passed over: `count` of them, the first at `offset`."""

    partition: TopicPartition
    offset: int
    count: int
    reason: SkipReason
    detail: str


def log_skipped(skipped: Skipped) -> None:
    """Log skipped records in one line."""
    log.warning(
        "records skipped topic=%s partition=%s offset=%s count=%s reason=%s: %s",
        *(*skipped.partition, skipped.offset, skipped.count, skipped.reason, skipped.detail[:MAX_LOGGED_DETAIL]),
    )


@dataclass(slots=True)
class Budget:
    """What one round of a consumer may still decode: bytes of records to deliver, and bytes to decompress on the way."""

    record_bytes: int
    work_bytes: int

    @property
    def is_left(self) -> bool:
        """Whether the round may decode more."""
        return self.record_bytes > 0 and self.work_bytes > 0


class LargeTurn:
    """Lets one partition at a time use a decompressor that needs much memory, for one batch."""

    def __init__(self) -> None:
        """Start with no holder."""
        self._holder: Callable[[], _Reader | None] = lambda: None
        self._batches_done = 0

    def taken_by(self, reader: "_Reader") -> bool:
        """Return whether the partition has the turn; it ends with the batch, or when the partition is no longer read."""
        holder = self._holder()
        if holder is not None and holder is not reader and holder.batches_done == self._batches_done:
            return False
        self._holder, self._batches_done = weakref.ref(reader), reader.batches_done
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeOptions:
    """What the partitions of a consumer share.

    Attributes:
        read_committed: hide the records of aborted transactions.
        keep_defective: deliver records that cannot be read whole; they are skipped otherwise.
        on_skipped: called with skipped records.
        turn: see there.
        buffer: for small batches.
        refetched: the batch of a partition that was fetched again because of its checksum.
    """

    read_committed: bool
    keep_defective: bool
    on_skipped: Callable[[Skipped], None] = log_skipped
    turn: LargeTurn = field(default_factory=LargeTurn)
    buffer: bytearray = field(default_factory=lambda: bytearray(SMALL_BATCH_BYTES))
    refetched: dict[TopicPartition, int] = field(default_factory=dict)


class PartitionDecoder:
    """The records of one fetch response of a partition, in order."""

    def __init__(
        self, partition: TopicPartition, data: bytes, *, offset: int, aborted: Iterable[tuple[int, int]], options: DecodeOptions
    ) -> None:
        """Decode the batches of `data` from `offset` on; `aborted` are transactions, by producer and first offset."""
        self._reader = _Reader(partition, data, offset, AbortedTransactions(aborted), options)
        self._records = self._reader.records()
        self.is_done = False

    @property
    def next_fetch_offset(self) -> int:
        """The position after the records that were taken."""
        return self._reader.next_offset

    def size_in_bytes(self) -> int:
        """Return the bytes that are held: the response, and a batch that is decompressed."""
        return len(self._reader.data) + self._reader.held_bytes

    def take(self, max_records: int | None, budget: Budget) -> list[ConsumerRecord]:
        """Return the next records within the budget, the last of which may exceed it; none where there is much to decompress first."""
        found: list[ConsumerRecord] = []
        while budget.is_left and len(found) != max_records:
            try:
                record = next(self._records)
            except StopIteration:
                self.is_done = True
                break
            if record is None:
                budget.work_bytes -= CHUNK_BYTES
            else:
                found.append(record)
                budget.record_bytes -= size_of(record.key, record.value, record.headers)
        return found


def size_of(key: bytes | None, value: bytes | None, headers: Headers) -> int:
    """Return the bytes of memory that a record takes, roughly."""
    size = RECORD_OVERHEAD_BYTES + len(key or b"") + len(value or b"")
    for name, field_value in headers:
        size += HEADER_OVERHEAD_BYTES + len(name) + len(field_value or b"")
    return size


class _Reader:
    """The state of a `PartitionDecoder`, apart from it so that neither is part of a reference cycle: both hold megabytes."""

    def __init__(self, partition: TopicPartition, data: bytes, offset: int, aborted: AbortedTransactions, options: DecodeOptions) -> None:
        self.partition = partition
        self.data = data
        self.next_offset = offset
        self.batches_done = 0
        self.held_bytes = 0
        self._aborted = aborted
        self._options = options

    def records(self) -> Iterator[ConsumerRecord | None]:
        """Yield the records, and None where a caller may pause."""
        for batch in batches(self.data):
            try:
                batch.check()
            except UnreadableBatch as error:
                if error.reason is SkipReason.CHECKSUM and self._options.refetched.get(self.partition) != batch.base_offset:
                    self._options.refetched[self.partition] = batch.base_offset
                    return  # perhaps it was damaged on its way here
                self._skip_to(max(batch.trusted_next_offset, self.next_offset + 1), error)
                continue
            is_aborted = self._options.read_committed and self._aborted.has(batch)
            if not (is_aborted or batch.is_control or batch.next_offset <= self.next_offset):
                try:
                    yield from self._batch_records(batch)
                except UnreadableBatch as error:
                    self._skip_to(batch.next_offset, error)
            self.next_offset = max(self.next_offset, batch.next_offset)
            self.batches_done += 1
            self.held_bytes = 0
            yield None

    def _batch_records(self, batch: Batch) -> Iterator[ConsumerRecord | None]:
        self.next_offset = max(self.next_offset, batch.base_offset)
        if batch.codec == UNCOMPRESSED:
            small = batch if len(batch.payload) <= SMALL_BATCH_BYTES else None
        else:
            payload = decompress_small(batch.codec, batch.payload, self._options.buffer)
            small = None if payload is None else batch.uncompressed(payload)
        if small is not None:
            self.held_bytes = len(small.data)
            if (yield from self._small_batch_records(small)):
                return
        yield from self._parsed_records(small or batch)

    def _small_batch_records(self, batch: Batch) -> Generator[ConsumerRecord | None, None, bool]:
        """Yield the records as aiokafka decodes them; return false at the first that it cannot decode, or that is not as it must be."""
        decoded = iter(DefaultRecordBatch(batch.data))
        topic, partition = self.partition
        timestamp_type = batch.timestamp_type
        previous, end = batch.base_offset - 1, batch.next_offset
        while True:
            try:
                record = next(decoded)
            except StopIteration:
                return True
            except Exception:  # whatever it is, the other path finds it and names it
                return False
            offset, key, value, headers = record.offset, record.key, record.value, record.headers
            if not previous < offset < end or len(headers) > MAX_HEADERS:
                return False
            previous = offset
            if offset >= self.next_offset:
                self.next_offset = offset + 1
                sizes = -1 if key is None else len(key), -1 if value is None else len(value)
                yield ConsumerRecord(topic, partition, offset, record.timestamp, timestamp_type, key, value, None, *sizes, tuple(headers))

    def _parsed_records(self, batch: Batch) -> Iterator[ConsumerRecord | None]:
        chunks = decompress_stream(batch.codec, batch.payload, lambda: self._options.turn.taken_by(self))
        previous, passed, lost = -1, 0, _Lost()
        try:
            for parsed in parse_records(batch.record_count, chunks, first_delta=self.next_offset - batch.base_offset):
                if parsed is None:
                    yield None
                    continue
                delta, offset = parsed.offset_delta, batch.base_offset + (parsed.offset_delta or 0)
                if delta is None or not previous < delta <= batch.last_offset_delta:
                    lost.add(self.next_offset, "a record has no offset of its own")
                elif offset >= self.next_offset:
                    previous, self.next_offset = delta, offset + 1
                    if parsed.defect is None or self._options.keep_defective:
                        yield self._consumer_record(batch, offset, parsed)
                        continue
                    lost.add(offset, parsed.defect.detail)
                else:
                    previous = delta
                passed += 1
                if passed % PASSED_RECORDS == 0:
                    yield None
        finally:
            if lost.count:
                self._options.on_skipped(Skipped(self.partition, lost.offset, lost.count, SkipReason.RECORD, lost.detail))

    def _consumer_record(self, batch: Batch, offset: int, parsed: ParsedRecord) -> ConsumerRecord:
        timestamp = batch.max_timestamp if batch.timestamp_type else batch.first_timestamp + parsed.timestamp_delta
        key, value = parsed.key, parsed.value
        if parsed.defect is not None:
            value = DefectiveValue(value or b"", parsed.defect)
        sizes = -1 if key is None else len(key), -1 if value is None else len(value)
        headers = cast(Headers, parsed.headers)
        return ConsumerRecord(*self.partition, offset, timestamp, batch.timestamp_type, key, value, None, *sizes, tuple(headers))

    def _skip_to(self, offset: int, error: UnreadableBatch) -> None:
        self._options.on_skipped(Skipped(self.partition, self.next_offset, max(1, offset - self.next_offset), error.reason, error.detail))
        self.next_offset = max(self.next_offset, offset)


@dataclass(slots=True)
class _Lost:
    """Records of a batch that are skipped: their number, and the first."""

    count: int = 0
    offset: int = 0
    detail: str = ""

    def add(self, offset: int, detail: str) -> None:
        if not self.count:
            self.offset, self.detail = offset, detail
        self.count += 1
