"""Which partitions the fetcher may ask for: those whose share has room, whatever waits in the other."""

from types import SimpleNamespace
from typing import Any

from aiokafka import TopicPartition

from agents.kafka.consumer import Inflight
from agents.kafka.fetch_limit import bound_fetches

JUDGED = TopicPartition("news.judged", 0)
LIVE, OTHER, PAST = TopicPartition("news.dumps", 0), TopicPartition("news.dumps", 1), TopicPartition("news.dumps.backfill", 0)
LIMIT = 1600


class FakeFetcher:
    """Asks for every partition of the assignment that it is shown, as aiokafka's does but for those in the buffer."""

    def __init__(self, **buffered: int) -> None:
        places = {"live": LIVE, "past": PAST}
        self._records = {places[name]: _result(size) for name, size in buffered.items()}

    def _get_actions_per_node(self, assignment: Any) -> set[TopicPartition]:
        return {partition for partition in assignment.tps if partition not in self._records and assignment.state_value(partition)}


def _result(size: int) -> Any:
    return SimpleNamespace(_partition_records=SimpleNamespace(_records=SimpleNamespace(size_in_bytes=lambda: size)))


def asked(*, has_place: bool = True, **buffered: int) -> set[TopicPartition]:
    inflight = Inflight(LIMIT, "news.dumps.backfill")
    fetcher = FakeFetcher(**buffered)
    bound_fetches(fetcher, inflight.is_backfill, inflight.has_room)
    state = SimpleNamespace(has_valid_position=has_place)
    return fetcher._get_actions_per_node(SimpleNamespace(tps={LIVE, OTHER, PAST, JUDGED}, state_value=lambda _: state))


def test_all_are_asked_for_while_there_is_room() -> None:
    assert asked() == {LIVE, OTHER, PAST, JUDGED}
    assert asked(live=400) == {OTHER, PAST, JUDGED}


def test_what_is_further_on_its_way_goes_first() -> None:
    assert asked(live=401) == {PAST, JUDGED}
    assert asked(live=801) == {PAST}


def test_nothing_is_asked_for_a_share_whose_buffer_is_full_and_the_other_goes_on() -> None:
    assert asked(past=10_000) == {LIVE, OTHER, JUDGED}
    assert asked(live=10_000, past=10_000) == set()


def test_partition_without_a_place_is_given_one_all_the_same() -> None:
    assert asked(live=10_000, has_place=False) == {OTHER, PAST, JUDGED}


def test_answer_that_is_an_error_has_no_size() -> None:
    inflight = Inflight(LIMIT, "news.dumps.backfill")
    fetcher = FakeFetcher()
    fetcher._records[LIVE] = SimpleNamespace(error="out of range")
    bound_fetches(fetcher, inflight.is_backfill, inflight.has_room)
    state = SimpleNamespace(has_valid_position=True)
    assert fetcher._get_actions_per_node(SimpleNamespace(tps={LIVE, OTHER}, state_value=lambda _: state)) == {OTHER}
