"""The figures of the labelled data beside the project, against the floors in floors.json."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from tests.quality.intervals import Interval, Scored, calibration_interval, intervals_of

ROOT = Path(__file__).parent.parent.parent
SHARED = ROOT.parent / "shared"
FLOORS = Path(__file__).parent / "floors.json"
FOLDERS = {
    "split": "pages",
    "fallback": "pages",
    "copies": "copies",
    "labels": "labels",
    "html": "html",
    "single": "real/single",
    "lists": "real/lists",
    "places": "real/places",
}
_MEASURES = {"fallback": "split", "lists": "real"}  # of a set that is measured as another, the measure of evaluate.py
_ERRORS = ("_error", ".under_half", ".none", ".false_splits", ".index_published", ".spurious")
_CALIBRATION = "labels.articles.calibration_error"
_ADDRESS = "https://labels.example/"


class Figure(NamedTuple):
    """A measured figure, and its 95 % interval where one is known."""

    value: float
    interval: Interval | None = None


def has_data() -> bool:
    """Return whether the labelled data is there."""
    return (SHARED / "eval" / "evaluate.py").exists()


def floors() -> dict[str, float]:
    """Return the least value of each figure, by "<set>.<row>.<figure>"; of an error the greatest. Floors rise only, ceilings fall only."""
    known: dict[str, float] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return known


def is_ceiling(key: str) -> bool:
    """Return whether a figure is an error, which is better where it is smaller."""
    return key.endswith(_ERRORS)


def holds(key: str, value: float | None, bound: float) -> bool:
    """Return whether a figure was measured and is not on the wrong side of its bound."""
    return value is not None and (value <= bound if is_ceiling(key) else value >= bound)


def measure(name: str) -> dict[str, Figure]:
    """Return every figure of a set, by "<set>.<row>.<figure>", as `newsmill process` scores."""
    with tempfile.TemporaryDirectory() as folder:
        out, messages = Path(folder) / "scores.json", Path(folder) / "messages.jsonl"
        command = f'"{sys.executable}" -m agents.cli process > "{messages}" || exit 1; cat "{messages}"'
        script = SHARED / "eval" / "evaluate.py"
        is_fallback = name == "fallback"  # the same pages without their shapes
        arguments = [
            sys.executable,
            str(script),
            _MEASURES.get(name, name),
            str(SHARED / "data" / FOLDERS[name]),
            "--cmd",
            command,
            "--json",
            str(out),
        ]
        environ = os.environ | ({"NEWS_SHAPES": "none"} if is_fallback else {})
        subprocess.run(arguments, cwd=ROOT, check=True, capture_output=True, env=environ)
        rows: dict[str, dict[str, float]] = json.loads(out.read_text(encoding="utf-8"))
        scored = _scored(messages) if name == "labels" else []
    figures = {f"{name}.{row}.{figure}": Figure(value) for row, values in rows.items() for figure, value in values.items()}
    for row, values in rows.items() if name == "labels" else ():
        for figure, interval in intervals_of(values).items():
            figures[f"{name}.{row}.{figure}"] = Figure(values[figure], interval)
    if _CALIBRATION in figures:
        figures[_CALIBRATION] = Figure(figures[_CALIBRATION].value, calibration_interval(scored))
    return figures


def _scored(messages: Path) -> list[Scored]:
    """Return the score of each label given, and whether it is right; those that two readers could judge otherwise are left out."""
    truths = {truth["id"]: truth for truth in _rows(SHARED / "data" / "labels" / "labels.jsonl")}
    events = [line["value"] for line in _rows(messages) if line["topic"] in ("news.events", "news.duplicates")]
    labelled = ((truths[event["source"]["url"].removeprefix(_ADDRESS)], event["regions"] + event["topics"]) for event in events)
    return [
        (label["score"], label["id"] in truth["regions"] + truth["topics"])
        for truth, labels in labelled
        for label in labels
        if label["id"] not in truth.get("uncertain", ())
    ]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
