"""A dashboard for each stage: what all have in common, and what only one has."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.grafana.board import board
from deploy.grafana.panels import HALF, Panel, bars, heat, lines, number, rows
from streams.pipeline import STAGES

INPUT: dict[str, str] = {stage.name: stage.inputs[0] for stage in STAGES}


def stage(name: str) -> Dashboard:
    """Return the dashboard of `split`, `deduplicate` or `classify`."""
    means = f"What does {name} take, how long does it take for it, and what becomes of it?"
    sections = {"": _now(name), "Work": _work(name), "Content": CONTENT[name]}
    return board(name, f"Newsmill stage: {name}", means, sections)


def _now(name: str) -> list[Panel]:
    own = f'stage="{name}",instance=~"$instance"'
    quantile = f"sum by (le) (rate(news_stage_seconds_bucket{{{own}}}[5m]))"
    waiting = f'news_lag_messages{{topic=~".+[.]{INPUT[name]}",instance=~"$instance"}}'
    return [
        number("Records", "Records a second, whatever became of them.", f"sum(rate(news_records_total{{{own}}}[5m]))", unit="cps"),
        number("Batches", "Batches a second; each is one transaction.", f"sum(rate(news_stage_seconds_count{{{own}}}[5m]))", unit="cps"),
        number("Median batch", "Step and transaction together.", f"histogram_quantile(0.5, {quantile})", unit="s", warn=1, bad=5),
        number("Slow batches", "One batch in a hundred takes longer.", f"histogram_quantile(0.99, {quantile})", unit="s", warn=2, bad=5),
        number("Waiting", f"Messages on {INPUT[name]}, markers of transactions included.", f"sum({waiting})", warn=1000),
        number(
            "Dead",
            "Share of its input that ended as dead letters, over half an hour. An alert comes at 5 %.",
            f'sum(rate(news_records_total{{fate="dead",{own}}}[30m]))\n  / sum(rate(news_records_total{{{own}}}[30m]))',
            unit="percentunit",
            warn=0.01,
            bad=0.05,
        ),
    ]


def _work(name: str) -> list[Panel]:
    own = f'stage="{name}",instance=~"$instance"'
    size = f"rate(news_stage_bytes_sum{{{own}}}[$__rate_interval])"
    return [
        lines(
            "What became of records",
            "A second, by fate.",
            {"{{fate}}": f"sum by (fate) (rate(news_records_total{{{own}}}[$__rate_interval]))"},
            unit="cps",
            stacked=True,
        ),
        lines(
            "By worker",
            "Records a second.",
            {"{{instance}}": f"sum by (instance) (rate(news_records_total{{{own}}}[$__rate_interval]))"},
            unit="cps",
            stacked=True,
        ),
        heat(
            "Seconds of a batch",
            "Step and transaction together; the stronger the colour, the more batches.",
            f"sum by (le) (increase(news_stage_seconds_bucket{{{own}}}[$__rate_interval]))",
            unit="s",
        ),
        lines("Input", "Bytes a second.", {"{{instance}}": f"sum by (instance) ({size})"}, unit="Bps"),
        lines(
            "Bytes of a batch",
            "Mean size of what it takes at once.",
            {"mean": f"sum({size}) / sum(rate(news_stage_bytes_count{{{own}}}[$__rate_interval]))"},
            unit="bytes",
        ),
        lines(
            "Dead letters by reason",
            "In each interval; empty where there are none.",
            {"{{reason}}": f"sum by (reason) (increase(news_dead_letters_total{{{own}}}[$__rate_interval])) > 0"},
            stacked=True,
        ),
    ]


CONTENT: dict[str, list[Panel]] = {
    "split": [
        lines(
            "Characters by fate",
            "Each character of a dump has one fate. Much of `unknown` is a page shape that nobody knows yet.",
            {
                "{{fate}}": "sum by (fate) (rate(news_dump_characters_total[30m]))\n"
                "  / ignoring (fate) group_left () sum (rate(news_dump_characters_total[30m]))"
            },
            unit="percentunit",
            stacked=True,
        ),
        heat(
            "Confidence",
            "How sure it is that articles are cut right. Where much falls low, pages have a form that it doesn't know.",
            "sum by (le) (increase(news_split_confidence_bucket[$__rate_interval]))",
            unit="short",
        ),
        lines(
            "Articles of a dump",
            "Mean, of dumps with articles, over half an hour.",
            {"articles": 'sum(rate(news_articles_total[30m])) / sum(rate(news_records_total{stage="split",fate="split"}[30m]))'},
        ),
    ],
    "deduplicate": [
        lines(
            "Copies by kind",
            "An hour. `repeat` is a page that was fetched again.",
            {"{{kind}}": "sum by (kind) (increase(news_duplicates_total[1h]))"},
            stacked=True,
        ),
        lines(
            "Share of copies",
            "Of all articles, over half an hour.",
            {
                "copies": 'sum(rate(news_records_total{stage="deduplicate",fate=~"copy|repeat"}[30m]))\n'
                '  / sum(rate(news_records_total{stage="deduplicate"}[30m]))',
                "same dump again": 'sum(rate(news_records_total{stage="deduplicate",fate="replayed"}[30m]))\n'
                '  / sum(rate(news_records_total{stage="deduplicate"}[30m]))',
            },
            unit="percentunit",
        ),
        lines(
            "Articles remembered",
            "Entries of the copy index of each partition. At NEWS_COPY_CAPACITY (a million originals) the oldest go early.",
            {"partition {{partition}}": "max by (partition) (news_index_entries)"},
        ),
    ],
    "classify": [
        bars("Events by class", "Of the last day.", "{{class}}", "sort_desc(sum by (class) (increase(news_events_total[1d])))"),
        bars(
            "Share that is about it",
            "Of the events that refer to a class, those that are substantially about it; the last day.",
            "{{class}}",
            'sum by (class) (increase(news_events_total{about="true"}[1d])) / sum by (class) (increase(news_events_total[1d]))',
            unit="percentunit",
        ),
        lines(
            "Copies and originals",
            "A second. Copies are classified too, and go to no class topic.",
            {"{{fate}}": 'sum by (fate) (rate(news_records_total{stage="classify",fate!="dead"}[$__rate_interval]))'},
            unit="cps",
            stacked=True,
        ),
        rows(
            "Classes in force",
            "One row for all workers is as it should be; two while a change spreads.",
            "count by (hash) (news_classes_info)",
            {"hash": "Hash of the classes", "Value": "Workers"},
        ),
        rows(
            "Refused classes",
            "Changed class files that a worker did not take, and why.",
            "news_classes_refused == 1",
            {"instance": "Worker", "reason": "Reason"},
            width=HALF,
        ),
    ],
}
