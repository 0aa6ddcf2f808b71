"""The overview: does it work, is it behind, what comes out."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.grafana.board import board, to
from deploy.grafana.errors import alerts, trouble
from deploy.grafana.panels import EIGHTH, HALF, Panel, lines, number

NOW: list[Panel] = [
    number("Workers", "Workers that answer.", 'count(up{job="newsmill"} == 1) or vector(0)', width=EIGHTH),
    trouble(width=EIGHTH),
    number(
        "Without Kafka",
        "Workers that Kafka does not answer. An alert comes after a minute where it answers none.",
        "count(news_kafka_reachable == 0) or vector(0)",
        width=EIGHTH,
        bad=1,
    ).links([to("kafka", "Kafka")]),
    number(
        "Dumps",
        "Dumps a second that were split, with and without articles, or died.",
        'sum(rate(news_records_total{stage="split"}[5m]))',
        unit="cps",
        width=EIGHTH,
    ),
    number(
        "Events",
        "Unique articles a second that were published.",
        'sum(rate(news_records_total{stage="classify",fate="event"}[5m]))',
        unit="cps",
        width=EIGHTH,
    ),
    number(
        "Copies",
        "Share of articles that are copies of an earlier one, over half an hour.",
        'sum(rate(news_records_total{stage="deduplicate",fate=~"copy|repeat"}[30m]))\n'
        '  / sum(rate(news_records_total{stage="deduplicate"}[30m]))',
        unit="percentunit",
        width=EIGHTH,
    ),
    number(
        "Behind",
        "The live topic that is furthest behind. An alert comes at 5 minutes.",
        'max(news_lag_seconds{topic!~".+[.]dumps[.]backfill"})',
        unit="s",
        width=EIGHTH,
        warn=60,
        bad=300,
    ),
    number("Dead letters", "In the last hour.", "sum(increase(news_dead_letters_total[1h]))", width=EIGHTH, warn=1, bad=100).links(
        [to("errors", "Errors")]
    ),
]

PATH: list[Panel] = [
    lines(
        stage.capitalize(),
        f"{words} The link leads to the stage's own dashboard.",
        {"{{fate}}": f'sum by (fate) (rate(news_records_total{{stage="{stage}",instance=~"$instance"}}[$__rate_interval]))'},
        unit="cps",
        stacked=True,
    ).links([to(stage, f"Stage {stage}")])
    for stage, words in (
        ("split", "Dumps a second by what became of them."),
        ("deduplicate", "Articles a second by verdict."),
        ("classify", "Articles a second by where they were published."),
    )
]

HEALTH: list[Panel] = [
    lines(
        "Behind, seconds",
        "Age of the last message that is done, of the partition that is furthest behind; 0 where nothing waits.",
        {"{{topic}}": "max by (topic) (news_lag_seconds)"},
        unit="s",
        bad=300,
    ).links([to("kafka", "Kafka")]),
    lines(
        "Seconds of a batch",
        "Step and transaction together; one batch in a hundred takes longer. Kafka aborts a transaction after 10 s.",
        {"{{stage}}": "histogram_quantile(0.99, sum by (stage, le) (rate(news_stage_seconds_bucket[$__rate_interval])))"},
        unit="s",
        bad=5,
    ),
    lines("Memory", "Resident memory of each worker.", {"{{instance}}": 'process_resident_memory_bytes{job="newsmill"}'}, unit="bytes"),
]

WATCH: list[Panel] = [
    lines(
        "Events by class",
        "Events an hour that refer to a class.",
        {"{{class}}": "sum by (class) (increase(news_events_total[1h]))"},
        width=HALF,
    ).links([to("content", "Content")]),
    alerts(),
]


def overview() -> Dashboard:
    """Return the dashboard that Grafana opens first."""
    means = "Does newsmill work, is it behind, and what comes out?"
    return board("overview", "Newsmill overview", means, {"": NOW, "The path": PATH, "Health": HEALTH, "What comes out": WATCH})
