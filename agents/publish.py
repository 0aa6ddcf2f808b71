"""The one way out of a worker: outputs and the input's offset in one Kafka transaction, fenced for each input partition."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import ProducerFenced
from aiokafka.structs import OffsetAndMetadata

from agents.batches import batches_of
from agents.connect import stop_within
from streams.codec import MAX_BATCH_BYTES
from streams.pipeline import Output
from streams.topics import MAX_MESSAGE_BYTES

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Owned:
    """An input partition that this worker owns: its producer, and how far its work is committed.

    `lock` is held by whoever works on the partition, so that a revocation never cuts into a transaction.
    """

    producer: AIOKafkaProducer
    generation: int
    next_offset: int = -1
    failed: bool = False
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Publisher:
    """One transactional producer for each input partition of a worker; its id is the only fence against a predecessor."""

    def __init__(
        self,
        app_id: str,
        options: dict[str, Any],
        *,
        transaction_timeout_s: int,
        fenced_limit_s: float,
        stuck_limit_s: float,
        on_failure: Callable[[BaseException], Awaitable[None]],
    ) -> None:
        """Prepare to publish as group `app_id`.

        Args:
            app_id: the group, and the first part of every transactional id.
            options: of aiokafka's clients.
            transaction_timeout_s: after which Kafka aborts a transaction that does not end.
            fenced_limit_s: within which a fenced partition must be taken away; it is a failure otherwise.
            stuck_limit_s: within which a transaction must end on our side; it never will otherwise.
            on_failure: is told what can't be mended but by starting the worker again.
        """
        self._app_id = app_id
        self._options = options
        self._timeout_ms = transaction_timeout_s * 1000
        self._on_failure = on_failure
        self._fenced_limit_s = fenced_limit_s
        self._stuck_limit_s = stuck_limit_s
        self._changing = asyncio.Lock()
        self._failure: asyncio.Future[None] | None = None
        self.owned: dict[TopicPartition, Owned] = {}

    async def fence(self, assigned: Iterable[TopicPartition], generation: int, is_current: Callable[[], bool]) -> None:
        """Own exactly these partitions: end our own work on the others, and any predecessor's transaction on these.

        Must end before the committed offsets are read, or a predecessor could commit after that. Where the assignment is over already
        (`is_current`), nothing is fenced: the partitions may be another's, who would be fenced by it.
        """
        async with self._changing:
            await self._stop_all()
            if not is_current():
                return
            owned = {partition: Owned(producer=self._producer(partition), generation=generation) for partition in assigned}
            started = await asyncio.gather(*(each.producer.start() for each in owned.values()), return_exceptions=True)
            self.owned = owned
            for failure in started:
                if isinstance(failure, BaseException):
                    await self._stop_all()
                    raise failure

    async def publish(
        self, partition: TopicPartition, owned: Owned, next_offset: int, work: Callable[[], Awaitable[Output]], note: str = ""
    ) -> Output | None:
        """Do the work, send its messages and commit the input up to `next_offset`, all or nothing; return the output if committed.

        `note` is kept beside the offset, until the next one is committed.
        The caller holds the lock of `owned`. Where it fails, or is cancelled, the partition does no more work until it is assigned anew:
        what came next would commit past what is missing. A predecessor that was fenced just ends; anything else goes to `on_failure`.
        """
        sent: list[asyncio.Future[object]] = []
        owned.failed = True
        try:
            output = await work()
            with self._watched(partition, next_offset):
                await self._transact(partition, owned, output, OffsetAndMetadata(next_offset, note), sent)
        except ProducerFenced as error:
            log.warning("fenced topic=%s partition=%s offset=%s", *partition, next_offset)
            asyncio.get_running_loop().call_later(self._fenced_limit_s, self._end_if_still_owned, partition, owned, error)
        except Exception as error:
            log.exception("not published topic=%s partition=%s offset=%s", *partition, next_offset)
            await self._on_failure(error)
        else:
            owned.next_offset, owned.failed = next_offset, False
            return output
        for future in sent:
            # What failed the transaction failed each of them: it is told once, above.
            future.add_done_callback(lambda done: done.cancelled() or done.exception())
        return None

    async def _transact(
        self, partition: TopicPartition, owned: Owned, output: Output, offset: OffsetAndMetadata, sent: list[asyncio.Future[object]]
    ) -> None:
        """Send and commit in one transaction; each message's future is added to `sent` as soon as there is one."""
        partitions = await _partitions(owned.producer, {message.topic for message in output.messages})
        async with owned.producer.transaction():
            for topic, number, batch in batches_of(owned.producer, output.messages, partitions):
                sent.append(await owned.producer.send_batch(batch, topic, partition=number))
            # aiokafka commits whatever became of the batches: one that the broker refused fails its own future only.
            await asyncio.gather(owned.producer.send_offsets_to_transaction({partition: offset}, self._app_id), *sent)

    @contextlib.contextmanager
    def _watched(self, partition: TopicPartition, next_offset: int) -> Iterator[None]:
        """End the worker where the body does not end.

        XXX aiokafka (0.14): after a minute without Kafka the transactions of two stages of one worker waited for ever, in 1 of 6 such
        minutes under chaos. An agent waits for its batch, so partitions that it was given later stood still too. Not cancelled, as that
        would wait for the transaction's end as well.
        """
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._stuck_limit_s, self._end_stuck, partition, next_offset)
        try:
            yield
        finally:
            timer.cancel()

    async def stop(self) -> None:
        """End the work on every partition, waiting for running transactions."""
        async with self._changing:
            await self._stop_all()

    async def _stop_all(self) -> None:
        owned, self.owned = self.owned, {}
        await asyncio.gather(*(stop_within(_stop(partition)) for partition in owned.values()))

    def _end_if_still_owned(self, partition: TopicPartition, owned: Owned, error: BaseException) -> None:
        """A partition that another worker fenced is soon taken away; one that isn't was fenced by its transaction's time-out."""
        if self.owned.get(partition) is owned:
            log.error("fenced and not taken away topic=%s partition=%s", *partition)
            self._failure = asyncio.ensure_future(self._on_failure(error))

    def _end_stuck(self, partition: TopicPartition, next_offset: int) -> None:
        log.error("a transaction does not end topic=%s partition=%s offset=%s", *partition, next_offset)
        self._failure = asyncio.ensure_future(self._on_failure(TimeoutError(f"no end within {self._stuck_limit_s:.0f} s")))

    def _producer(self, partition: TopicPartition) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            **self._options,
            transactional_id=f"{self._app_id}-{partition.topic}-{partition.partition}",
            transaction_timeout_ms=self._timeout_ms,
            compression_type="zstd",
            # A request takes one batch of each partition, and the next one waits for its answer: of 16 KiB, the default, it took many.
            max_batch_size=MAX_BATCH_BYTES,
            # The broker is not done with a transaction when the next one begins; aiokafka then waits this long, 100 ms by default.
            retry_backoff_ms=10,
            max_request_size=MAX_MESSAGE_BYTES,
        )


async def _partitions(producer: AIOKafkaProducer, topics: set[str]) -> dict[str, list[int]]:
    """Return the partitions of these topics, and have the producer keep the topics in mind, between two transactions.

    XXX aiokafka (0.14) begins with all topics, and none by name. The first that is new to it, it asks for by name, and forgets the others:
    messages to them then wait until Kafka gives up the transaction. A test on real Kafka, with a class that comes later, fails without it.
    """
    await asyncio.gather(*(producer.client.add_topic(topic) for topic in sorted(topics)))
    return {topic: sorted(await producer.partitions_for(topic)) for topic in sorted(topics)}


async def _stop(owned: Owned) -> None:
    async with owned.lock:
        await owned.producer.stop()
