"""What is deployed, read for the tests: compose services, alerts, dashboards' panels, and every query of both."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parent.parent.parent
PROMETHEUS = PROJECT / "deploy" / "prometheus"
DASHBOARDS = sorted((PROJECT / "deploy" / "grafana" / "dashboards").glob("*.json"))
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
WORKERS = ("worker-1", "worker-2")


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def boards() -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in DASHBOARDS]


def panels() -> list[tuple[str, dict[str, Any]]]:
    return [(path.stem, panel) for path, board in zip(DASHBOARDS, boards(), strict=True) for panel in board["panels"]]


def panel_queries() -> list[Any]:
    return [
        pytest.param(target["expr"], id=f"{name} {panel['title']} {target['refId']}")
        for name, panel in panels()
        for target in panel.get("targets", [])
    ]


def annotation_queries() -> list[Any]:
    """Each query of an annotation, once: all dashboards have the same."""
    queries = {each["name"]: each["expr"] for board in boards() for each in board["annotations"]["list"] if each.get("expr")}
    return [pytest.param(query, id=name) for name, query in queries.items()]


def alert_queries() -> list[Any]:
    return [pytest.param(rule["expr"], id=rule["alert"]) for rule in rules()]
