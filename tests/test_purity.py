"""`streams/` is pure: no Faust, no Kafka, no clock, no log, no environment, nothing of `agents/`."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "streams"
FORBIDDEN = {"agents", "aiohttp", "aiokafka", "asyncio", "faust", "logging", "mode", "os", "prometheus_client", "random", "socket", "time"}
CLOCKS = {"now", "utcnow", "today"}


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(FOLDER))) for path in sorted(FOLDER.rglob("*.py"))])
def test_module_imports_nothing_impure_and_reads_no_clock(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {name.split(".")[0] for node in ast.walk(tree) for name in _imported(node)}
    assert not imported & FORBIDDEN
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)]
    assert not {node.attr for node in attributes if ast.unparse(node.value) in ("datetime", "date")} & CLOCKS


def test_whole_pipeline_loads_without_faust_and_kafka() -> None:
    program = "import sys, streams.pipeline, streams.local; print(sorted({'faust', 'aiokafka', 'mode', 'agents'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
