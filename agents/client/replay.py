"""Read dead letters, and replay them to the topics where they failed, each once unless asked for again."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from aiokafka.errors import ProducerFenced
from aiokafka.structs import ConsumerRecord

from agents.errors import UserError
from agents.kafka.foreign_records import ForeignRecords
from agents.kafka.read_topic import read_one, read_to_end
from agents.kafka.require import require_topics
from agents.kafka.transactional_producer import send_in_transaction, transactional_producer
from agents.settings import Settings
from streams.messages.dead_letters import (
    LENGTH_HEADER,
    PARTITION_HEADER,
    REASON_HEADER,
    TOPIC_HEADER,
    is_dead_letter,
    original_headers,
)
from streams.messages.envelope import REPLAY_HEADER, is_letter_id, text_headers
from streams.pipeline import INPUT_TOPICS
from streams.records import Headers, Message
from streams.topics import MAX_MESSAGE_BYTES, TopicName, full_name

MAX_TRANSACTION_LETTERS = 100
MAX_TRANSACTION_BYTES = MAX_MESSAGE_BYTES
# Of a record and of each header in a record batch, at most.
RECORD_OVERHEAD_BYTES = 100
HEADER_OVERHEAD_BYTES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A record of the dead-letters topic. `id`: "<partition>-<offset>"; `time`: its timestamp in seconds since the epoch."""

    id: str
    time: int
    key: bytes | None
    value: bytes
    headers: Headers

    @property
    def texts(self) -> dict[str, str]:
        """Return the headers as text."""
        return text_headers(self.headers)


class NotReplayable(Exception):
    """A dead letter that can't be replayed; the message says why."""


async def read_dead_letters(settings: Settings) -> AsyncIterator[DeadLetter]:
    """Yield every dead letter; skip records of the topic that newsmill did not write."""
    foreign = ForeignRecords()
    async for record in read_to_end(settings, settings.topic(TopicName.DEAD_LETTERS)):
        letter = _letter(record)
        if is_dead_letter(letter.texts):
            yield letter
        else:
            foreign.skip(record)


async def read_dead_letter(settings: Settings, id: str) -> DeadLetter:
    """Return the dead letter of an id, or the record that newsmill did not write there.

    Raises:
        UserError: an invalid id, or no such dead letter.
    """
    partition, _, offset = id.partition("-")
    if not is_letter_id(id):
        raise UserError(f"{id!r} is not an id of a dead letter, such as 3-17; `newsmill dead-letters list` shows them")
    record = await read_one(settings, settings.topic(TopicName.DEAD_LETTERS), int(partition), int(offset))
    if record is None:
        raise UserError(f"no dead letter {id}, or it has expired; `newsmill dead-letters list` shows them")
    return _letter(record)


async def replayed_ids(settings: Settings) -> set[str]:
    """Return the ids of the dead letters that were replayed."""
    keys = ((record.key or b"").decode(errors="replace") async for record in read_to_end(settings, settings.topic(TopicName.REPLAYS)))
    return {key async for key in keys if is_letter_id(key)}


def replay_message(letter: DeadLetter, prefix: str, partitions: Mapping[str, int]) -> Message:
    """Return the message that replays a dead letter: a dump is partitioned by its key, articles go to the partition where they failed.

    Args:
        letter: as `read_dead_letters` yields it.
        prefix: of the topics.
        partitions: the number of partitions of each topic.

    Raises:
        NotReplayable: its value was truncated, or its headers do not name where it failed.
    """
    headers = letter.texts
    topic = headers.get(TOPIC_HEADER, "")
    if int(headers.get(LENGTH_HEADER, "0")) > len(letter.value):
        raise NotReplayable(f"only its first {len(letter.value):,} of {headers[LENGTH_HEADER]} bytes were kept")
    if topic not in {full_name(prefix, name) for name in INPUT_TOPICS}:
        raise NotReplayable(f"its header {TOPIC_HEADER} names no input topic of {prefix}: {topic!r}")
    partition = None
    if topic in {full_name(prefix, name) for name in (TopicName.LARGE, TopicName.ARTICLES, TopicName.JUDGED)}:
        if not headers.get(PARTITION_HEADER, "").isdecimal():
            raise NotReplayable(f"its header {PARTITION_HEADER} is missing; copies are found only in the original partition")
        partition = int(headers[PARTITION_HEADER])
        if partition >= partitions[topic]:
            raise NotReplayable(f"its header {PARTITION_HEADER} names partition {partition}; {topic} has {partitions[topic]}")
    marked = (*original_headers(letter.headers), (REPLAY_HEADER, letter.id.encode()))
    if _size(letter.key, letter.value, marked) > MAX_MESSAGE_BYTES:
        raise NotReplayable(f"with its headers it is larger than {MAX_MESSAGE_BYTES:,} bytes")
    return Message(topic=topic, key=letter.key, value=letter.value, headers=marked, partition=partition)


