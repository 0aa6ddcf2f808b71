"""Panels in the one look that all dashboards share. A third of the width each, unless said; nothing is red that needs nobody."""

from collections.abc import Mapping
from typing import TypeVar

from grafana_foundation_sdk.builders import bargauge, common, dashboard, heatmap, prometheus, stat, table, timeseries
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

SOURCE = common_models.DataSourceRef(type_val="prometheus", uid="prometheus")
EIGHTH, SIXTH, THIRD, HALF, WHOLE = 3, 4, 8, 12, 24

# A share of nothing is no number; that is no fault either.
_NOTHING = models.SpecialValueMap(
    options=models.DashboardSpecialValueMapOptions(match=models.SpecialValueMatch.NULL_AND_NAN, result=models.ValueMappingResult(text="–"))
)

Panel = stat.Panel | timeseries.Panel | bargauge.Panel | heatmap.Panel | table.Panel
Own = TypeVar("Own", stat.Panel, timeseries.Panel, bargauge.Panel, heatmap.Panel, table.Panel)


def number(
    title: str,
    means: str,
    query: str,
    *,
    unit: str = "short",
    width: int = SIXTH,
    warn: float | None = None,
    bad: float | None = None,
) -> stat.Panel:
    """Return one figure as it now is; orange from `warn` and red from `bad` on, else green."""
    panel = _titled(stat.Panel(), title, means, unit).span(width).height(4).thresholds(limits(warn, bad))
    panel.graph_mode(common_models.BigValueGraphMode.AREA).reduce_options(_last()).mappings([_NOTHING])
    return panel.with_target(_range("A", query))


def lines(
    title: str,
    means: str,
    queries: Mapping[str, str],
    *,
    unit: str = "short",
    width: int = THIRD,
    stacked: bool = False,
    warn: float | None = None,
    bad: float | None = None,
) -> timeseries.Panel:
    """Return lines over time; `queries` is legend -> query. A limit is drawn as a dashed line."""
    panel = _titled(timeseries.Panel(), title, means, unit).span(width).height(8).min(0)
    panel.line_width(1).fill_opacity(20 if stacked else 5).show_points(common_models.VisibilityMode.NEVER)
    panel.legend(common.VizLegendOptions().show_legend(True))
    panel.tooltip(common.VizTooltipOptions().mode(common_models.TooltipDisplayMode.MULTI).sort(common_models.SortOrder.DESCENDING))
    if stacked:
        panel.stacking(common.StackingConfig().mode(common_models.StackingMode.NORMAL).group("A"))
    if warn is not None or bad is not None:
        dashed = common.GraphThresholdsStyleConfig().mode(common_models.GraphThresholdsStyleMode.DASHED)
        panel.thresholds(limits(warn, bad)).thresholds_style(dashed)
    for reference, (legend, query) in zip("ABCD", queries.items(), strict=False):
        panel.with_target(_range(reference, query).legend_format(legend))
    return panel


def bars(title: str, means: str, legend: str, query: str, *, unit: str = "short", width: int = THIRD) -> bargauge.Panel:
    """Return a bar for each series, as it now is."""
    panel = _titled(bargauge.Panel(), title, means, unit).span(width).height(8).min(0)
    panel.orientation(common_models.VizOrientation.HORIZONTAL).display_mode(common_models.BarGaugeDisplayMode.BASIC)
    panel.color_scheme(dashboard.FieldColor().mode(models.FieldColorModeId.FIXED).fixed_color("blue"))
    return panel.reduce_options(_last()).with_target(_instant("A", query).legend_format(legend))


def heat(title: str, means: str, query: str, *, unit: str, width: int = THIRD) -> heatmap.Panel:
    """Return how the values of a histogram spread over time; `query` gives its buckets by `le`."""
    panel = _titled(heatmap.Panel(), title, means, "short").span(width).height(8)
    panel.calculate(False).y_axis(heatmap.YAxisConfig().unit(unit))
    panel.color(heatmap.HeatmapColorOptions().mode(HeatmapColorMode.SCHEME).scheme("Blues").steps(64))
    return panel.with_target(_range("A", query).legend_format("{{le}}").format(PromQueryFormat.HEATMAP))


def rows(title: str, means: str, query: str, columns: Mapping[str, str], *, unit: str = "short", width: int = HALF) -> table.Panel:
    """Return a table of what now is; `columns` is label -> head, in order, `Value` among them. Empty reads as "nothing"."""
    panel = _titled(table.Panel(), title, means, unit).span(width).height(8).no_value("nothing")
    kept = {"include": {"names": list(columns)}}
    ordered = {"renameByName": dict(columns), "indexByName": {label: index for index, label in enumerate(columns)}}
    panel.with_transformation(models.DataTransformerConfig(id_val="filterFieldsByName", options=kept))
    panel.with_transformation(models.DataTransformerConfig(id_val="organize", options=ordered))
    return panel.with_target(_instant("A", query).format(PromQueryFormat.TABLE))


def limits(warn: float | None, bad: float | None) -> dashboard.ThresholdsConfig:
    """Return green, orange from `warn`, red from `bad` on."""
    steps = [models.Threshold(color="green", value=None)]
    steps += [models.Threshold(color=color, value=value) for color, value in (("orange", warn), ("red", bad)) if value is not None]
    return dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps)


def _titled(panel: Own, title: str, means: str, unit: str) -> Own:
    """Name a panel; `increase` gives parts of whole things, which nobody wants to read."""
    panel.title(title).description(means).unit(unit).datasource(SOURCE)
    return panel.decimals(0) if unit == "short" and not isinstance(panel, timeseries.Panel | heatmap.Panel) else panel


def _range(reference: str, query: str) -> prometheus.Dataquery:
    return prometheus.Dataquery().ref_id(reference).expr(query).datasource(SOURCE).range()


def _instant(reference: str, query: str) -> prometheus.Dataquery:
    return prometheus.Dataquery().ref_id(reference).expr(query).datasource(SOURCE).instant()


def _last() -> common.ReduceDataOptions:
    return common.ReduceDataOptions().calcs(["lastNotNull"]).fields("").values(False)
