"""No record stops a consumer: what can be read is delivered, the rest is counted, and the memory is bounded."""

import hashlib
import struct
import sys
import tracemalloc
from collections.abc import Sequence
from typing import Any, cast

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import PartitionRecords
from aiokafka.record.memory_records import MemoryRecords
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.kafka.decode import partition as decode
from agents.kafka.decode.batch import AbortedTransactions
from agents.kafka.decode.errors import SkipReason
from agents.kafka.decode.partition import Budget, DecodeOptions, DefectiveValue, LargeTurn, PartitionDecoder, Skipped
from agents.kafka.decode.records import MAX_HEADERS
from streams.errors import Reason
from streams.messages.dead_letters import KEPT_BYTES
from streams.topics import MAX_MESSAGE_BYTES
from tests.record_batches import CODECS, build_batch, compress, raw_batch, raw_record

PARTITION = TopicPartition("news.dumps", 3)
MIB = 1024 * 1024
WORK = 8 * MIB
TEXT = b"The council of Port Clare met on Monday. "


class Decoded:
    """All that a decoder delivers and skips, and the position after it."""

    def __init__(self, data: bytes, *, offset: int = 0, aborted: Sequence[tuple[int, int]] = (), keep: bool = True) -> None:
        self.skipped: list[Skipped] = []
        options = DecodeOptions(read_committed=True, keep_defective=keep, on_skipped=self.skipped.append)
        decoder = PartitionDecoder(PARTITION, data, offset=offset, aborted=aborted, options=options)
        self.rounds = [*rounds(decoder)]
        self.records = [record for records in self.rounds for record in records]
        self.position = decoder.next_fetch_offset

    @property
    def defects(self) -> list[tuple[int, Reason]]:
        return [(record.offset, record.value.defect.reason) for record in self.records if isinstance(record.value, DefectiveValue)]

    @property
    def offsets(self) -> list[int]:
        return [record.offset for record in self.records]

    @property
    def skips(self) -> list[tuple[int, int, SkipReason]]:
        return [(skipped.offset, skipped.count, skipped.reason) for skipped in self.skipped]


def rounds(decoder: PartitionDecoder) -> Any:
    while not decoder.is_done:
        yield decoder.take(None, Budget(MIB, WORK))


def by_aiokafka(data: bytes, offset: int = 0, aborted: Sequence[tuple[int, int]] = ()) -> tuple[list[Any], int]:
    records = cast(Any, PartitionRecords)(PARTITION, MemoryRecords(data), list(aborted), offset, None, None, True, 1)
    return list(records), records.next_fetch_offset


HEADERS = st.lists(st.tuples(st.text(max_size=5), st.none() | st.binary(max_size=5)), max_size=3)
RECORDS = st.lists(st.tuples(st.none() | st.binary(max_size=20), st.none() | st.binary(max_size=300), HEADERS), min_size=1, max_size=8)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(RECORDS, st.sampled_from(sorted(CODECS))), min_size=1, max_size=3), st.integers(0, 30), st.booleans())
def test_valid_batches_give_the_records_that_aiokafka_gives(batches: Any, offset: int, small: bool) -> None:
    data, base, offset = b"", 0, offset % len(batches[0][0])
    for records, codec in batches:
        data += build_batch(records, codec, base)
        base += len(records) + 2  # a gap, as transaction markers leave
    with pytest.MonkeyPatch.context() as patch:
        if not small:
            patch.setattr(decode, "decompress_small", lambda *_: None)
            patch.setattr(decode, "SMALL_BATCH_BYTES", 0)
        decoded = Decoded(data, offset=offset)
    assert (decoded.records, decoded.position) == by_aiokafka(data, offset)
    assert decoded.skipped == []


BAD_NAME = raw_record(TEXT, delta=1, headers=[(b"a", b"1"), (b"\xff\xfe", b"v")])


@pytest.mark.parametrize("codec", CODECS)
def test_header_name_that_is_not_utf_8_spoils_its_record_alone(codec: str) -> None:
    payload = raw_record(b"0") + BAD_NAME + raw_record(b"2", delta=2)
    if codec != "none":
        payload = compress(codec, payload)
    decoded = Decoded(raw_batch(payload, 3, attributes=CODECS[codec], base=7))
    assert decoded.offsets == [7, 8, 9]
    assert decoded.defects == [(8, Reason.BAD_ENVELOPE)]
    bad = decoded.records[1]
    assert (bad.key, bad.value, bad.headers) == (b"k", TEXT, (("a", b"1"), ("\ufffd\ufffd", b"v")))
    assert "the name of header 1 is not UTF-8" in bad.value.defect.detail
    assert decoded.position == 10


