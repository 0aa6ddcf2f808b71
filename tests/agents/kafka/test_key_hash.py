"""The partition of a key is the one that every other producer chooses."""

from aiokafka.partitioner import DefaultPartitioner
from aiokafka.partitioner import murmur2 as hash_of_aiokafka
from hypothesis import given
from hypothesis import strategies as st

from agents.kafka.key_hash import murmur2, partition_of_key


@given(st.binary(max_size=40))
def test_hash_of_a_key_of_any_length_is_that_of_aiokafka(key: bytes) -> None:
    assert murmur2(key) == hash_of_aiokafka(key)


@given(st.binary(min_size=1, max_size=40), st.integers(1, 12))
def test_partition_of_a_key_is_that_of_aiokafka(key: bytes, count: int) -> None:
    numbers = list(range(count))
    assert partition_of_key(key, count) == DefaultPartitioner()(key, numbers, numbers)
