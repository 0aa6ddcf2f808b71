"""Content: articles, languages, classes, copies, outlets."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.grafana.board import board
from deploy.grafana.panels import HALF, Panel, bars, lines, number, rows

VARIABLES = {
    "class": ("class", "news_events_total"),
    "language": ("language", "news_articles_total"),
    "outlet": ("outlet", "news_outlet_last_seen_seconds"),
}
SILENT = "time() - max by (outlet) (news_outlet_last_seen_seconds)"

NOW: list[Panel] = [
    number("Articles", "Cut from dumps in the last hour, copies and known ones included.", "sum(increase(news_articles_total[1h]))"),
    number(
        "Events",
        "Unique articles that were published in the last hour.",
        'sum(increase(news_records_total{stage="classify",fate="event"}[1h]))',
    ),
    number("Copies", "Published in the last hour.", 'sum(increase(news_records_total{stage="classify",fate="duplicate"}[1h]))'),
    number(
        "Labels", "In the last hour. An event has one for each class that it refers to, or none.", "sum(increase(news_events_total[1h]))"
    ),
    number(
        "Languages", "With an article in the last hour.", "count(sum by (language) (increase(news_articles_total[1h])) > 0) or vector(0)"
    ),
    number("Outlets", "With an article in the last hour, of the 200 busiest.", f"count({SILENT} < 3600) or vector(0)"),
]

CLASSES: list[Panel] = [
    lines(
        "Events by class",
        "An hour.",
        {"{{class}}": 'sum by (class) (increase(news_events_total{class=~"$class"}[1h]))'},
        width=HALF,
    ),
    lines(
        "Events about a class",
        "An hour; those that are substantially about it.",
        {"{{class}}": 'sum by (class) (increase(news_events_total{class=~"$class",about="true"}[1h]))'},
        width=HALF,
    ),
]

LANGUAGES: list[Panel] = [
    lines(
        "Articles by language",
        "An hour. The language is that of the text; `unknown` where it is too short or too mixed.",
        {"{{language}}": 'sum by (language) (increase(news_articles_total{language=~"$language"}[1h]))'},
        width=HALF,
        stacked=True,
    ),
    bars(
        "Languages of the last day",
        "Articles.",
        "{{language}}",
        "topk(12, sum by (language) (increase(news_articles_total[1d])))",
        width=HALF,
    ),
]

COUNTRIES: list[Panel] = [
    lines(
        "Events by country",
        "An hour, the ten countries with the most. An event that refers to two counts for both.",
        {"{{country}}": "topk(10, sum by (country) (increase(news_event_countries_total[1h])))"},
        width=HALF,
    ),
    bars(
        "Countries of the last day",
        "Events.",
        "{{country}}",
        "topk(12, sum by (country) (increase(news_event_countries_total[1d])))",
        width=HALF,
    ),
]

COPIES: list[Panel] = [
    lines(
        "Copies by kind",
        "An hour. `exact`: the same text. `near`: edited. `excerpt`: one text has the other. `repeat`: a page that was fetched again.",
        {"{{kind}}": "sum by (kind) (increase(news_duplicates_total[1h]))"},
        width=HALF,
        stacked=True,
    ),
    lines(
        "Originals and copies",
        "Articles an hour by verdict; `replayed` is the same dump again.",
        {"{{fate}}": 'sum by (fate) (increase(news_records_total{stage="deduplicate",fate!="dead"}[1h]))'},
        width=HALF,
        stacked=True,
    ),
]

OUTLETS: list[Panel] = [
    lines(
        "Silence of outlets",
        "Time since the latest article of each of the ten that are silent longest. Choose outlets above.",
        {"{{outlet}}": 'topk(10, time() - max by (outlet) (news_outlet_last_seen_seconds{outlet=~"$outlet"}))'},
        unit="s",
        width=HALF,
    ),
    rows(
        "Silent longest",
        "Of the 200 busiest outlets. A source that fell silent may have changed its pages or its address.",
        f"topk(25, {SILENT})",
        {"outlet": "Outlet", "Value": "Silent for"},
        unit="s",
    ),
]


def content() -> Dashboard:
    """Return the dashboard of what the news is."""
    sections = {"": NOW, "Classes": CLASSES, "Languages": LANGUAGES, "Countries": COUNTRIES, "Copies": COPIES, "Outlets": OUTLETS}
    return board(
        "content",
        "Newsmill content",
        "What comes in, in which languages, about what and where, and from whom?",
        sections,
        variables=VARIABLES,
        hours=24,
    )
