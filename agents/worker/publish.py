"""Send outputs and commit input offsets in one Kafka transaction; a worker that lost a partition cannot commit.

Each input partition has a transactional producer; a transaction over several partitions uses the producer of the first. Two fences:
1. The new owner of a partition initialises its transactional id, which aborts an open transaction of the earlier owner's producer.
2. Offsets are committed as a member of the group in a generation (KIP-447); Kafka refuses the commit of an earlier generation.
The first does not reach a transaction that the earlier owner runs with the producer of another partition: the second lets it commit nothing
after the rebalance, and the new owner waits until the offsets are stable (`agents/kafka/group_offsets.py`).

A producer also loses its transaction where Kafka aborts it after its time-out: a broker died, or the worker was paused. While the group
still has this member in its generation, no other worker owns the partition: the producer is initialised again and the batch is sent again
(docs/decisions/0066-initialise-a-timed-out-producer-again.md).
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Iterator, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import InvalidTimestampError, KafkaError, ProducerFenced
from aiokafka.structs import OffsetAndMetadata

from agents.kafka.compat.lost_errors import retrieve_lost_errors
from agents.kafka.compat.request_limits import Producer
from agents.kafka.compat.retry import is_transient
from agents.kafka.compat.transactions import Member, fence_offset_commits_by_generation, has_lost_producer
from agents.kafka.connect import STOP_TIMEOUT_S
from agents.kafka.hanging_transactions import end_hanging
from agents.kafka.output_clock import OutputClock
from agents.worker.group import Group
from agents.worker.owned import OwnedPartition, PartitionBatch
from agents.worker.transaction import send_and_commit
from streams.messages.codec import MAX_BATCH_BYTES
from streams.output import Output
from streams.topics import MAX_MESSAGE_BYTES

log = logging.getLogger(__name__)

# Within it Kafka replaces a transaction coordinator that died, and aborts the open transaction of the earlier owner.
START_TIMEOUT_S = 20
CONFIRM_POLL_S = 0.5


class Publisher:
    """The transactional producers of a worker, one for each input partition that it owns."""

    def __init__(
        self,
        app_id: str,
        options: dict[str, Any],
        group: Group,
        *,
        transaction_timeout_s: int,
        fenced_limit_s: float,
        stuck_limit_s: float,
        on_failure: Callable[[BaseException], Awaitable[None]],
    ) -> None:
        """Publish as group `app_id`.

        Args:
            app_id: the consumer group, and the first part of each transactional id.
            options: connection options of aiokafka's clients.
            group: the state of the consumer group.
            transaction_timeout_s: time after which Kafka aborts an open transaction.
            fenced_limit_s: time within which a rebalance must revoke a fenced partition; otherwise it is a failure.
            stuck_limit_s: time within which a transaction must end; otherwise it is a failure.
            on_failure: called with an error that only a restart of the worker can recover from.
        """
        self._app_id = app_id
        self._options = options
        self._group = group
        self._timeout_ms = transaction_timeout_s * 1000
        self._on_failure = on_failure
        self._fenced_limit_s = fenced_limit_s
        self._stuck_limit_s = stuck_limit_s
        self._clock = OutputClock()
        self._changing = asyncio.Lock()
        self._failure: asyncio.Future[None] | None = None
        self._stopping: set[asyncio.Future[None]] = set()
        self.owned: dict[TopicPartition, OwnedPartition] = {}

    def is_current(self, partition: TopicPartition, generation: int | None) -> bool:
        """Return whether a record that came in this generation of the group is still to be processed here."""
        owned = self.owned.get(partition)
        return owned is not None and owned.member.generation == generation

    async def committed_ids(self, assigned: Iterable[TopicPartition]) -> Collection[str]:
        """Return the transactional ids of these partitions whose last transaction was committed, which Kafka forgets with `fence`."""
        return await self._group.committed_ids([self._id(partition) for partition in assigned])

    async def fence(
        self, assigned: Iterable[TopicPartition], member: Member, is_current: Callable[[], bool], committed: Collection[str] = ()
    ) -> None:
        """Own exactly these partitions: end the work on all others, and fence earlier owners of these.

        Fence before reading the committed offsets, or an earlier owner could commit after the read. Fence nothing once the assignment is
        over (`is_current`): the partitions may have a new owner, which would be fenced. `committed` is what `committed_ids` returned.

        Raises:
            TimeoutError: a producer was not initialised in time.
            KafkaError: Kafka refuses a producer.
        """
        async with self._changing:
            await self._stop_all()
            if not is_current():
                return
            owned = {
                partition: OwnedPartition(self._producer(partition, member), member, was_committed=self._id(partition) in committed)
                for partition in assigned
            }
            started = await asyncio.gather(*(_start(each.producer) for each in owned.values()), return_exceptions=True)
            self.owned = owned
            for failure in started:
                if isinstance(failure, BaseException):
                    await self._stop_all()
                    raise failure

    async def end_hanging(self, partitions: Collection[TopicPartition], limit_s: float) -> None:
        """End the hanging transactions of earlier owners in these partitions, and in their committed offsets.

        Raises:
            UserError: not done within the limit.
        """
        endings = (end_hanging(each.producer, partitions, self._app_id, limit_s, commit=each.was_committed) for each in self.owned.values())
        try:
            await asyncio.gather(*endings)
        except ProducerFenced:
            log.warning("fenced during the take-over")  # the partition has a new owner, which ends them

    async def publish(self, parts: Sequence[PartitionBatch], work: Callable[[], Awaitable[Output]]) -> Output | None:
        """Run the work on these parts of a batch, send its messages and commit the offsets, all or nothing; return the committed output.

        The caller holds the locks of all parts. After a failure or a cancellation the partitions stay `failed` until a rebalance assigns
        them again: the next batch would commit past the missing one. None is returned where a new owner has fenced this worker; any other
        error goes to `on_failure`.
        """
        for part in parts:
            part.owned.failed = True
        try:
            output = await work()
            with self._watched(parts):
                await self._commit(parts, output)
        except ProducerFenced as error:
            log.warning("fenced %s", _positions(parts))
            self._end_if_still_owned(parts, error)
        except Exception as error:
            log.exception("transaction failed %s", _positions(parts))
            await self._on_failure(error)
        else:
            for part in parts:
                part.owned.next_offset, part.owned.failed = part.next_offset, False
            return output
        return None

    async def _commit(self, parts: Sequence[PartitionBatch], output: Output) -> None:
        """Commit in one transaction; if Kafka aborts it and no other worker owns the partitions, send it again with a new producer.

        Raises:
            ProducerFenced: the partitions have a new owner, or will have one.
        """
        offsets = {part.partition: OffsetAndMetadata(part.next_offset, part.note) for part in parts}
        self._clock.observe(max(part.newest_s for part in parts))
        while True:
            timestamp_ms = self._clock.timestamp_ms()
            try:
                return await send_and_commit(parts[0].owned.producer, output, offsets, self._app_id, timestamp_ms)
            except (KafkaError, TimeoutError) as error:
                # After a refused record batch the sequence numbers of its producer do not fit any more, so that it is lost, too.
                is_refused = isinstance(error, InvalidTimestampError) and self._clock.refuse(timestamp_ms)
                if not (is_refused or has_lost_producer(error) or is_transient(error)):
                    raise
                log.warning("transaction lost, initialising its producer again %s: %r", _positions(parts), error)
                committed = await self._initialise_again(parts)
                if committed is None:
                    raise ProducerFenced from error
                if committed == offsets:  # only the answer to the commit was lost
                    return None

    async def _initialise_again(self, parts: Sequence[PartitionBatch]) -> Mapping[TopicPartition, OffsetAndMetadata] | None:
        """Replace the producer of a transaction that Kafka aborted; return the committed offsets of its partitions.

        Return None if this member no longer owns them for certain: initialising would fence the new owner.
        """
        partition, owned = parts[0].partition, parts[0].owned
        if not await self._is_confirmed(parts):
            return None
        commit = bool(await self._group.committed_ids([self._id(partition)]))
        producer = self._producer(partition, owned.member)
        lost, owned.producer = owned.producer, producer
        self._stop_later(lost.stop())
        await _start(producer)

        async def end(hanging: Collection[TopicPartition], limit_s: float) -> None:
            await end_hanging(producer, hanging, self._app_id, limit_s, commit=commit)

        committed = await self._group.settled_offsets([part.partition for part in parts], end)
        return committed if self._owns(parts) else None

    async def _is_confirmed(self, parts: Sequence[PartitionBatch]) -> bool:
        """Return whether the coordinator has this member in its generation; False once the partitions are revoked, or after the limit.

        A single denial is not final: a broker that was frozen answers as coordinator from its old state until it learns of its successor.
        """
        deadline = time.monotonic() + self._fenced_limit_s
        while self._owns(parts) and time.monotonic() < deadline:
            if await self._group.is_current(parts[0].owned.member):
                return self._owns(parts)
            await asyncio.sleep(CONFIRM_POLL_S)
        return False

    def _owns(self, parts: Iterable[PartitionBatch]) -> bool:
        return all(self.owned.get(part.partition) is part.owned for part in parts)

    @contextlib.contextmanager
    def _watched(self, parts: Sequence[PartitionBatch]) -> Iterator[None]:
        """Crash the worker where the body does not end in time.

        XXX aiokafka (0.14): after a minute without Kafka the transactions of two stages of one worker waited forever, in 1 of 6 such
        minutes under chaos. The agent waits for its batch, so partitions that were assigned later made no progress either. Cancelling
        would wait for the end of the transaction as well.
        """
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._stuck_limit_s, self._end_stuck, parts)
        try:
            yield
        finally:
            timer.cancel()

    async def stop(self) -> None:
        """End the work on every partition, after its running transaction."""
        async with self._changing:
            await self._stop_all()

    async def _stop_all(self) -> None:
        owned, self.owned = self.owned, {}
        stopping = [self._stop_later(_stop(each)) for each in owned.values()]
        if stopping:
            await asyncio.wait(stopping, timeout=STOP_TIMEOUT_S)

    def _stop_later(self, stopping: Coroutine[Any, Any, None]) -> "asyncio.Future[None]":
        """Stop a producer beside everything else: it may wait for its batch, or for a broker that does not answer."""
        task = asyncio.ensure_future(stopping)
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)
        return task

    def _end_if_still_owned(self, parts: Sequence[PartitionBatch], error: BaseException) -> None:
        """Crash where fenced partitions were not revoked: their transaction timed out, and no other worker has fenced them."""
        still_owned = [part for part in parts if self.owned.get(part.partition) is part.owned]
        if still_owned:
            log.error("fenced, but not revoked %s", _positions(still_owned))
            self._failure = asyncio.ensure_future(self._on_failure(error))

    def _end_stuck(self, parts: Sequence[PartitionBatch]) -> None:
        log.error("a transaction does not end %s", _positions(parts))
        self._failure = asyncio.ensure_future(self._on_failure(TimeoutError(f"no end within {self._stuck_limit_s:.0f} s")))

    def _id(self, partition: TopicPartition) -> str:
        return f"{self._app_id}-{partition.topic}-{partition.partition}"

    def _producer(self, partition: TopicPartition, member: Member) -> AIOKafkaProducer:
        producer = Producer(
            **self._options,
            transactional_id=self._id(partition),
            transaction_timeout_ms=self._timeout_ms,
            compression_type="zstd",
            # A request holds one record batch per partition, and the next request waits for its response: 16 KiB, the default, takes many.
            max_batch_size=MAX_BATCH_BYTES,
            # The broker may still be ending a transaction when the next one begins; aiokafka then waits this long (default: 100 ms).
            retry_backoff_ms=10,
            max_request_size=MAX_MESSAGE_BYTES,
        )
        fence_offset_commits_by_generation(producer, member)
        retrieve_lost_errors(producer)
        return producer


async def _start(producer: AIOKafkaProducer) -> None:
    async with asyncio.timeout(START_TIMEOUT_S):
        await producer.start()


def _positions(parts: Iterable[PartitionBatch]) -> str:
    return " ".join(f"topic={part.partition.topic} partition={part.partition.partition} offset={part.next_offset}" for part in parts)


async def _stop(owned: OwnedPartition) -> None:
    async with owned.lock:
        await owned.producer.stop()
