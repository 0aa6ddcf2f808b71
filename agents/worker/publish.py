"""The one way out of a worker: outputs and the input's offsets in one Kafka transaction, which nobody commits who lost a partition.

Each input partition has a transactional producer, and a transaction that spans several is the first one's. Two fences: whoever is given a
partition ends what its producer of before has open; and the offsets are committed as a member of the group in one generation (KIP-447),
which Kafka refuses once that is over. So a predecessor whose transaction is another partition's can begin nothing new, and what it has open
is waited for (`group_offsets.stable_offsets`).
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import ProducerFenced
from aiokafka.structs import OffsetAndMetadata, RecordMetadata

from agents.kafka.compat.transactions import Member, fence_offset_commits_by_generation
from agents.kafka.connect import stop_within
from agents.kafka.hanging_transactions import abort_hanging
from agents.kafka.record_batches import batches_of
from streams.messages.codec import MAX_BATCH_BYTES
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


@dataclass(frozen=True, slots=True)
class Part:
    """What a batch has of one input partition: all up to `next_offset`. `note` is kept beside it, until the next one is committed."""

    partition: TopicPartition
    owned: Owned
    next_offset: int
    note: str = ""


class Publisher:
    """The transactional producers of a worker, one for each of its input partitions."""

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

    async def fence(self, assigned: Iterable[TopicPartition], member: Member, is_current: Callable[[], bool]) -> None:
        """Own exactly these partitions: end our own work on the others, and any predecessor's transaction on these.

        Must end before the committed offsets are read, or a predecessor could commit after that. Where the assignment is over already
        (`is_current`), nothing is fenced: the partitions may be another's, who would be fenced by it.
        """
        async with self._changing:
            await self._stop_all()
            if not is_current():
                return
            owned = {partition: Owned(producer=self._producer(partition, member), generation=member.generation) for partition in assigned}
            started = await asyncio.gather(*(each.producer.start() for each in owned.values()), return_exceptions=True)
            self.owned = owned
            for failure in started:
                if isinstance(failure, BaseException):
                    await self._stop_all()
                    raise failure

    async def abort_hanging(self, partitions: Collection[TopicPartition]) -> None:
        """Abort what the predecessors of our producers left open in these partitions, and of their offsets."""
        try:
            await asyncio.gather(*(abort_hanging(owned.producer, partitions, self._app_id) for owned in self.owned.values()))
        except ProducerFenced:
            log.warning("fenced while taking over")  # what was assigned is ours no more, and its owner does this

    async def publish(self, parts: Sequence[Part], work: Callable[[], Awaitable[Output]]) -> Output | None:
        """Do the work on these parts of a batch, send its messages, commit their offsets, all or nothing; return the output if committed.

        The caller holds the locks of all. Where it fails, or is cancelled, none of the partitions does any more work until it is assigned
        anew: what came next would commit past what is missing. A predecessor that was fenced just ends; anything else goes to `on_failure`.
        """
        sent: list[asyncio.Future[RecordMetadata]] = []
        for part in parts:
            part.owned.failed = True
        try:
            output = await work()
            with self._watched(parts):
                await self._transact(parts, output, sent)
        except ProducerFenced as error:
            log.warning("fenced %s", _places(parts))
            asyncio.get_running_loop().call_later(self._fenced_limit_s, self._end_if_still_owned, parts, error)
        except Exception as error:
            log.exception("not published %s", _places(parts))
            await self._on_failure(error)
        else:
            for part in parts:
                part.owned.next_offset, part.owned.failed = part.next_offset, False
            return output
        for future in sent:
            # What failed the transaction failed each of them: it is told once, above.
            future.add_done_callback(lambda done: done.cancelled() or done.exception())
        return None

    async def _transact(self, parts: Sequence[Part], output: Output, sent: list[asyncio.Future[RecordMetadata]]) -> None:
        """Send and commit in one transaction; each message's future is added to `sent` as soon as there is one."""
        producer = parts[0].owned.producer
        offsets = {part.partition: OffsetAndMetadata(part.next_offset, part.note) for part in parts}
        partitions = await _partitions(producer, {message.topic for message in output.messages})
        async with producer.transaction():
            for topic, number, batch in batches_of(producer, output.messages, partitions):
                sent.append(await producer.send_batch(batch, topic, partition=number))
            # aiokafka commits whatever became of the batches: one that the broker refused fails its own future only.
            await asyncio.gather(producer.send_offsets_to_transaction(offsets, self._app_id), *sent)

    @contextlib.contextmanager
    def _watched(self, parts: Sequence[Part]) -> Iterator[None]:
        """End the worker where the body does not end.

        XXX aiokafka (0.14): after a minute without Kafka the transactions of two stages of one worker waited for ever, in 1 of 6 such
        minutes under chaos. An agent waits for its batch, so partitions that it was given later stood still too. Not cancelled, as that
        would wait for the transaction's end as well.
        """
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._stuck_limit_s, self._end_stuck, parts)
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

    def _end_if_still_owned(self, parts: Sequence[Part], error: BaseException) -> None:
        """Partitions that another worker fenced are soon taken away; those that aren't were fenced by their transaction's time-out."""
        still_owned = [part for part in parts if self.owned.get(part.partition) is part.owned]
        if still_owned:
            log.error("fenced and not taken away %s", _places(still_owned))
            self._failure = asyncio.ensure_future(self._on_failure(error))

    def _end_stuck(self, parts: Sequence[Part]) -> None:
        log.error("a transaction does not end %s", _places(parts))
        self._failure = asyncio.ensure_future(self._on_failure(TimeoutError(f"no end within {self._stuck_limit_s:.0f} s")))

    def _producer(self, partition: TopicPartition, member: Member) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
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
        fence_offset_commits_by_generation(producer, member)
        return producer


async def _partitions(producer: AIOKafkaProducer, topics: set[str]) -> dict[str, list[int]]:
    """Return the partitions of these topics, and have the producer keep the topics in mind, between two transactions.

    XXX aiokafka (0.14) begins with all topics, and none by name. The first that is new to it, it asks for by name, and forgets the others:
    messages to them then wait until Kafka gives up the transaction. A test on real Kafka, with a class that comes later, fails without it.
    """
    await asyncio.gather(*(producer.client.add_topic(topic) for topic in sorted(topics)))
    return {topic: sorted(await producer.partitions_for(topic)) for topic in sorted(topics)}


def _places(parts: Iterable[Part]) -> str:
    return " ".join(f"topic={part.partition.topic} partition={part.partition.partition} offset={part.next_offset}" for part in parts)


async def _stop(owned: Owned) -> None:
    async with owned.lock:
        await owned.producer.stop()
