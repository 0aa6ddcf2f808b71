"""A dashboard around its panels: name, variables, and the links to all others."""

from collections.abc import Mapping, Sequence
from itertools import count

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models import dashboard as models

from deploy.grafana.panels import SOURCE, Panel

TAG = "newsmill"
WORKER = {"instance": ("worker", 'up{job="newsmill"}')}
# Name -> query, text, colour: a vertical line wherever the query has a value.
ANNOTATIONS = {
    "Deploys": (
        "count by (version) (news_build_info) unless count by (version) (news_build_info offset 1m)",
        "newsmill {{version}} starts",
        "blue",
    ),
    "Classes": (
        "count by (hash) (news_classes_info) unless count by (hash) (news_classes_info offset 1m)",
        "classes {{hash}} are in force",
        "purple",
    ),
    "Rebalances": ("sum(increase(news_rebalances_total[1m])) > 0", "partitions were taken over", "orange"),
}


def board(
    name: str,
    title: str,
    means: str,
    sections: Mapping[str, Sequence[Panel]],
    *,
    variables: Mapping[str, tuple[str, str]] = WORKER,
    hours: int = 1,
) -> models.Dashboard:
    """Return a dashboard.

    Args:
        name: of its file, and of its address after `newsmill-`.
        title: for people.
        means: what it answers.
        sections: title -> panels from left to right; the first section has no title.
        variables: label -> (its name for people, a series that has it).
        hours: how far back it looks at first.
    """
    made = dashboard.Dashboard(title).uid(f"newsmill-{name}").description(means).tags([TAG]).readonly()
    made.time(f"now-{hours}h", "now").refresh("30s").timezone("utc").tooltip(models.DashboardCursorSync.CROSSHAIR)
    made.link(_to_all())
    for mark, (query, text, colour) in ANNOTATIONS.items():
        made.annotation(_annotation(mark, query, text, colour))
    for label, (words, series) in variables.items():
        made.with_variable(_variable(label, words, series))
    ids = count(1)
    for heading, panels in sections.items():
        if heading:
            made.with_row(dashboard.Row(heading).id(next(ids)))
        for panel in panels:
            made.with_panel(panel.id(next(ids)))
    return made.build()


def _to_all() -> dashboard.DashboardLink:
    """Return the row of buttons on top; the library's own placement would hide it in a menu."""
    link = dashboard.DashboardLink("All dashboards").type(models.DashboardLinkType.DASHBOARDS).tags([TAG]).icon("dashboard").placement("")
    return link.include_vars(True).keep_time(True)


def _annotation(name: str, query: str, text: str, colour: str) -> dashboard.AnnotationQuery:
    annotation = dashboard.AnnotationQuery().name(name).datasource(SOURCE).enable(True).icon_color(colour)
    return annotation.expr(query).title_format(name).text_format(text).step("1m")


def _variable(label: str, words: str, series: str) -> dashboard.QueryVariable:
    variable = dashboard.QueryVariable(label).label(words).query(f"label_values({series}, {label})").datasource(SOURCE)
    variable.refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED).sort(models.VariableSort.ALPHABETICAL_ASC)
    every = models.VariableOption(selected=True, text="All", value="$__all")
    return variable.multi(True).include_all(True).all_value(".*").current(every)


def to(name: str, title: str) -> dashboard.DashboardLink:
    """Return a panel's link to another dashboard, for the same time and workers."""
    link = dashboard.DashboardLink(title).type(models.DashboardLinkType.LINK)
    return link.placement("").url(f"/d/newsmill-{name}?${{__url_time_range}}&${{instance:queryparam}}")
