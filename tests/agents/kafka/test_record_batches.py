"""Batches have each message once, in order, in the partition that the message names or that its key hashes to."""

from collections import defaultdict

from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from agents.kafka.record_batches import batches_of
from streams.records import Message
from tests.record_batches import Record, read_batches

LIMIT_BYTES = 1000
PARTITIONS = {"news.events": list(range(6)), "news.region.chile": list(range(6)), "news.judged": [0, 1, 2]}


class Producer:
    """Creates batches as aiokafka's producer does."""

    def create_batch(self) -> BatchBuilder:
        return BatchBuilder(LIMIT_BYTES, 0)


def sent(*messages: Message) -> dict[tuple[str, int], list[list[Record]]]:
    batches: defaultdict[tuple[str, int], list[list[Record]]] = defaultdict(list)
    for topic, partition, batch in batches_of(Producer(), messages, PARTITIONS):
        batches[topic, partition] += read_batches(bytes(batch._build()))
    return dict(batches)


def event(key: bytes, topic: str = "news.events") -> Message:
    return Message(topic=topic, key=key, value=b"value of " + key, headers=(("ce_id", key),))


def test_event_has_the_partition_of_kafka_s_hash_of_its_key_on_each_of_its_topics() -> None:
    events = [event(b"%032x" % number, topic) for number in range(20) for topic in ("news.events", "news.region.chile")]
    expected = defaultdict(list)
    for message in events:
        assert message.key is not None
        expected[message.topic, DefaultPartitioner()(message.key, list(range(6)), [])].append(message.key)
    keys = {partition: [record.key for batch in batches for record in batch] for partition, batches in sent(*events).items()}
    assert keys == expected


def test_named_partition_is_kept_and_key_value_and_headers_arrive() -> None:
    message = Message(topic="news.judged", key=None, value=b"batch", headers=(("a", b"1"), ("a", b"2")), partition=1)
    assert sent(message) == {("news.judged", 1): [[Record(None, b"batch", (("a", b"1"), ("a", b"2")))]]}


def test_message_without_key_and_partition_gets_an_existing_partition() -> None:
    ((_, partition),) = sent(Message(topic="news.judged", key=None, value=b"batch"))
    assert partition in PARTITIONS["news.judged"]


def test_full_batch_is_followed_by_another_and_a_larger_message_has_its_own_batch() -> None:
    values = [b"a" * 400, b"b" * 400, b"c" * 400, b"d" * 5000, b"e"]
    messages = [Message(topic="news.judged", key=None, value=value, partition=0) for value in values]
    batches = sent(*messages)["news.judged", 0]
    assert [[record.value for record in batch] for batch in batches] == [values[:2], values[2:3], values[3:4], values[4:]]


def test_no_messages_make_no_batch() -> None:
    assert sent() == {}
