"""The chaos driver in short: five faults of different kinds while 2,000 articles pass; `make chaos` is the long form."""

import json
from pathlib import Path

import pytest

from tests.chaos.run import chaos

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]

FAULTS = 5
# Draws join, kill, broker-kill, freeze and leave, with short waits between.
SEED = 168389


async def test_faults_lose_nothing_and_publish_nothing_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = await chaos(FAULTS, articles=2000, seed=SEED, out=tmp_path)
    printed = capsys.readouterr().out
    assert status == 0, printed
    result = json.loads(printed.splitlines()[-1])
    assert result["faults"] == FAULTS
    assert len(result["faults_by_kind"]) == FAULTS
    assert result["articles"] >= 2000
    assert (result["lost"], result["twice"], result["contradicting"]) == (0, 0, 0)
    assert result["recovery_s_max"] < 45
