"""Write the events of Kafka to files by day, each event in exactly one, across restarts.

A file has the records of one partition in a range of offsets, which are in its name. When all files of a range are there, the next offset
is noted; whatever is of a later range is removed at the start, and written again.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic

from aiokafka import TopicPartition

from agents.client.archive_rows import Row, day_of, row_of
from agents.client.event_filter import EventFilter
from agents.client.record_matcher import RecordMatcher
from agents.kafka.compat.decoder import Consumer
from agents.kafka.read_topic import reader
from agents.kafka.require import require_topics
from agents.settings import Settings

MAX_ROWS = 10_000  # of one file; with texts of 3 KB 30 MB in memory
MAX_TOTAL_ROWS = 60_000
POLL_MS = 1000
MAX_RECORDS = 500
SUFFIX = ".parquet"

WriteRows = Callable[[Path, list[Row]], None]


class Range:
    """The rows of one partition that are not written yet, by day, from `first` up to before `next`."""

    def __init__(self, first: int) -> None:
        self.first = self.next = first
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.count = 0
        self.began = monotonic()


class Archive:
    """A folder: `events/day=2025-08-02/events-PARTITION-FIRST-LAST.parquet`, and `.offsets/` with the next offset of each partition."""

    def __init__(self, folder: Path, write: WriteRows) -> None:
        """Write files with `write`."""
        self._folder = folder
        self._write = write

    def require_writable(self) -> None:
        """Raise OSError where no file can be made, so that this is said before events are read."""
        self._folder.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=self._folder).close()

    def next_offset(self, name: str, partition: int) -> int | None:
        """Return the offset to go on with, None at the first start; remove files that an interrupted write left behind."""
        marker = self._marker(name, partition)
        offset = int(marker.read_text(encoding="ascii")) if marker.exists() else None
        for path in self._folder.glob(f"{name}/day=*/*{name}-{partition}-*"):
            first = path.name.removesuffix(SUFFIX).rsplit("-", 2)[-2]
            if path.name.startswith(".") or offset is None or int(first) >= offset:
                path.unlink()
        return offset

    def save(self, name: str, partition: int, part: Range) -> None:
        """Write the files of a range, then note its end."""
        for day, rows in sorted(part.rows.items()):
            folder = self._folder / name / f"day={day}"
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{name}-{partition}-{part.first}-{part.next - 1}{SUFFIX}"
            beside = folder / f".{path.name}"
            self._write(beside, rows)
            beside.replace(path)
        marker = self._marker(name, partition)
        marker.parent.mkdir(parents=True, exist_ok=True)
        beside = marker.with_name(f".{marker.name}.{os.getpid()}")
        beside.write_text(str(part.next), encoding="ascii")
        beside.replace(marker)

    def _marker(self, name: str, partition: int) -> Path:
        return self._folder / ".offsets" / f"{name}-{partition}"


class Archiver:
    """Read topics from where the archive ends, and save ranges when they are full or old."""

    def __init__(self, settings: Settings, archive: Archive, names: Sequence[str], every_s: float, note: Callable[[str], None]) -> None:
        """Save at the latest `every_s` after the first event of a range; `names` are of topics, without the prefix."""
        self._settings = settings
        self._archive = archive
        self._names = names
        self._every_s = every_s
        self._note = note
        self._matcher = RecordMatcher(settings.prefix, EventFilter())
        self._ranges: dict[TopicPartition, Range] = {}

    async def run(self, *, exit_at_end: bool) -> None:
        """Archive until cancelled, or up to the ends at the call.

        Raises:
            NotReachable: no broker answers at the start.
            UserError: a topic is missing.
            OSError: a file cannot be written.
        """
        topics = [self._settings.topic(name) for name in self._names]
        counts = await require_topics(self._settings, topics)
        partitions = [TopicPartition(topic, number) for topic in topics for number in range(counts[topic])]
        async with reader(self._settings) as consumer:
            ends = await consumer.end_offsets(partitions)
            await self._assign(consumer, partitions)
            while not exit_at_end or any([await consumer.position(each) < ends[each] for each in partitions]):
                for partition, records in (await consumer.getmany(timeout_ms=POLL_MS, max_records=MAX_RECORDS)).items():
                    for record in records:
                        received = self._matcher.match(record)
                        if received is not None:
                            row = row_of(received.event, record)
                            self._ranges[partition].rows[day_of(row, record)].append(row)
                            self._ranges[partition].count += 1
                        self._ranges[partition].next = record.offset + 1
                self._save(lambda part: part.count >= MAX_ROWS or monotonic() - part.began > self._every_s)
                if sum(part.count for part in self._ranges.values()) > MAX_TOTAL_ROWS:
                    self._save(lambda _: True)
            self._save(lambda _: True)

    async def _assign(self, consumer: Consumer, partitions: Sequence[TopicPartition]) -> None:
        firsts = await consumer.beginning_offsets(partitions)
        consumer.assign(partitions)
        for partition, first in firsts.items():
            known = self._archive.next_offset(self._name(partition), partition.partition)
            if known is not None and known < first:
                self._note(f"{partition.topic}-{partition.partition}: {first - known:,} offsets were deleted before they were archived")
            self._ranges[partition] = Range(max(first, known or 0))
            consumer.seek(partition, self._ranges[partition].first)

    def _save(self, is_due: Callable[[Range], bool]) -> None:
        for partition, part in self._ranges.items():
            if part.next > part.first and is_due(part):
                self._archive.save(self._name(partition), partition.partition, part)
                if part.count:
                    self._note(f"{partition.topic}-{partition.partition}: {part.count:,} events up to offset {part.next - 1}")
                self._ranges[partition] = Range(part.next)

    def _name(self, partition: TopicPartition) -> str:
        return partition.topic.removeprefix(self._settings.topic(""))
