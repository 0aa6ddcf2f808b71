"""A real Prometheus on a real worker: each panel, each variable and each alert asks for what is there, and gets it."""

import re
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.deploy.files import alert_queries, boards, panel_queries
from tests.deploy.promql import selectors_of
from tests.kafka.prometheus import DOWN, Prometheus
from tests.kafka.worker import WorkerMill
from tests.samples import Sample, samples

BINARY = shutil.which("prometheus")

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.skipif(BINARY is None, reason="prometheus is not installed (Debian: apt-get install prometheus)"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the client gives process_* on Linux only"),
]


@pytest.fixture(scope="module")
def prometheus(shared_mill: WorkerMill, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """It has seen the worker at rest, then half of the samples, then the others: so that every kind of count has grown."""
    address = shared_mill.worker.address().removeprefix("http://")
    with Prometheus(str(BINARY), tmp_path_factory.mktemp("prometheus"), address) as running:
        assert running.gives('news_records_total{stage="split"}')
        everything = samples()
        pass_on(shared_mill, everything[::2], running)
        pass_on(shared_mill, everything[1::2], running)
        yield running


def pass_on(mill: WorkerMill, part: list[Sample], prometheus: Prometheus) -> None:
    """Return when these are processed and Prometheus has counted all that came of them."""
    for sample in part:
        mill.produce(*sample.dump())
    mill.settle()
    done = len(mill.messages("events")) + len(mill.messages("duplicates"))
    assert prometheus.until(lambda: sum(prometheus.values('news_records_total{stage="classify"}')) == done)


def as_grafana_asks(query: str) -> str:
    """Return a panel's query with its variables filled in: all of everything."""
    filled = query.replace("$__rate_interval", "5m").replace("$__range", "1h")
    return re.sub(r"\$\w+", ".*", filled)


def may_be_empty(query: str) -> bool:
    """A condition is met by nothing where all is well; then what it looks at must be there."""
    return re.search(r"[<>]|==", query) is not None and "or vector(0)" not in query


@pytest.mark.parametrize("query", panel_queries())
def test_a_panel_shows_something(prometheus: Prometheus, query: str) -> None:
    asked = as_grafana_asks(query)
    prometheus.get("query", query=asked)
    for wanted in selectors_of(asked) if may_be_empty(asked) else [asked]:
        assert prometheus.gives(wanted), wanted


@pytest.mark.parametrize("query", alert_queries())
def test_an_alert_looks_at_what_is_there(prometheus: Prometheus, query: str) -> None:
    prometheus.get("query", query=query)
    for selector in selectors_of(query):
        # An alert that another one is silent for never fires here.
        assert selector.startswith("ALERTS{") or prometheus.gives(selector), selector


@pytest.mark.parametrize("variable", [variable for board in boards() for variable in board["templating"]["list"]], ids=lambda v: v["name"])
def test_a_variable_has_values_to_choose_from(prometheus: Prometheus, variable: dict[str, Any]) -> None:
    found = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"])
    assert found
    assert prometheus.get(f"label/{found[2]}/values", **{"match[]": found[1]})


def test_rules_are_evaluated_without_a_fault_and_only_the_worker_that_is_down_is_told(prometheus: Prometheus) -> None:
    def rules() -> list[dict[str, Any]]:
        return [rule for group in prometheus.get("rules")["groups"] for rule in group["rules"]]

    assert prometheus.until(lambda: {rule["health"] for rule in rules()} == {"ok"}), [rule for rule in rules() if rule["health"] != "ok"]
    alerts = prometheus.get("alerts")["alerts"]
    assert [alert["labels"]["instance"] for alert in alerts if alert["labels"]["alertname"] == "NewsmillWorkerDown"] == [DOWN]
    assert [alert for alert in alerts if alert["state"] == "firing" or alert["labels"]["severity"] == "critical"] == []
