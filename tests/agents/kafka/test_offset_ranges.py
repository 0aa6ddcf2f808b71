"""Committed offsets against the logs of their partitions, and what is reported of them."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata

from agents.kafka.offset_ranges import LogRange, Mismatch, describe_mismatches, mismatch, short_offsets_retention

DUMPS, JUDGED = TopicPartition("news.dumps", 0), TopicPartition("news.judged", 0)
DAY_MS, WEEK_MINUTES = 86_400_000, 10_080


@pytest.mark.parametrize(
    ("committed", "log", "cause"),
    [
        pytest.param(-1, LogRange(0, 0), None, id="nothing-yet"),
        pytest.param(-1, LogRange(0, 5), Mismatch.MISSING, id="none-committed"),
        pytest.param(-1, LogRange(5, 5), Mismatch.MISSING, id="none-committed-and-all-deleted"),
        pytest.param(5, LogRange(5, 9), None, id="first"),
        pytest.param(9, LogRange(5, 9), None, id="end"),
        pytest.param(4, LogRange(5, 9), Mismatch.DELETED, id="before-the-first"),
        pytest.param(10, LogRange(5, 9), Mismatch.BEYOND_END, id="beyond-the-end"),
        pytest.param(3, LogRange(0, 0), Mismatch.BEYOND_END, id="topic-created-again"),
    ],
)
def test_committed_offset_outside_its_log_is_a_mismatch(committed: int, log: LogRange, cause: Mismatch | None) -> None:
    assert mismatch(committed, log) is cause


@pytest.mark.parametrize(
    ("partition", "committed", "log", "line"),
    [
        pytest.param(DUMPS, 4, LogRange(5, 9), "news.dumps-0: offsets 4 to 4 were deleted before they were processed", id="deleted"),
        pytest.param(DUMPS, 10, LogRange(5, 9), "news.dumps-0: offset 10 is committed, but the log ends at 9: Kafka lost", id="beyond"),
        pytest.param(DUMPS, -1, LogRange(5, 9), "news.dumps-0: no offset is committed, and the log has offsets 5 to 8", id="missing"),
        pytest.param(JUDGED, -1, LogRange(0, 9), "news.judged-0: no offset is committed, and the log has", id="missing-judged"),
    ],
)
def test_mismatch_is_described_with_its_offsets(partition: TopicPartition, committed: int, log: LogRange, line: str) -> None:
    [found] = describe_mismatches({partition: OffsetAndMetadata(committed, "")}, {partition: log}, "news.judged")
    assert found.startswith(line)


def test_dumps_that_no_worker_has_begun_are_no_mismatch() -> None:
    assert describe_mismatches({}, {DUMPS: LogRange(0, 9)}, "news.judged") == []


class FakeAdmin:
    """A cluster that keeps offsets for a week, and the topic for so many milliseconds."""

    def __init__(self, retention_ms: int) -> None:
        self._values = {"retention.ms": str(retention_ms), "offsets.retention.minutes": str(WEEK_MINUTES)}

    async def describe_cluster(self) -> dict[str, Any]:
        return {"brokers": [{"node_id": 1}]}

    async def describe_configs(self, resources: list[Any]) -> list[Any]:
        entries = list(self._values.items())
        return [SimpleNamespace(resources=[(0, "", 0, resource.name, entries) for resource in resources])]


@pytest.mark.parametrize(("days", "is_short"), [pytest.param(7, False, id="as-long"), pytest.param(8, True, id="longer")])
async def test_offsets_that_are_kept_for_less_than_their_records_are_reported(days: int, is_short: bool) -> None:
    client: Any = FakeAdmin(days * DAY_MS)
    lines = await short_offsets_retention(client, ["news.judged"])
    assert [line.split(" of ")[0] for line in lines] == (["offsets.retention.minutes=10080"] if is_short else [])


async def test_records_that_are_kept_for_ever_outlive_any_offset() -> None:
    client: Any = FakeAdmin(-1)
    assert len(await short_offsets_retention(client, ["news.judged"])) == 1
