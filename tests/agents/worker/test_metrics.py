"""The metrics of docs/contract.md, Metrics, and what they count."""

from collections import Counter
from importlib.metadata import version

from prometheus_client import generate_latest

from agents.worker.metrics import BUSIEST_OUTLETS, Metrics
from streams.counts import Counts, RecordFate, StageName
from streams.errors import Reason


def shown(metrics: Metrics) -> str:
    metrics.show_outlets()
    return generate_latest(metrics.registry).decode()


def test_counts_of_an_output_are_added_under_their_names_and_labels() -> None:
    metrics = Metrics()
    counts = Counts(events=Counter({("chile", True): 1}), countries=Counter({"CL": 2}))
    counts.die(StageName.SPLIT, Reason.EMPTY)
    counts.die(StageName.SPLIT, Reason.EMPTY)
    metrics.count(counts)
    metrics.count(Counts(records=Counter({(StageName.SPLIT, RecordFate.DEAD): 1})))
    text = shown(metrics)
    assert 'news_records_total{fate="dead",stage="split"} 3.0' in text
    assert 'news_dead_letters_total{reason="empty",stage="split"} 2.0' in text
    assert 'news_events_total{about="true",class="chile"} 1.0' in text
    assert 'news_event_countries_total{country="CL"} 2.0' in text


def test_confidences_of_an_output_fall_into_their_buckets() -> None:
    metrics = Metrics()
    metrics.count(Counts(confidences=Counter({0.61: 2, 0.99: 3})))
    text = shown(metrics)
    assert 'news_split_confidence_bucket{le="0.6"} 0.0' in text
    assert 'news_split_confidence_bucket{le="0.7"} 2.0' in text
    assert "news_split_confidence_count 5.0" in text


def test_outlets_show_the_latest_time_of_the_busiest_ones_only() -> None:
    metrics = Metrics()
    for number in range(BUSIEST_OUTLETS + 5):
        metrics.count(Counts(outlets={f"Outlet {number}": number}))
    for time in (50, 70, 60):
        metrics.count(Counts(outlets={"The Daily Plum": time}))
    text = shown(metrics)
    assert 'news_outlet_last_seen_seconds{outlet="The Daily Plum"} 70.0' in text
    assert text.count("news_outlet_last_seen_seconds{") == BUSIEST_OUTLETS


def test_version_is_shown_and_rebalances_are_counted_from_none() -> None:
    text = shown(Metrics())
    assert f'news_build_info{{version="{version("newsmill")}"}} 1.0' in text
    assert "news_rebalances_total 0.0" in text


def test_names_of_the_contract_are_all_there() -> None:
    names = {family.name for family in Metrics().registry.collect()}
    counters = {"news_records", "news_events", "news_duplicates", "news_dead_letters", "news_dump_characters"}
    gauges = {"news_lag_messages", "news_lag_seconds", "news_outlet_last_seen_seconds", "news_index_entries"}
    assert counters | gauges | {"news_stage_seconds"} <= names
