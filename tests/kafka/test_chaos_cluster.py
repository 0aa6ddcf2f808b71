"""The chaos driver on three brokers in short; `make chaos BROKERS=3` is the long form."""

import json
from pathlib import Path

import pytest

from tests.chaos.run import chaos

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]

KINDS = ("leader-kill", "lose-responses")
# The leader of an index dies; a fifth of the responses to EndTxn and TxnOffsetCommit are lost.
SEED = 497


async def test_dead_leader_and_lost_responses_lose_nothing_and_publish_nothing_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = await chaos(len(KINDS), articles=800, seed=SEED, out=tmp_path, brokers=3, kinds=KINDS)
    printed = capsys.readouterr().out
    assert status == 0, printed
    result = json.loads(printed.splitlines()[-1])
    assert result["faults_by_kind"] == dict.fromkeys(KINDS, 1)
    assert result["articles"] == 800
    assert "END_TXN" in printed
