"""Queries of panels and alerts, word by word: metrics, labels, stages and fates are those that the code counts."""

import re

import pytest
from prometheus_client.metrics import MetricWrapperBase

from agents.worker.metrics import Metrics
from streams.pipeline import STAGES
from tests.deploy.files import alert_queries, annotation_queries, panel_queries
from tests.deploy.promql import FOREIGN_LABELS, FOREIGN_METRICS, labels_of, metrics_of, selectors_of


def metric_labels() -> dict[str, set[str]]:
    """Each series name of a worker's own metrics, with its labels."""
    labels: dict[str, set[str]] = {}
    for collector in list(Metrics().registry._collector_to_names):
        if isinstance(collector, MetricWrapperBase):
            endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(str(collector._type), ("",))
            labels |= {collector._name + ending: set(collector._labelnames) for ending in endings}
    return labels


@pytest.mark.parametrize("query", alert_queries() + panel_queries() + annotation_queries())
def test_a_query_names_metrics_and_labels_that_exist(query: str) -> None:
    known = metric_labels()
    metrics = metrics_of(query)
    assert metrics
    assert metrics - known.keys() == metrics & FOREIGN_METRICS
    assert labels_of(query) - FOREIGN_LABELS <= set().union(*(known.get(metric, set()) for metric in metrics))


def test_queries_name_stages_and_fates_of_the_table_of_stages() -> None:
    """A matcher with another word would leave its panel empty without an error."""
    text = " ".join(str(param.values[0]) for param in [*alert_queries(), *panel_queries()])
    values = {value for found in re.findall(r'(?:stage|fate)=~?"([^"]*)"', text) for value in found.split("|")}
    assert values
    assert values <= {stage.name for stage in STAGES} | {fate for stage in STAGES for fate in stage.fates}


def test_selectors_are_the_metrics_with_their_matchers() -> None:
    query = 'topk(10, sum by (a, b) (rate(news_x_total{a="1 b",c=~"d|e"}[5m] offset 1h)) / ignoring (a) group_left () sum(up)) > 5'
    assert selectors_of(query) == ['news_x_total{a="1 b",c=~"d|e"}', "up"]
    assert labels_of(query) == {"a", "b", "c"}