async def replay(
    settings: Settings, *, ids: Collection[str], reason: str | None, again: bool, on_done: Callable[[DeadLetter, str | None], None]
) -> None:
    """Replay dead letters and mark them as replayed, each letter and its mark in one transaction.

    Args:
        settings: where Kafka is.
        ids: only these; empty for all.
        reason: only those of this reason.
        again: also those replayed before.
        on_done: called with each letter, and None once it is sent or the reason why it can't be.

    Raises:
        NotReachable, UserError: no broker, a missing topic, or another replay is running.
    """
    partitions = await require_topics(settings, [settings.topic(name) for name in (*INPUT_TOPICS, "dead-letters", "replays")])
    try:
        # Start the producer first: it fences a replay that is still running, whose marks would otherwise be missed.
        async with (
            transactional_producer(settings, "dead-letters-replay") as producer,
            aclosing(_batches(settings, ids, reason, again=again, partitions=partitions, on_done=on_done)) as batches,
        ):
            async for batch in batches:
                messages = [each for letter, message in batch for each in (message, _mark(settings, letter))]
                await send_in_transaction(producer, [(message, None) for message in messages])
                for letter, _ in batch:
                    on_done(letter, None)
    except ProducerFenced as error:
        raise UserError("another replay was started and has taken over; see `newsmill dead-letters list`") from error


async def _batches(
    settings: Settings,
    ids: Collection[str],
    reason: str | None,
    *,
    again: bool,
    partitions: Mapping[str, int],
    on_done: Callable[[DeadLetter, str | None], None],
) -> AsyncGenerator[list[tuple[DeadLetter, Message]], None]:
    done = set() if again else await replayed_ids(settings)
    batch: list[tuple[DeadLetter, Message]] = []
    size = 0
    async for letter in read_dead_letters(settings):
        if letter.id in done or (ids and letter.id not in ids) or (reason is not None and letter.texts.get(REASON_HEADER) != reason):
            continue
        try:
            message = replay_message(letter, settings.prefix, partitions)
        except NotReplayable as error:
            on_done(letter, str(error))
            continue
        if batch and (len(batch) == MAX_TRANSACTION_LETTERS or size + len(letter.value) > MAX_TRANSACTION_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((letter, message))
        size += len(letter.value)
    if batch:
        yield batch


def _mark(settings: Settings, letter: DeadLetter) -> Message:
    return Message(topic=settings.topic(TopicName.REPLAYS), key=letter.id.encode(), value=b"")


def _size(key: bytes | None, value: bytes, headers: Headers) -> int:
    """Return an upper bound of the bytes of a record in its batch."""
    named = sum(4 * len(name) + len(field) + HEADER_OVERHEAD_BYTES for name, field in headers)
    return RECORD_OVERHEAD_BYTES + len(key or b"") + len(value) + named


def _letter(record: ConsumerRecord) -> DeadLetter:
    return DeadLetter(
        id=f"{record.partition}-{record.offset}",
        time=record.timestamp // 1000,
        key=record.key,
        value=record.value or b"",
        headers=tuple(record.headers),
    )
