"""Producers compress at the level that newsmill sets; a version of aiokafka that ignores it fails here."""

from collections.abc import Iterator

import cramjam
import pytest
from aiokafka import codec
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from agents.kafka.compat.compression import ZSTD_LEVEL, compress_fast

_ZSTD = 4  # as record batches have it
TEXT = " ".join(f"{number * 2654435761 % 2**32:x} of the harbour" for number in range(2000)).encode()


@pytest.fixture(autouse=True)
def _default_level() -> Iterator[None]:
    default = codec.zstd_encode.__defaults__
    yield
    codec.zstd_encode.__defaults__ = default


def _batch() -> bytes:
    fields = {"is_transactional": 0, "producer_id": -1, "producer_epoch": -1, "base_sequence": 0, "batch_size": 1 << 20}
    builder = DefaultRecordBatchBuilder(2, _ZSTD, **fields)
    builder.append(0, 0, None, TEXT, [])
    return bytes(builder.build())


def test_a_record_batch_is_compressed_at_the_level_of_newsmill() -> None:
    by_default = _batch()
    compress_fast()
    assert len(_batch()) > len(by_default)


def test_the_level_is_that_of_zstd() -> None:
    compress_fast()
    assert codec.zstd_encode(TEXT) == bytes(cramjam.zstd.compress(TEXT, level=ZSTD_LEVEL))