def test_consumer_that_cannot_use_a_defective_record_skips_it_with_a_count() -> None:
    decoded = Decoded(raw_batch(raw_record(b"0") + BAD_NAME + raw_record(b"2", delta=2), 3), keep=False)
    assert (decoded.offsets, decoded.skips, decoded.position) == ([0, 2], [(1, 1, SkipReason.RECORD)], 3)


GOOD = raw_record(b"good")


@pytest.mark.parametrize(
    ("record", "defective"),
    [
        pytest.param(raw_record(b"v", delta=1, count=3), True, id="fewer headers than it says"),
        pytest.param(raw_record(b"v", delta=1, count=-1), True, id="a negative number of headers"),
        pytest.param(raw_record(b"v", delta=1, count=MAX_HEADERS + 1, rest=bytes(2 * MAX_HEADERS + 2)), True, id="too many headers"),
        pytest.param(raw_record(b"v", delta=1, rest=b"more"), True, id="bytes after its headers"),
        pytest.param(b"\x0e\0\0\x02\xff\xff\x03k", True, id="a key that ends after its record"),
        pytest.param(b"\x16\0\0\x02" + b"\xff" * 8, True, id="a number without an end"),
        pytest.param(b"\x02\0", False, id="no offset"),
        pytest.param(raw_record(b"v", delta=0), False, id="the offset of the record before"),
        pytest.param(raw_record(b"v", delta=9), False, id="an offset after its batch"),
        pytest.param(raw_record(b"v", delta=-4), False, id="an offset before its batch"),
    ],
)
@pytest.mark.parametrize("path", ["fast", "careful"])
def test_malformed_record_is_delivered_with_its_defect_or_counted_and_the_next_one_is_read(
    record: bytes, defective: bool, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if path == "careful":
        monkeypatch.setattr(decode, "SMALL_BATCH_BYTES", 0)
    decoded = Decoded(raw_batch(GOOD + record + raw_record(b"after", delta=2), 3) + build_batch([(None, b"next", [])], base=3))
    assert [bytes(record.value) for record in decoded.records if not isinstance(record.value, DefectiveValue)] == [
        b"good",
        b"after",
        b"next",
    ]
    assert decoded.defects == ([(1, Reason.BAD_ENVELOPE)] if defective else [])
    assert [skip[1:] for skip in decoded.skips] == ([] if defective else [(1, SkipReason.RECORD)])
    assert decoded.position == 4


def corrupted(batch: bytes) -> bytes:
    return batch[:-1] + bytes([batch[-1] ^ 1])


@pytest.mark.parametrize(
    ("batch", "reason", "delivered"),
    [
        pytest.param(raw_batch(GOOD * 2, 2, magic=1), SkipReason.FORMAT, 0, id="format 1"),
        pytest.param(raw_batch(GOOD * 2, 2, magic=77), SkipReason.FORMAT, 0, id="an unknown format"),
        pytest.param(raw_batch(GOOD * 2, 2, attributes=6), SkipReason.COMPRESSION, 0, id="unknown compression"),
        pytest.param(raw_batch(b"no gzip", 2, attributes=1), SkipReason.COMPRESSION, 0, id="broken gzip"),
        pytest.param(raw_batch(compress("gzip", GOOD)[:-9], 2, attributes=1), SkipReason.COMPRESSION, 1, id="gzip without its end"),
        pytest.param(raw_batch(b"\xff\xff\xff\xff\x0fa", 2, attributes=2), SkipReason.COMPRESSION, 0, id="snappy that says it has 4 GiB"),
        pytest.param(raw_batch(b"\x82SNAPPY\0" + bytes(8) + b"\0\0\xff\xff", 2, attributes=2), SkipReason.COMPRESSION, 0, id="xerial"),
        pytest.param(raw_batch(compress("lz4", GOOD)[:9], 2, attributes=3), SkipReason.COMPRESSION, 0, id="lz4 without its end"),
        pytest.param(raw_batch(b"no lz4", 2, attributes=3), SkipReason.COMPRESSION, 0, id="broken lz4"),
        pytest.param(raw_batch(b"no zstd", 2, attributes=4), SkipReason.COMPRESSION, 0, id="broken zstd"),
        pytest.param(raw_batch(GOOD + b"\x03", 2), SkipReason.RECORD, 1, id="a negative length"),
        pytest.param(raw_batch(GOOD + b"\xff" * 11, 2), SkipReason.RECORD, 1, id="a length without an end"),
        pytest.param(raw_batch(GOOD + b"\x40ab", 2), SkipReason.RECORD, 1, id="a record that ends after its batch"),
        pytest.param(raw_batch(GOOD, 2_000_000_000, last_offset_delta=1), SkipReason.RECORD, 1, id="more records than it has"),
        pytest.param(raw_batch(GOOD + GOOD, 1, last_offset_delta=1), SkipReason.RECORD, 1, id="fewer records than it has"),
    ],
)
def test_batch_that_cannot_be_read_is_counted_and_the_next_one_is_read(batch: bytes, reason: SkipReason, delivered: int) -> None:
    decoded = Decoded(batch + build_batch([(None, b"next", [])], base=2))
    assert decoded.offsets == [*range(delivered), 2]
    assert {skip[2] for skip in decoded.skips} == {reason}
    assert decoded.position == 3


def test_batch_with_a_wrong_checksum_is_fetched_again_once_and_then_skipped() -> None:
    data = build_batch([(None, b"a", [])] * 4, base=5)
    bad = corrupted(data) + build_batch([(None, b"next", [])], base=9)
    skipped: list[Skipped] = []
    options = DecodeOptions(read_committed=True, keep_defective=True, on_skipped=skipped.append)
    first = PartitionDecoder(PARTITION, bad, offset=5, aborted=[], options=options)
    assert [*rounds(first)] == [[]]
    assert (first.next_fetch_offset, skipped) == (5, [])
    again = PartitionDecoder(PARTITION, bad, offset=5, aborted=[], options=options)
    assert [record.offset for records in rounds(again) for record in records] == [9]
    assert [(each.offset, each.count, each.reason) for each in skipped] == [(5, 4, SkipReason.CHECKSUM)]


def test_damaged_header_does_not_move_the_position_beyond_the_next_record() -> None:
    batch = raw_batch(GOOD, 1, base=5)
    damaged = batch[:23] + struct.pack(">i", 2**30) + batch[27:]
    options = DecodeOptions(read_committed=True, keep_defective=True, refetched={PARTITION: 5})
    decoder = PartitionDecoder(PARTITION, damaged, offset=5, aborted=[], options=options)
    assert [*rounds(decoder)] == [[]]
    assert decoder.next_fetch_offset == 6


def transactional(value: bytes, base: int, producer: int) -> bytes:
    return raw_batch(raw_record(value), 1, base=base, attributes=0x10, producer=producer)


def marker(base: int, producer: int, *, commit: bool) -> bytes:
    return raw_batch(raw_record(b"", key=struct.pack(">hh", 0, int(commit))), 1, base=base, attributes=0x30, producer=producer)


def test_aborted_transactions_and_markers_are_hidden_as_by_aiokafka() -> None:
    data = transactional(b"a", 0, 1) + transactional(b"b", 1, 2) + marker(2, 1, commit=False) + marker(3, 2, commit=True)
    data += transactional(b"c", 4, 1) + marker(5, 1, commit=True)
    decoded = Decoded(data, aborted=[(1, 0)])
    assert decoded.offsets == [1, 4]
    assert (decoded.records, decoded.position) == by_aiokafka(data, aborted=[(1, 0)])


def test_control_batch_without_a_marker_hides_nothing_else() -> None:
    data = raw_batch(b"", 1, attributes=0x30, producer=1) + transactional(b"a", 1, 2)
    assert Decoded(data, aborted=[(1, 0)]).offsets == [1]


def bomb(size: int, delta: int = 0) -> bytes:
    return raw_record((TEXT * (size // len(TEXT) + 1))[:size], delta=delta, headers=[(b"source-url", b"https://a.example/")] * 40)


@pytest.mark.parametrize("codec", CODECS)
def test_record_above_the_limit_is_truncated_with_its_length_and_hash_and_its_neighbours_are_whole(codec: str) -> None:
    payload = GOOD + bomb(MAX_MESSAGE_BYTES, 1) + raw_record(b"after", delta=2)
    if codec != "none":
        payload = compress(codec, payload)
    decoded = Decoded(raw_batch(payload, 3, attributes=CODECS[codec]))
    value = (TEXT * (MAX_MESSAGE_BYTES // len(TEXT) + 1))[:MAX_MESSAGE_BYTES]
    assert [record.value for record in decoded.records] == [b"good", value[:KEPT_BYTES], b"after"]
    defect = decoded.records[1].value.defect
    assert (defect.reason, defect.value_bytes, defect.value_sha256) == (Reason.TOO_LARGE, len(value), hashlib.sha256(value).hexdigest())
    assert decoded.records[1].headers == (("source-url", b"https://a.example/"),) * 32


def test_headers_above_the_limit_are_truncated_too() -> None:
    record = raw_record(b"page", headers=[(b"n" * KEPT_BYTES * 2, b"v" * MAX_MESSAGE_BYTES)])
    (found,) = Decoded(raw_batch(compress("zstd", record), 1, attributes=4)).records
    assert found.value.defect.reason is Reason.TOO_LARGE
    assert [(len(name), len(value)) for name, value in found.headers] == [(KEPT_BYTES, KEPT_BYTES)]


@pytest.mark.slow
@pytest.mark.parametrize("codec", [codec for codec in CODECS if codec != "none"])
def test_legal_dumps_of_a_batch_are_delivered_one_after_the_other_in_bounded_memory(codec: str) -> None:
    if codec == "zstd" and sys.version_info < (3, 14):
        pytest.importorskip("backports.zstd")
    records, dump = 12, (TEXT * (4 * MIB // len(TEXT)))
    payload = compress(codec, b"".join(raw_record(dump, delta=delta) for delta in range(records)))
    data = raw_batch(payload, records, attributes=CODECS[codec])
    tracemalloc.start()
    options = DecodeOptions(read_committed=True, keep_defective=True)
    decoder = PartitionDecoder(PARTITION, data, offset=0, aborted=[], options=options)
    offsets = []
    for found in rounds(decoder):
        assert len(found) <= 2
        offsets += [record.offset for record in found]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert offsets == [*range(records)]
    assert peak < 5 * len(dump)


def test_round_ends_after_a_bounded_work_and_the_next_goes_on() -> None:
    decoded = Decoded(raw_batch(compress("gzip", bomb(30 * MIB)), 1, attributes=1))
    assert [len(records) for records in decoded.rounds] == [0, 0, 0, 0, 1]
    assert decoded.defects == [(0, Reason.TOO_LARGE)]


def test_batch_is_resumed_at_the_offset_of_the_fetch_without_hashing_what_lies_before() -> None:
    payload = bomb(MAX_MESSAGE_BYTES) + raw_record(b"after", delta=1)
    decoded = Decoded(raw_batch(compress("gzip", payload), 2, attributes=1), offset=1)
    assert decoded.offsets == [1]


def test_many_small_records_without_bytes_of_their_own_end_a_round_too() -> None:
    payload = b"".join(raw_record(b"", delta=delta, key=b"") for delta in range(20_000))
    decoded = Decoded(raw_batch(payload, 20_000))
    assert len(decoded.records) == 20_000
    assert max(map(len, decoded.rounds)) < 3_000


def test_only_one_partition_at_a_time_has_the_turn_and_it_ends_with_its_batch() -> None:
    turn = LargeTurn()
    one, other = (decode._Reader(PARTITION, b"", 0, AbortedTransactions([]), OPTIONS) for _ in range(2))
    assert [turn.taken_by(one), turn.taken_by(other), turn.taken_by(one)] == [True, False, True]
    one.batches_done += 1
    assert [turn.taken_by(other), turn.taken_by(one)] == [True, False]
    del other
    assert turn.taken_by(one)


OPTIONS = DecodeOptions(read_committed=True, keep_defective=True)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 7), st.integers(-5, 10), st.booleans())
def test_any_payload_behind_a_right_checksum_raises_nothing_and_makes_progress(payload: bytes, codec: int, count: int, keep: bool) -> None:
    decoded = Decoded(raw_batch(payload, count, attributes=codec, last_offset_delta=max(0, count - 1)), keep=keep)
    assert decoded.position == max(1, count)
    assert all(0 <= record.offset < max(1, count) for record in decoded.records)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 5))
def test_any_response_raises_nothing(data: bytes, offset: int) -> None:
    assert Decoded(data, offset=offset).position >= offset
