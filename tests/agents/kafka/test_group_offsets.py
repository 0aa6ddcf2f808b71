"""Stable offsets are read from the coordinator's answers: retried while a transaction is open, given up after a limit."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CoordinatorNotAvailableError, GroupAuthorizationFailedError
from aiokafka.structs import OffsetAndMetadata

from agents.errors import UserError
from agents.kafka.group_offsets import UNSTABLE_OFFSET_COMMIT, are_stable, stable_offsets

DUMPS = TopicPartition("news.dumps", 3)
LIMIT_S = 60


class FakeClient:
    """Answers offset requests with error codes, in turn; the last one repeats. A code of None is a broker from before Kafka 2.5."""

    def __init__(self, codes: Iterable[int | None], *, is_up: bool = True) -> None:
        self.codes = list(codes)
        self.is_up = is_up
        self.require_stable: list[bool] = []

    async def find_coordinator(self, _: str) -> int:
        if not self.is_up:
            self.is_up = True
            raise CoordinatorNotAvailableError
        return 0

    async def _send_request(self, request: Any, _: int) -> Any:
        _, topics, require_stable, _ = request._fields
        assert topics == [(DUMPS.topic, [DUMPS.partition], {})]
        self.require_stable.append(require_stable)
        code = self.codes.pop(0) if len(self.codes) > 1 else self.codes[0]
        if code is None:
            raise NotImplementedError("Support for OffsetFetch v0 has not yet been added")
        is_refused = require_stable or code != UNSTABLE_OFFSET_COMMIT
        row: tuple[Any, ...] = (DUMPS.partition, 8, -1, "note", code if is_refused else 0, {})
        return SimpleNamespace(error_code=0, topics=[(DUMPS.topic, [row], {})])


async def offsets(client: Any, limit_s: float = LIMIT_S) -> Any:
    return await stable_offsets(client, "news", [DUMPS], limit_s)


async def test_offsets_are_requested_again_until_they_are_stable() -> None:
    client = FakeClient([UNSTABLE_OFFSET_COMMIT, UNSTABLE_OFFSET_COMMIT, 0])
    assert await offsets(client) == {DUMPS: OffsetAndMetadata(8, "note")}
    assert client.require_stable == [True] * 3


async def test_hanging_transaction_is_ignored_after_the_limit() -> None:
    client = FakeClient([UNSTABLE_OFFSET_COMMIT])
    assert await offsets(client, limit_s=-1) == {DUMPS: OffsetAndMetadata(8, "note")}
    assert client.require_stable == [False]


async def test_coordinator_that_is_starting_is_asked_again() -> None:
    assert DUMPS in await offsets(FakeClient([0], is_up=False))


async def test_error_that_no_retry_resolves_is_raised() -> None:
    with pytest.raises(GroupAuthorizationFailedError, match="news"):
        await offsets(FakeClient([GroupAuthorizationFailedError.errno]))


async def test_broker_that_is_too_old_is_refused_with_the_version_needed() -> None:
    with pytest.raises(UserError, match=r"Kafka 2\.5"):
        await offsets(FakeClient([None]))


@pytest.mark.parametrize(("code", "expected"), [(0, True), (UNSTABLE_OFFSET_COMMIT, False)])
async def test_offsets_are_stable_unless_a_transaction_is_open(code: int, expected: bool) -> None:
    client: Any = FakeClient([code])
    assert await are_stable(client, "news", [DUMPS]) is expected


async def test_no_partitions_need_no_request() -> None:
    client: Any = FakeClient([None])
    assert await stable_offsets(client, "news", [], LIMIT_S) == {}
