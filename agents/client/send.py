"""Dumps onto Kafka: what is too large is refused here, everything else is for the pipeline to judge."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field, replace

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError
from aiokafka.structs import RecordMetadata

from agents.client.read_ahead import read_ahead
from agents.errors import UserError
from agents.inputs.input_items import InputDump, InputItem, RefusedInput, SkippedInput
from agents.kafka.connect import client_options
from agents.kafka.require import require_topics
from agents.settings import Settings
from streams.dumps.decode import MAX_BODY_BYTES
from streams.errors import InvalidRecord
from streams.messages.envelope import open_envelope
from streams.records import Dump, Incoming
from streams.times import format_time
from streams.topics import MAX_MESSAGE_BYTES

# An idempotent producer tries again for as long as it lives; a person should hear of it.
STALL_S = 60.0
STOP_S = 5.0
# Headers and Kafka's own frame around a value.
MARGIN_BYTES = 64 * 1024
MAX_VALUE_BYTES = MAX_MESSAGE_BYTES - MARGIN_BYTES

OnDone = Callable[[InputItem], None]


@dataclass(slots=True)
class Tally:
    """What became of the inputs so far: handed to Kafka, acknowledged by it, refused, passed over (how many of each kind).

    `moved_at`: when (monotonic) Kafka last took one.
    """

    taken: int = 0
    sent: int = 0
    sent_bytes: int = 0
    refused: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)
    moved_at: float = field(default_factory=time.monotonic)


async def send_dumps(
    settings: Settings, inputs: Iterable[InputItem], topic: str, tally: Tally, *, rate: float | None = None, on_done: OnDone
) -> None:
    """Send every dump, in order, and return when Kafka has acknowledged the last one.

    Args:
        settings: where Kafka is.
        inputs: of `read_inputs`; read in a thread.
        topic: the full name of the topic that they are for.
        tally: is kept up to date, so that it holds where this is cancelled.
        rate: dumps a second at most.
        on_done: called with each dump that Kafka has, and with each item that is refused or passed over.

    Raises:
        NotReachable: no broker answers within 10 seconds.
        UserError: the topic is missing, or Kafka took nothing for a minute.
    """
    await require_topics(settings, [topic])
    tally.moved_at = time.monotonic()
    work = asyncio.create_task(_send_all(settings, inputs, tally, rate, on_done))
    watch = asyncio.create_task(_watch(settings, tally))
    try:
        done, _ = await asyncio.wait({work, watch}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        work.cancel()
        watch.cancel()
        await asyncio.gather(work, watch, return_exceptions=True)


def within_limits(found: InputDump) -> InputDump | RefusedInput:
    """Return the dump as it fits into a message, or why it can't be sent.

    An envelope whose body is within the limit may be too long for a message by its escapes alone; it is then sent as plain bytes.
    """
    incoming = found.incoming
    if len(incoming.value) <= MAX_BODY_BYTES:  # the body of an envelope is never longer than its JSON
        return found
    try:
        dump = open_envelope(incoming)
    except InvalidRecord as error:
        if len(incoming.value) <= MAX_VALUE_BYTES:
            return found
        return RefusedInput(name=found.name, reason=f"{error.reason}: {error.detail}", read_bytes=found.read_bytes)
    if len(dump.body) > MAX_BODY_BYTES:
        why = f"too-large: the dump has {len(dump.body):,} bytes; the limit is {MAX_BODY_BYTES:,}"
        return RefusedInput(name=found.name, reason=why, read_bytes=found.read_bytes)
    return found if len(incoming.value) <= MAX_VALUE_BYTES else replace(found, incoming=_unwrapped(incoming, dump))


def _unwrapped(incoming: Incoming, dump: Dump) -> Incoming:
    fetched_at = None if dump.fetched_at is None else format_time(dump.fetched_at)
    headers = {"content-type": dump.content_type, "source-url": dump.url, "fetched-at": fetched_at}
    given = tuple((name, text.encode()) for name, text in headers.items() if text is not None)
    return replace(incoming, value=dump.body, headers=given)


async def _send_all(settings: Settings, inputs: Iterable[InputItem], tally: Tally, rate: float | None, on_done: OnDone) -> None:
    started = time.monotonic()
    async with _producer(settings) as producer:
        async for item in read_ahead(inputs):
            if isinstance(item, SkippedInput):
                tally.passed_over[item.reason] += 1
                on_done(item)
                continue
            checked = within_limits(item) if isinstance(item, InputDump) else item
            if isinstance(checked, RefusedInput):
                _refuse(checked, tally, on_done)
                continue
            if rate is not None:
                await asyncio.sleep(started + tally.taken / rate - time.monotonic())
            await _send(producer, checked, tally, on_done)
        await producer.flush()


async def _send(producer: AIOKafkaProducer, found: InputDump, tally: Tally, on_done: OnDone) -> None:
    def acknowledged(future: asyncio.Future[RecordMetadata]) -> None:
        error = None if future.cancelled() else future.exception()
        if future.cancelled() or error is not None:
            refuse(f"Kafka did not take it: {error or 'stopped'}")
        else:
            tally.sent += 1
            tally.sent_bytes += len(incoming.value)
            tally.moved_at = time.monotonic()
            on_done(found)

    def refuse(why: str) -> None:
        tally.taken -= 1
        _refuse(RefusedInput(name=found.name, reason=why, read_bytes=found.read_bytes), tally, on_done)

    incoming = found.incoming
    tally.taken += 1
    if tally.taken == tally.sent + 1:
        tally.moved_at = time.monotonic()  # nothing waited before
    try:
        future = await producer.send(incoming.topic, key=incoming.key, value=incoming.value, headers=list(incoming.headers))
    except MessageSizeTooLargeError as error:
        refuse(f"too large for a message: {error}")
    else:
        future.add_done_callback(acknowledged)


def _refuse(refused: RefusedInput, tally: Tally, on_done: OnDone) -> None:
    tally.refused += 1
    on_done(refused)


@contextlib.asynccontextmanager
async def _producer(settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(
        **client_options(settings),
        enable_idempotence=True,
        acks="all",
        compression_type="lz4",
        linger_ms=5,
        max_batch_size=1024 * 1024,
        max_request_size=MAX_MESSAGE_BYTES,
    )
    await producer.start()
    try:
        yield producer
    finally:
        with contextlib.suppress(TimeoutError):  # what Kafka did not take by now is not counted as sent
            await asyncio.wait_for(producer.stop(), STOP_S)


async def _watch(settings: Settings, tally: Tally) -> None:
    while tally.sent == tally.taken or time.monotonic() - tally.moved_at < STALL_S:  # noqa: ASYNC110 - no event tells
        await asyncio.sleep(1)
    raise UserError(f"Kafka at {settings.bootstrap} has taken no dump for {STALL_S:.0f} s; is it still running?")
