"""Faust's Kafka transport with a limit in bytes on the records that a worker holds."""

import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, cast

from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError
from faust.transport.drivers.aiokafka import Consumer, Transport
from faust.types import TP, Message

from agents.kafka.compat.faust_consumer import ReadCommittedConsumer
from agents.kafka.compat.faust_producer import Producer
from agents.kafka.decode.partition import Skipped, log_skipped, size_of
from agents.kafka.fetch_limit import fetchable_partitions
from streams.topics import TopicName, full_name

# Shares of the limit, as divisors: records of most topics, of each topic that waits for others, and one fetch response.
MAIN_SHARE, WAITING_SHARE, RESPONSE_SHARE = 2, 8, 8
MAIN = ""


class Inflight:
    """The bytes of input that the agents hold, and the partitions that are paused because of them.

    Back-fills and articles of large dumps each have a share of their own, so that those that wait never pause the others.
    """

    def __init__(self, limit_bytes: int, prefix: str) -> None:
        """Limit back-fills, articles of large dumps, and fetch responses to an eighth of `limit_bytes` each, all others to half of it.

        One response has an eighth, or one larger message. Dumps are fetched while half of their share is free, articles and verdicts while
        any of it is, so that work in progress is finished first.
        """
        self.fetch_max_bytes = limit_bytes // RESPONSE_SHARE
        dumps, backfill, large = (full_name(prefix, name) for name in (TopicName.DUMPS, TopicName.BACKFILL, TopicName.LARGE))
        self._limits = {MAIN: limit_bytes // MAIN_SHARE} | dict.fromkeys((backfill, large), limit_bytes // WAITING_SHARE)
        self._intakes = (dumps, backfill)
        self._bytes_by_share: Counter[str] = Counter()
        self._paused: set[TP] = set()
        self.messages: Counter[TP] = Counter()

    @property
    def total_bytes(self) -> int:
        """The bytes of the records that the agents have received and not finished."""
        return self._bytes_by_share.total()

    def share_of(self, partition: TopicPartition | TP) -> str:
        """Return the share of a partition: its topic if that has one of its own, else `MAIN`."""
        return partition.topic if partition.topic in self._limits else MAIN

    def has_room(self, partition: TopicPartition, buffered_bytes: int) -> bool:
        """Return whether a partition may be fetched, with `buffered_bytes` of its share in the fetcher's buffer."""
        share = self.share_of(partition)
        limit = self._limits[share] // (2 if partition.topic in self._intakes else 1)
        return self._bytes_by_share[share] + buffered_bytes <= limit

    def acquire(self, partition: TopicPartition, size: int, consumer: Consumer) -> None:
        """Count a record that the agents receive, and pause its partition if its share is above the limit."""
        tp = TP(*partition)  # a message has aiokafka's type, and the consumer's own sets take Faust's only
        share = self.share_of(tp)
        self._bytes_by_share[share] += size
        self.messages[tp] += 1
        if self._bytes_by_share[share] > self._limits[share]:
            self._paused.add(tp)
            consumer.on_buffer_full(tp)

    def release(self, partition: TopicPartition, sizes: list[int], consumer: Consumer) -> None:
        """Count finished records, and resume the paused partitions of their share once half of it is free."""
        tp = TP(*partition)
        share = self.share_of(tp)
        self._bytes_by_share[share] = max(0, self._bytes_by_share[share] - sum(sizes))
        self.messages[tp] = max(0, self.messages[tp] - len(sizes))
        if self._bytes_by_share[share] <= self._limits[share] // 2:
            self._resume({paused for paused in self._paused if self.share_of(paused) == share}, consumer)

    def reset(self, consumer: Consumer) -> None:
        """Forget all records: a rebalance discards those that the agents have not begun."""
        self._bytes_by_share.clear()
        self.messages.clear()
        self._resume(set(self._paused), consumer)

    def _resume(self, partitions: set[TP], consumer: Consumer) -> None:
        self._paused -= partitions
        for partition in partitions:
            consumer.on_buffer_drop(partition)


def message_bytes(message: Message) -> int:
    """Return the bytes that a message counts as."""
    return size_of(message.key, message.value, cast(Iterable[tuple[str, bytes]], message.headers or ()))


class BoundedConsumer(ReadCommittedConsumer):
    """A consumer that pauses partitions and skips fetches while the agents hold too many bytes."""

    def __init__(self, transport: "BoundedTransport", callback: Callable[[Message], Awaitable[None]], **options: Any) -> None:
        """Take the arguments of Faust's consumer."""
        inflight = transport.inflight

        async def counted(message: Message) -> None:
            inflight.acquire(TopicPartition(message.topic, message.partition), message_bytes(message), self)
            await callback(message)

        super().__init__(
            transport,
            callback=counted,
            fetch_max_bytes=inflight.fetch_max_bytes,
            fetchable=fetchable_partitions(inflight.share_of, inflight.has_room),
            on_skipped=transport.on_skipped,
            on_reset=transport.on_reset,
            on_error=transport.on_error,
            **options,
        )

    async def seek_to_committed(self) -> Mapping[TP, int | None]:  # type: ignore[override] # Faust leaves None out
        """Seek to the committed offsets, or to offset 0 of partitions without one; return the committed offsets.

        Faust discards what it fetched during a rebalance, and seeks to read it again. Its seek leaves a partition without a committed
        offset at the position after the discarded records. Two workers that joined as 25 dumps arrived skipped 3 to 5 of them, 4 times
        of 8. A log without a committed offset begins at 0, or the take-over has committed one (`agents/worker/start_offsets.py`).
        """
        committed = await self.committed_offsets()
        with contextlib.suppress(IllegalStateError):  # a partition was revoked meanwhile, and the next rebalance seeks again
            await self.seek_wait({partition: offset or 0 for partition, offset in committed.items()})
        return committed


class BoundedTransport(Transport):
    """Faust's transport with `BoundedConsumer`; set it on an app before the app starts, for its consumer and its producer."""

    Consumer = BoundedConsumer
    Producer = Producer
    inflight: Inflight
    on_skipped: Callable[[Skipped], None] = staticmethod(log_skipped)
    on_reset: Callable[[TopicPartition, int], None]
    on_error: Callable[[BaseException], None]
