"""Kafka's hash of a key, by which producers choose its partition: the same as aiokafka's, which works byte by byte, in less time."""

import struct

_SEED, _FACTOR, _WORD_BYTES = 0x9747B28C, 0x5BD1E995, 4
_LOW_BITS, _POSITIVE = 0xFFFFFFFF, 0x7FFFFFFF


def partition_of_key(key: bytes, count: int) -> int:
    """Return the partition, of `count`, in which a producer puts the records of a key."""
    return (murmur2(key) & _POSITIVE) % count


def murmur2(key: bytes) -> int:
    """Return the 32-bit hash of MurmurHash2 with Kafka's seed."""
    words, rest = divmod(len(key), _WORD_BYTES)
    result = _SEED ^ len(key)
    for word in struct.unpack_from(f"<{words}I", key):
        mixed = word * _FACTOR & _LOW_BITS
        mixed = (mixed ^ mixed >> 24) * _FACTOR & _LOW_BITS
        result = result * _FACTOR & _LOW_BITS ^ mixed
    if rest:
        result = (result ^ int.from_bytes(key[-rest:], "little")) * _FACTOR & _LOW_BITS
    result = (result ^ result >> 13) * _FACTOR & _LOW_BITS
    return result ^ result >> 15
