"""Report when aiokafka's fetcher moves a position that lies outside the log."""

from collections.abc import Callable
from typing import Any

from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.subscription_state import Assignment


def report_position_resets(fetcher: Fetcher, on_reset: Callable[[TopicPartition, int], None]) -> None:
    """Call `on_reset` with a partition and its position when the fetcher is about to move to the first record instead.

    XXX aiokafka (0.14) logs this at INFO only. A partition whose fetch was out of range waits for a reset until the next round of requests,
    so each reset passes here once.

    Args:
        fetcher: of a started consumer with `auto_offset_reset="earliest"`.
        on_reset: called in the consumer's thread.
    """
    get_actions_per_node = fetcher._get_actions_per_node
    positions: dict[TopicPartition, int] = {}
    observed: Assignment | None = None

    def reporting(assignment: Assignment) -> Any:
        nonlocal observed
        if assignment is not observed:
            observed = assignment
            positions.clear()
        for partition in assignment.tps:
            state = assignment.state_value(partition)
            if state._position is not None:
                positions[partition] = state._position
            elif state.awaiting_reset and partition in positions:
                on_reset(partition, positions.pop(partition))
        return get_actions_per_node(assignment)

    fetcher._get_actions_per_node = reporting
