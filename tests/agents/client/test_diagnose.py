"""Findings on lag: a problem only if it does not shrink."""

from collections.abc import Mapping
from typing import Any

import pytest

from agents.client import diagnose
from agents.settings import Settings


@pytest.mark.parametrize(
    ("before", "after", "state", "is_problem"),
    [
        pytest.param({}, {}, "no messages waiting", False, id="none"),
        pytest.param({"dumps": 5}, {"dumps": 5}, "5 on dumps", True, id="same"),
        pytest.param({"dumps": 5}, {"dumps": 9}, "9 on dumps", True, id="grows"),
        pytest.param({"dumps": 5, "articles": 5}, {"dumps": 9, "articles": 4}, "9 on dumps, 4 on articles", False, id="one-shrinks"),
        pytest.param({"dumps": 5}, {}, "no messages waiting any more", False, id="done"),
    ],
)
async def test_lag_is_a_problem_if_no_topic_shrinks(
    monkeypatch: pytest.MonkeyPatch, before: Mapping[str, int], after: Mapping[str, int], state: str, is_problem: bool
) -> None:
    counts = iter((before, after))

    async def waiting(*_: object) -> Mapping[str, int]:
        return next(counts)

    monkeypatch.setattr(diagnose, "waiting_messages", waiting)
    monkeypatch.setattr(diagnose, "WATCH_S", 0.0)
    client: Any = None
    finding = await diagnose._lag(client, Settings())
    assert (finding.state, bool(finding.advice)) == (state, is_problem)
