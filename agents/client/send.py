"""Send dumps to Kafka. Dumps above the size limit are refused here; the pipeline judges everything else."""

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
from agents.kafka.compat.request_limits import Producer
from agents.kafka.connect import client_options
from agents.kafka.require import require_topics
from agents.settings import Settings
from streams.dumps.decode import MAX_BODY_BYTES
from streams.errors import InvalidRecord
from streams.messages.envelope import CONTENT_TYPE_HEADER, FETCHED_AT_HEADER, SOURCE_URL_HEADER, open_envelope
from streams.records import Dump, Incoming
from streams.times import format_time
from streams.topics import MAX_MESSAGE_BYTES

# An idempotent producer retries without end; report an error after this time instead.
STALL_S = 60.0
STOP_S = 5.0
# Space for headers and Kafka's framing of a value.
MARGIN_BYTES = 64 * 1024
MAX_VALUE_BYTES = MAX_MESSAGE_BYTES - MARGIN_BYTES

OnDone = Callable[[InputItem], None]


@dataclass(slots=True)
class SendCounts:
    """Count the inputs so far: submitted to Kafka, acknowledged by it (`sent`), refused, skipped (by reason).

    `acked_at`: the monotonic time of the last acknowledgement.
    """

    submitted: int = 0
    sent: int = 0
    sent_bytes: int = 0
    refused: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    acked_at: float = field(default_factory=time.monotonic)


async def send_dumps(
    settings: Settings, inputs: Iterable[InputItem], topic: str, counts: SendCounts, *, rate: float | None = None, on_done: OnDone
) -> None:
    """Send every dump in order, and return when Kafka has acknowledged the last one.

    Args:
        settings: where Kafka is.
        inputs: of `read_inputs`; read in a thread.
        topic: the full name of their topic, which must exist.
        counts: updated continuously, so that it is right after a cancellation.
        rate: maximum number of dumps per second.
        on_done: called with each acknowledged dump, and with each refused or skipped item.

    Raises:
        NotReachable: no broker answers within 10 seconds.
        UserError: the topic is missing, or Kafka acknowledged nothing for a minute.
    """
    await require_topics(settings, [topic])
    counts.acked_at = time.monotonic()
    work = asyncio.create_task(_send_all(settings, inputs, counts, rate, on_done))
    watch = asyncio.create_task(_watch(settings, counts))
    try:
        done, _ = await asyncio.wait({work, watch}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        work.cancel()
        watch.cancel()
        await asyncio.gather(work, watch, return_exceptions=True)


def fit_to_message(dump: InputDump) -> InputDump | RefusedInput:
    """Return the dump as it fits into a message, or a refusal.

    An envelope may exceed the limit of a message only because of its JSON escapes; its body is then sent as plain bytes with headers.
    """
    incoming = dump.incoming
    if len(incoming.value) <= MAX_BODY_BYTES:  # the body of an envelope is never longer than its JSON
        return dump
    try:
        opened = open_envelope(incoming)
    except InvalidRecord as error:
        if len(incoming.value) <= MAX_VALUE_BYTES:
            return dump
        return RefusedInput(name=dump.name, reason=f"{error.reason}: {error.detail}", read_bytes=dump.read_bytes)
    if len(opened.body) > MAX_BODY_BYTES:
        why = f"too-large: the dump has {len(opened.body):,} bytes; the limit is {MAX_BODY_BYTES:,}"
        return RefusedInput(name=dump.name, reason=why, read_bytes=dump.read_bytes)
    return dump if len(incoming.value) <= MAX_VALUE_BYTES else replace(dump, incoming=_without_envelope(incoming, opened))


def _without_envelope(incoming: Incoming, dump: Dump) -> Incoming:
    fetched_at = None if dump.fetched_at is None else format_time(dump.fetched_at)
    headers = {CONTENT_TYPE_HEADER: dump.content_type, SOURCE_URL_HEADER: dump.url, FETCHED_AT_HEADER: fetched_at}
    present = tuple((name, text.encode()) for name, text in headers.items() if text is not None)
    return replace(incoming, value=dump.body, headers=present)


async def _send_all(settings: Settings, inputs: Iterable[InputItem], counts: SendCounts, rate: float | None, on_done: OnDone) -> None:
    started = time.monotonic()
    async with _producer(settings) as producer:
        async for item in read_ahead(inputs):
            if isinstance(item, SkippedInput):
                counts.skipped[item.reason] += 1
                on_done(item)
                continue
            checked = fit_to_message(item) if isinstance(item, InputDump) else item
            if isinstance(checked, RefusedInput):
                _refuse(checked, counts, on_done)
                continue
            if rate is not None:
                await asyncio.sleep(started + counts.submitted / rate - time.monotonic())
            await _send(producer, checked, counts, on_done)
        await producer.flush()


async def _send(producer: AIOKafkaProducer, dump: InputDump, counts: SendCounts, on_done: OnDone) -> None:
    def acknowledged(future: asyncio.Future[RecordMetadata]) -> None:
        error = None if future.cancelled() else future.exception()
        if future.cancelled() or error is not None:
            refuse(f"not acknowledged by Kafka: {error or 'stopped'}")
        else:
            counts.sent += 1
            counts.sent_bytes += len(incoming.value)
            counts.acked_at = time.monotonic()
            on_done(dump)

    def refuse(why: str) -> None:
        counts.submitted -= 1
        _refuse(RefusedInput(name=dump.name, reason=why, read_bytes=dump.read_bytes), counts, on_done)

    incoming = dump.incoming
    counts.submitted += 1
    if counts.submitted == counts.sent + 1:
        counts.acked_at = time.monotonic()  # no other dump was waiting
    try:
        future = await producer.send(incoming.topic, key=incoming.key, value=incoming.value, headers=list(incoming.headers))
    except MessageSizeTooLargeError as error:
        refuse(f"too large for a message: {error}")
    else:
        future.add_done_callback(acknowledged)


def _refuse(refused: RefusedInput, counts: SendCounts, on_done: OnDone) -> None:
    counts.refused += 1
    on_done(refused)


@contextlib.asynccontextmanager
async def _producer(settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
    producer = Producer(
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
        with contextlib.suppress(TimeoutError):  # dumps not acknowledged by now are not counted as sent
            await asyncio.wait_for(producer.stop(), STOP_S)


async def _watch(settings: Settings, counts: SendCounts) -> None:
    while counts.sent == counts.submitted or time.monotonic() - counts.acked_at < STALL_S:  # noqa: ASYNC110 - there is no event to wait for
        await asyncio.sleep(1)
    raise UserError(f"Kafka at {settings.bootstrap} has acknowledged no dump for {STALL_S:.0f} s; is it still running?")
