"""What a query asks for: its metrics, labels and selectors, by patterns that suffice for the queries of this project."""

import re

# Prometheus' own, and those of its Python client that the rules and panels use.
FOREIGN_METRICS = {"up", "ALERTS", "process_start_time_seconds", "process_resident_memory_bytes"}
FOREIGN_LABELS = {"job", "instance", "le", "alertname", "alertstate"}
_WORDS = re.compile(
    r"\b(?:by|without|on|ignoring|group_left|group_right|and|or|unless|offset|sum|max|min|count|group|topk|rate|increase|changes|absent"
    r"|last_over_time|max_over_time|min_over_time|present_over_time|histogram_quantile|sort_desc|vector|time)\b"
)
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left)\s*\(([^)]*)\)")
_SELECTOR = re.compile(r"\b([A-Za-z_]\w+)(\{[^}]*\})?")


def metrics_of(query: str) -> set[str]:
    return {selector.partition("{")[0] for selector in selectors_of(query)}


def labels_of(query: str) -> set[str]:
    matchers = re.findall(r"\{([^}]*)\}", re.sub(r'"[^"]*"', '""', query))
    matched = {label for inner in matchers for label in re.findall(r"(\w+)\s*[=!]", inner)}
    return matched | {label for inner in _GROUPING.findall(query) for label in re.findall(r"\w+", inner)}


def selectors_of(query: str) -> list[str]:
    """Return each metric with its matchers, without range, offset and what is made of it."""
    matchers: list[str] = re.findall(r"\{[^}]*\}", query)
    hidden = re.sub(r"\{[^}]*\}", "{}", query)
    rest = _WORDS.sub(" ", re.sub(r"\[[^]]*\]|\b\d\w*\b", " ", _GROUPING.sub(" ", hidden)))
    return [name + (matchers.pop(0) if braces else "") for name, braces in _SELECTOR.findall(rest)]
