"""`make bench-plots`: plot the figures of the last `make bench-scale` in docs/."""

import json
import statistics
import sys
from collections import defaultdict
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot

from bench.scale import FIGURES, Curves

_FOLDER = Path("docs/plots")


def _grouped(curves: Curves) -> dict[str, Curves]:
    """Group the curves by quantity: the part of their name before the comma."""
    groups: dict[str, Curves] = defaultdict(dict)
    for name, points in curves.items():
        shown, _, which = name.partition(", ")
        groups[shown][which] = points
    return groups


def _draw(shown: str, curves: Curves) -> Path:
    """Draw the median of each point, and a bar from the minimum to the maximum of its repetitions."""
    figure, axes = pyplot.subplots(figsize=(7, 4.2), layout="constrained")
    for name, points in curves.items():
        positions, values = [int(by) for by in points], list(points.values())
        medians = [statistics.median(found) for found in values]
        below = [median - min(found) for median, found in zip(medians, values, strict=True)]
        above = [max(found) - median for median, found in zip(medians, values, strict=True)]
        axes.errorbar(positions, medians, yerr=(below, above), marker="o", capsize=3, label=name)
    what, _, by = shown.partition(" by ")
    axes.set(xlabel=by, ylabel=what, ylim=(0, None))
    positions = sorted({int(by) for points in curves.values() for by in points})
    axes.set_xscale("log" if positions[0] > 0 else "linear", **({"base": 2} if positions[-1] <= 64 else {}))
    axes.set_xticks(positions, [f"{position:,}" for position in positions])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    path = _FOLDER / f"{shown.replace('µ', 'u').replace(' ', '-')}.png"
    figure.savefig(path, dpi=110, metadata={"Software": None})
    pyplot.close(figure)
    return path


def main() -> None:
    """Draw all plots, and print their paths."""
    if not FIGURES.exists():
        sys.exit(f"{FIGURES} is not there: run `make bench-scale` first")
    mpl.use("Agg")
    _FOLDER.mkdir(parents=True, exist_ok=True)
    for shown, curves in _grouped(json.loads(FIGURES.read_text(encoding="utf-8"))).items():
        print(_draw(shown, curves))


if __name__ == "__main__":
    main()
