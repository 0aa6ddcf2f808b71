"""Errors: dead letters, mistakes of our own, refused classes, workers that end."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.grafana.board import board
from deploy.grafana.panels import HALF, SIXTH, Panel, lines, number, rows


def trouble(width: int = SIXTH) -> Panel:
    """Return the number of workers in trouble, for every dashboard that has it."""
    means = "Workers that don't answer Prometheus, or are not ready: without Kafka, without partitions yet, or paused by the brake."
    return number("In trouble", means, 'count(up{job="newsmill"} == 0 or news_ready == 0) or vector(0)', width=width, bad=1)


NOW: list[Panel] = [
    number("Dead letters", "In the last hour.", "sum(increase(news_dead_letters_total[1h]))", warn=1, bad=100),
    number(
        "Our mistakes",
        "Dead letters of the reasons `bug` and `crash` in the last hour.",
        'sum(increase(news_dead_letters_total{reason=~"bug|crash"}[1h]))',
        bad=1,
    ),
    number("Workers that refuse classes", "They label with the classes before.", "count(news_classes_refused == 1) or vector(0)", warn=1),
    number(
        "Sets of classes",
        "Two while a change spreads; an alert comes after 5 minutes.",
        "count(count by (hash) (news_classes_info))",
        warn=2,
    ),
    trouble(),
    number("Restarts", "In the last hour, of all workers.", 'sum(changes(process_start_time_seconds{job="newsmill"}[1h]))', warn=1, bad=6),
]


def alerts() -> Panel:
    """Return the table of alerts, for every dashboard that has it."""
    return rows(
        "Alerts",
        "Alerts that fire, or are about to (pending). docs/operations.md has a runbook for each under its name.",
        'ALERTS{alertname=~"Newsmill.+"}',
        {"alertname": "Alert", "severity": "Severity", "alertstate": "State", "instance": "Worker", "stage": "Stage", "topic": "Topic"},
    )


DEAD: list[Panel] = [
    lines(
        "Dead letters by stage",
        "In each interval; empty where there are none.",
        {"{{stage}}": "sum by (stage) (increase(news_dead_letters_total[$__rate_interval])) > 0"},
        stacked=True,
    ),
    lines(
        "Dead letters by reason",
        "In each interval. docs/operations.md says of each reason whether a replay helps.",
        {"{{reason}}": "sum by (reason) (increase(news_dead_letters_total[$__rate_interval])) > 0"},
        stacked=True,
    ),
    lines(
        "Share of input that dies",
        "Over half an hour. An alert comes at 5 %.",
        {"{{stage}}": 'sum by (stage) (rate(news_records_total{fate="dead"}[30m]))\n  / sum by (stage) (rate(news_records_total[30m]))'},
        unit="percentunit",
        bad=0.05,
    ),
    rows(
        "By stage and reason",
        "Dead letters within the time that is shown. `newsmill dead-letters list --reason REASON` names them.",
        "sort_desc(sum by (stage, reason) (increase(news_dead_letters_total[$__range])) > 0)",
        {"stage": "Stage", "reason": "Reason", "Value": "Dead letters"},
        width=HALF,
    ),
    alerts(),
]

WORKERS: list[Panel] = [
    lines(
        "Restarts",
        "Of each worker in half an hour; an alert comes at three.",
        {"{{instance}}": 'changes(process_start_time_seconds{job="newsmill",instance=~"$instance"}[30m])'},
        bad=3,
    ),
    lines(
        "Ready",
        "1 while a worker is ready; /readyz says why not.",
        {"{{instance}}": 'news_ready{instance=~"$instance"}'},
    ),
    lines(
        "Brake",
        "1 while the brake pauses a topic of a worker, because too many of its last records failed by a defect.",
        {"{{instance}}": 'news_brake_on{instance=~"$instance"}'},
    ),
    lines(
        "Refused classes",
        "1 where changed class files were refused: for what is in the files, or because their topics can't be had.",
        {"{{instance}} {{reason}}": 'news_classes_refused{instance=~"$instance"}'},
    ),
]


def errors() -> Dashboard:
    """Return the dashboard of what went wrong."""
    sections = {"": NOW, "Dead letters": DEAD, "Workers": WORKERS}
    return board("errors", "Newsmill errors", "What could not be processed, and which workers are in trouble?", sections, hours=6)
