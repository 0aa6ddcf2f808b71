"""Kafka: what waits, for how long, and who has which partitions."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.grafana.board import WORKER, board
from deploy.grafana.panels import HALF, Panel, lines, number

VARIABLES = WORKER | {"topic": ("topic", "news_lag_messages")}
LIVE = 'topic!~".+[.]dumps[.]backfill"'
OWN = 'topic=~"$topic",instance=~"$instance"'

NOW: list[Panel] = [
    number(
        "Behind",
        "The live partition that is furthest behind. An alert comes at 5 minutes.",
        f"max(news_lag_seconds{{{LIVE}}})",
        unit="s",
        warn=60,
        bad=300,
    ),
    number(
        "Waiting", "Messages on live topics, markers of transactions included.", f"sum(news_lag_messages{{{LIVE}}})", warn=1000, bad=10_000
    ),
    number(
        "Back-fill waiting",
        "Messages of the past; they wait while live ones do, and that is no fault.",
        'sum(news_lag_messages{topic=~".+[.]dumps[.]backfill"})',
    ),
    number(
        "Partitions", "Partitions with a worker: 24 by default, 6 of each topic.", "count(count by (topic, partition) (news_lag_messages))"
    ),
    number("Workers", "That have partitions.", "count(count by (instance) (news_lag_messages))"),
    number("In hand", "Bytes of input that workers hold.", 'sum(news_inflight_bytes{instance=~"$instance"})', unit="bytes"),
]

TOPICS: list[Panel] = [
    lines(
        "Seconds behind",
        "Age of the last message that is done, of the partition that is furthest behind; 0 where nothing waits.",
        {"{{topic}}": f"max by (topic) (news_lag_seconds{{{OWN}}})"},
        unit="s",
        width=HALF,
        warn=60,
        bad=300,
    ),
    lines(
        "Messages waiting",
        "Markers of transactions included, so 1 or 2 a partition may be rest. Between the stages a message is a batch of articles.",
        {"{{topic}}": f"sum by (topic) (news_lag_messages{{{OWN}}})"},
        width=HALF,
    ),
]

PARTITIONS: list[Panel] = [
    lines(
        "Seconds behind, by partition",
        "Of the ten that are furthest behind. One partition of articles alone: its language group is at the limit of one worker.",
        {"{{topic}}-{{partition}}": f"topk(10, news_lag_seconds{{{OWN}}})"},
        unit="s",
        width=HALF,
    ),
    lines(
        "Messages waiting, by partition",
        "Of the ten with most.",
        {"{{topic}}-{{partition}}": f"topk(10, news_lag_messages{{{OWN}}})"},
        width=HALF,
    ),
]

WORKERS: list[Panel] = [
    lines(
        "Kafka answers",
        "1 while a broker answers a worker; an alert comes after a minute where it answers none.",
        {"{{instance}}": 'news_kafka_reachable{instance=~"$instance"}'},
    ),
    lines(
        "Partitions with a worker",
        "Falls where a partition lost its worker; an alert comes after 2 minutes.",
        {"{{topic}}": f"count by (topic) (news_lag_messages{{{OWN}}})"},
    ),
    lines(
        "Partitions of a worker",
        "Moves at each start and stop of one.",
        {"{{instance}}": f"count by (instance) (news_lag_messages{{{OWN}}})"},
    ),
    lines(
        "Input in hand",
        "Bytes that the agents of a worker hold. At NEWS_INFLIGHT_BYTES (64 MiB) it fetches no more.",
        {"{{instance}}": 'sum by (instance) (news_inflight_bytes{instance=~"$instance"})'},
        unit="bytes",
    ),
]


def kafka() -> Dashboard:
    """Return the dashboard of queues and who works them off."""
    sections = {"": NOW, "Topics": TOPICS, "Partitions": PARTITIONS, "Workers": WORKERS}
    return board("kafka", "Newsmill Kafka", "What waits, for how long, and who has which partitions?", sections, variables=VARIABLES)
