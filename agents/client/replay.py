"""Read dead letters, and replay them to the topics where they failed, each once unless asked for again."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer
from aiokafka.errors import ProducerFenced
from aiokafka.structs import ConsumerRecord

from agents.errors import UserError
from agents.kafka.connect import client_options, stop_within
from agents.kafka.read_topic import read_one, read_to_end
from agents.kafka.require import require_topics
from agents.settings import Settings
from streams.messages.dead_letters import LENGTH_HEADER, PARTITION_HEADER, REASON_HEADER, TOPIC_HEADER, original_headers
from streams.messages.envelope import REPLAY_HEADER, text_headers
from streams.records import Headers, Message
from streams.topics import MAX_MESSAGE_BYTES, TopicName

MAX_TRANSACTION_LETTERS = 100
MAX_TRANSACTION_BYTES = MAX_MESSAGE_BYTES


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
    """Yield every dead letter."""
    async for record in read_to_end(settings, settings.topic(TopicName.DEAD_LETTERS)):
        yield _letter(record)


async def read_dead_letter(settings: Settings, id: str) -> DeadLetter:
    """Return the dead letter of an id.

    Raises:
        UserError: an invalid id, or no such dead letter.
    """
    partition, _, offset = id.partition("-")
    if not (partition.isdecimal() and offset.isdecimal()):
        raise UserError(f"{id!r} is not an id of a dead letter, such as 3-17; `newsmill dead-letters list` shows them")
    record = await read_one(settings, settings.topic(TopicName.DEAD_LETTERS), int(partition), int(offset))
    if record is None:
        raise UserError(f"no dead letter {id}, or it has expired; `newsmill dead-letters list` shows them")
    return _letter(record)


async def replayed_ids(settings: Settings) -> set[str]:
    """Return the ids of the dead letters that were replayed."""
    return {record.key.decode() async for record in read_to_end(settings, settings.topic(TopicName.REPLAYS)) if record.key}


def replay_message(letter: DeadLetter, prefix: str) -> Message:
    """Return the message that replays a dead letter: a dump is partitioned by its key, articles go to the partition where they failed.

    Raises:
        NotReplayable: its value was truncated, or its headers do not name where it failed.
    """
    headers = letter.texts
    topic = headers.get(TOPIC_HEADER, "")
    if int(headers.get(LENGTH_HEADER, "0")) > len(letter.value):
        raise NotReplayable(f"only its first {len(letter.value):,} of {headers[LENGTH_HEADER]} bytes were kept")
    if topic not in {f"{prefix}.{name}" for name in ("dumps", "dumps.backfill", "articles", "judged")}:
        raise NotReplayable(f"its header {TOPIC_HEADER} names no input topic of {prefix}: {topic!r}")
    partition = None
    if topic in (f"{prefix}.articles", f"{prefix}.judged"):
        if not headers.get(PARTITION_HEADER, "").isdecimal():
            raise NotReplayable(f"its header {PARTITION_HEADER} is missing; copies are found only in the original partition")
        partition = int(headers[PARTITION_HEADER])
    marked = (*original_headers(letter.headers), (REPLAY_HEADER, letter.id.encode()))
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
    await require_topics(settings, [settings.topic(name) for name in ("dead-letters", "replays", "dumps", "articles", "judged")])
    try:
        # Start the producer first: it fences a replay that is still running, whose marks would otherwise be missed.
        async with _producer(settings) as producer, aclosing(_batches(settings, ids, reason, again, on_done)) as batches:
            async for batch in batches:
                async with producer.transaction():
                    for letter, message in batch:
                        await _send(producer, message)
                        await _send(producer, Message(topic=settings.topic(TopicName.REPLAYS), key=letter.id.encode(), value=b""))
                for letter, _ in batch:
                    on_done(letter, None)
    except ProducerFenced as error:
        raise UserError("another replay was started and has taken over; see `newsmill dead-letters list`") from error


async def _batches(
    settings: Settings, ids: Collection[str], reason: str | None, again: bool, on_done: Callable[[DeadLetter, str | None], None]
) -> AsyncGenerator[list[tuple[DeadLetter, Message]], None]:
    done = set() if again else await replayed_ids(settings)
    batch: list[tuple[DeadLetter, Message]] = []
    size = 0
    async for letter in read_dead_letters(settings):
        if letter.id in done or (ids and letter.id not in ids) or (reason is not None and letter.texts.get(REASON_HEADER) != reason):
            continue
        try:
            message = replay_message(letter, settings.prefix)
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


async def _send(producer: AIOKafkaProducer, message: Message) -> None:
    await producer.send(message.topic, key=message.key, value=message.value, partition=message.partition, headers=list(message.headers))


@asynccontextmanager
async def _producer(settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(
        **client_options(settings),
        transactional_id=f"{settings.prefix}-dead-letters-replay",
        transaction_timeout_ms=settings.transaction_timeout * 1000,
        compression_type="lz4",
        max_request_size=MAX_MESSAGE_BYTES,
    )
    await producer.start()
    try:
        yield producer
    finally:
        await stop_within(producer.stop())


def _letter(record: ConsumerRecord) -> DeadLetter:
    return DeadLetter(
        id=f"{record.partition}-{record.offset}",
        time=record.timestamp // 1000,
        key=record.key,
        value=record.value or b"",
        headers=tuple(record.headers),
    )
