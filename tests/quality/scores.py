"""The figures of the labelled data beside the project, against the floors in floors.json."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SHARED = ROOT.parent / "shared"
FLOORS = Path(__file__).parent / "floors.json"
FOLDERS = {"split": "pages", "copies": "copies", "labels": "labels", "html": "html"}


def has_data() -> bool:
    """Return whether the labelled data is there."""
    return (SHARED / "eval" / "evaluate.py").exists()


def floors() -> dict[str, float]:
    """Return the least value of each figure, by "<set>.<row>.<figure>"."""
    known: dict[str, float] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return known


def measure(name: str) -> dict[str, float]:
    """Return every figure of a set, by "<set>.<row>.<figure>", as `newsmill process` scores."""
    command = f"{sys.executable} -m agents.cli process"
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "scores.json"
        script = SHARED / "eval" / "evaluate.py"
        arguments = [sys.executable, str(script), name, str(SHARED / "data" / FOLDERS[name]), "--cmd", command, "--json", str(out)]
        subprocess.run(arguments, cwd=ROOT, check=True, capture_output=True)
        rows = json.loads(out.read_text(encoding="utf-8"))
    return {f"{name}.{row}.{figure}": value for row, figures in rows.items() for figure, value in figures.items()}
