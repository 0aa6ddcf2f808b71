"""The app of a worker: how its partitions are assigned, and what Faust must not do."""

from pathlib import Path

import pytest
from faust import App
from faust.assignor.client_assignment import CopartitionedAssignment
from faust.assignor.copartitioned_assignor import CopartitionedAssignor

from agents.settings import Settings
from agents.worker.app import create_runner
from streams.classify.class_set import builtin_classes


@pytest.fixture
def app(tmp_path: Path) -> App:
    return create_runner(Settings(data=str(tmp_path)), builtin_classes(), []).app


@pytest.mark.parametrize(("workers", "shares"), [(1, [6]), (4, [2, 2, 1, 1]), (5, [2, 1, 1, 1, 1]), (7, [1, 1, 1, 1, 1, 1, 0])])
def test_partitions_are_assigned_evenly_to_workers_that_join_one_by_one(app: App, workers: int, shares: list[int]) -> None:
    assignments: dict[str, CopartitionedAssignment] = {}
    for joined in range(1, workers + 1):
        actives = {name: set(each.actives) for name, each in assignments.items()}
        assignments = {
            name: CopartitionedAssignment(actives=actives.get(name, set()), standbys=set(), topics={"news.dumps"})
            for name in map(str, range(joined))
        }
        replicas = app.conf.table_standby_replicas
        CopartitionedAssignor(topics={"news.dumps"}, cluster_asgn=assignments, num_partitions=6, replicas=replicas).get_assignment()
    assert sorted((len(each.actives) for each in assignments.values()), reverse=True) == shares
