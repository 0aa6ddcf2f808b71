"""Findings of `newsmill doctor`: which of them are a problem."""

import socket
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from agents.client import diagnose
from agents.client.condition import DeadLetterCount
from agents.settings import Settings
from tests.browser import served as served_site
from tests.browser.served import probes, site


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


@pytest.mark.parametrize(
    ("reason", "state", "advice"),
    [
        pytest.param("", "is ready", "", id="ready"),
        pytest.param("the brake is on: bug=150", "is not ready: the brake is on: bug=150", "The brake", id="brake"),
        pytest.param("Kafka does not answer within 6 s", "Kafka does not answer", "NewsmillWorkerNotReady", id="Kafka"),
    ],
)
async def test_the_worker_of_the_settings_is_asked_whether_it_is_ready(
    monkeypatch: pytest.MonkeyPatch, reason: str, state: str, advice: str
) -> None:
    answering = replace(probes(), not_ready=lambda: reason)
    monkeypatch.setattr(served_site, "probes", lambda *_: answering)
    async with site() as running:
        finding = await diagnose._worker(Settings(web_port=running.port))
    assert state in finding.state
    assert advice in finding.advice
    assert bool(finding.advice) == bool(reason)


async def test_a_worker_that_is_elsewhere_is_no_problem() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    finding = await diagnose._worker(Settings(web_port=port))
    assert f"none answers at 127.0.0.1:{port}" in finding.state
    assert not finding.advice


@pytest.mark.parametrize(
    ("reasons", "state", "is_problem"),
    [
        pytest.param({}, "no dead letters", False, id="none"),
        pytest.param({"empty": 3, "bad-time": 1}, "4 since 2025-08-02T12:00:00Z: empty 3, bad-time 1", False, id="mistakes of producers"),
        pytest.param({"bug": 2, "empty": 1}, "3 since 2025-08-02T12:00:00Z: bug 2, empty 1", True, id="a defect"),
    ],
)
async def test_dead_letters_are_counted_by_reason_and_a_problem_where_a_defect_made_them(
    monkeypatch: pytest.MonkeyPatch, reasons: dict[str, int], state: str, is_problem: bool
) -> None:
    async def counted(*_: object) -> DeadLetterCount:
        return DeadLetterCount(reasons=Counter(reasons), since=1_754_136_000, is_part=False)

    monkeypatch.setattr(diagnose, "count_dead_letters", counted)
    finding = await diagnose._dead_letters(Settings(), 6)
    assert state in finding.state
    assert bool(finding.advice) == is_problem
