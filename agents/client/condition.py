"""What `newsmill doctor` reports of running workers: the answer of the local one, and the dead letters of the last day."""

import asyncio
import contextlib
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass

from aiokafka import TopicPartition

from agents.kafka.foreign_records import ForeignRecords
from agents.kafka.read_topic import reader
from agents.settings import Settings
from streams.errors import Reason
from streams.messages.dead_letters import REASON_HEADER, is_dead_letter
from streams.messages.envelope import text_headers
from streams.times import format_time

ANSWER_S = 3.0
MAX_ANSWER_BYTES = 1_000
PERIOD_S = 86_400
# Of each partition, so that a mass of dead letters takes seconds.
MAX_LETTERS = 500
POLL_MS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterCount:
    """Dead letters by reason, and the time of the first in seconds since the epoch; `is_part` where there are more than were read."""

    reasons: Counter[str]
    since: int
    is_part: bool

    @property
    def has_faults(self) -> bool:
        """Return whether a defect of newsmill is a reason."""
        return bool(self.reasons[Reason.BUG] or self.reasons[Reason.CRASH])

    def __str__(self) -> str:
        """Return the counts as one line."""
        number = f"{'over ' if self.is_part else ''}{self.reasons.total()}"
        return f"{number} since {format_time(self.since)}: " + ", ".join(
            f"{reason} {count}" for reason, count in self.reasons.most_common()
        )


async def readiness(settings: Settings) -> tuple[bool, str] | None:
    """Return whether the worker at NEWS_WEB_HOST:NEWS_WEB_PORT is ready, and its answer; None if no worker answers there."""
    if not settings.web_port:
        return None
    return await asyncio.to_thread(_ask, f"http://{settings.web_host}:{settings.web_port}/readyz")


def _ask(url: str) -> tuple[bool, str] | None:
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_S) as response:  # noqa: S310 - http, of the user's own settings
            return True, response.read(MAX_ANSWER_BYTES).decode(errors="replace")
    except urllib.error.HTTPError as error:
        with contextlib.closing(error):
            return False, error.read(MAX_ANSWER_BYTES).decode(errors="replace")
    except OSError:
        return None


async def count_dead_letters(settings: Settings, topic: str, partitions: int) -> DeadLetterCount:
    """Count the dead letters of the last day, the latest `MAX_LETTERS` of each of the partitions of `topic` (full name) at most."""
    reasons: Counter[str] = Counter()
    since, foreign = int(time.time()), ForeignRecords()
    async with reader(settings) as consumer:
        assigned = [TopicPartition(topic, number) for number in range(partitions)]
        consumer.assign(assigned)
        found = await consumer.offsets_for_times(dict.fromkeys(assigned, int((time.time() - PERIOD_S) * 1000)))
        ends = await consumer.end_offsets(assigned)
        starts = {partition: first.offset if (first := found[partition]) else end for partition, end in ends.items()}
        for partition, end in ends.items():
            consumer.seek(partition, max(starts[partition], end - MAX_LETTERS))
        pending = {partition for partition in assigned if starts[partition] < ends[partition]}
        while pending:
            for records in (await consumer.getmany(*pending, timeout_ms=POLL_MS)).values():
                for record in records:
                    headers = text_headers(tuple(record.headers))
                    if not is_dead_letter(headers):
                        foreign.skip(record)
                        continue
                    reasons[headers[REASON_HEADER]] += 1
                    since = min(since, record.timestamp // 1000)
            pending = {partition for partition in pending if await consumer.position(partition) < ends[partition]}
    return DeadLetterCount(reasons=reasons, since=since, is_part=any(end - starts[each] > MAX_LETTERS for each, end in ends.items()))
