"""Compress record batches at a level of zstd that aiokafka (0.14) has no option for."""

from aiokafka import codec

# A third less processor time than at level 3 for 4 % more bytes (docs/decisions/0077-compress-with-zstd-at-level-1.md).
ZSTD_LEVEL = 1


def compress_fast() -> None:
    """Let all producers of this process compress with zstd at `ZSTD_LEVEL`."""
    codec.zstd_encode.__defaults__ = (ZSTD_LEVEL,)
