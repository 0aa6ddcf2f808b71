"""A fetcher requests only partitions whose share has room beside the buffered records."""

from collections import OrderedDict
from types import SimpleNamespace
from typing import Any

from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import FetchError, FetchResult

from agents.kafka.compat.fetcher import restrict_fetches
from agents.kafka.consumer import Inflight
from agents.kafka.decode.partition import DecodeOptions, PartitionDecoder
from agents.kafka.fetch_limit import fetchable_partitions

JUDGED = TopicPartition("news.judged", 0)
LIVE, OTHER, BACKFILL = TopicPartition("news.dumps", 0), TopicPartition("news.dumps", 1), TopicPartition("news.dumps.backfill", 0)
LIMIT = 1600


class FakeFetcher:
    """Requests every partition of the assignment but those in its buffer, as aiokafka's fetcher does."""

    def __init__(self, **buffered: int) -> None:
        partitions = {"live": LIVE, "backfill": BACKFILL}
        self._records: OrderedDict[TopicPartition, Any] = OrderedDict((partitions[name], _result(size)) for name, size in buffered.items())

    def _get_actions_per_node(self, assignment: Any) -> set[TopicPartition]:
        return {partition for partition in assignment.tps if partition not in self._records and assignment.state_value(partition)}

    def requested(self, *partitions: TopicPartition, has_position: bool = True) -> set[TopicPartition]:
        state = SimpleNamespace(has_valid_position=has_position)
        return self._get_actions_per_node(SimpleNamespace(tps=set(partitions), state_value=lambda _: state))


def _result(size: int) -> FetchResult:
    options = DecodeOptions(read_committed=True, keep_defective=True)
    records: Any = PartitionDecoder(LIVE, bytes(size), offset=0, aborted=[], options=options)
    return FetchResult(LIVE, assignment=None, partition_records=records, backoff=0)


def restricted(fetcher: Any) -> Any:
    inflight = Inflight(LIMIT, "news")
    restrict_fetches(fetcher, fetchable_partitions(inflight.share_of, inflight.has_room))
    return fetcher


def requested(*, has_position: bool = True, **buffered: int) -> set[TopicPartition]:
    fetcher: FakeFetcher = restricted(FakeFetcher(**buffered))
    return fetcher.requested(LIVE, OTHER, BACKFILL, JUDGED, has_position=has_position)


def test_all_partitions_are_requested_while_there_is_room() -> None:
    assert requested() == {LIVE, OTHER, BACKFILL, JUDGED}
    assert requested(live=400) == {OTHER, BACKFILL, JUDGED}


def test_later_stages_are_fetched_before_new_dumps() -> None:
    assert requested(live=401) == {BACKFILL, JUDGED}
    assert requested(live=801) == {BACKFILL}


def test_full_share_is_not_requested_and_the_other_continues() -> None:
    assert requested(backfill=10_000) == {LIVE, OTHER, JUDGED}
    assert requested(live=10_000, backfill=10_000) == set()


def test_partition_without_a_position_is_requested_even_without_room() -> None:
    assert requested(live=10_000, has_position=False) == {OTHER, BACKFILL, JUDGED}


def test_fetch_error_and_exhausted_result_in_the_buffer_have_no_size() -> None:
    fetcher = FakeFetcher(live=10_000)
    fetcher._records[LIVE]._partition_records = None
    fetcher._records[BACKFILL] = FetchError(error=ValueError("out of range"), backoff=0)
    assert restricted(fetcher).requested(LIVE, OTHER, BACKFILL) == {OTHER}
