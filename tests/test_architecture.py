"""docs/architecture.md and docs/delivery.md against the code: what they name exists, and no layer and no kind of fault is missing."""

import ast
import re
from pathlib import Path

import pytest

from tests.chaos.faults import CLUSTER_KINDS, KINDS
from tools.import_graph import LAYERS, PROJECT, ROOTS, import_graph

ARCHITECTURE = PROJECT / "docs" / "architecture.md"
DELIVERY = PROJECT / "docs" / "delivery.md"
PAGES = [ARCHITECTURE, DELIVERY, PROJECT / "CONTRIBUTING.md", PROJECT / "SECURITY.md"]
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def cells(text: str, heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    table = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows[1:]]


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_table_of_layers_is_that_of_the_tool() -> None:
    described = [tuple(code(row[0])) for row in cells(ARCHITECTURE.read_text(encoding="utf-8"), "Layers")]
    assert described == [tuple(unit for unit in units if unit not in ROOTS) for units in LAYERS]


def test_new_module_names_exist() -> None:
    modules = {*import_graph(), *(name for units in LAYERS for name in units)}
    rows = cells(ARCHITECTURE.read_text(encoding="utf-8"), "Old module names")
    assert len(rows) > 100
    assert [new for _, new in rows if code(new)[0] not in modules] == []


def test_no_diagram_has_a_semicolon_which_ends_a_statement_in_mermaid() -> None:
    diagrams = re.findall(r"```mermaid\n(.*?)```", ARCHITECTURE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(diagrams) == 2
    assert [line for diagram in diagrams for line in diagram.splitlines() if ";" in line] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_test_that_is_named_exists(page: Path) -> None:
    named = TEST.findall(page.read_text(encoding="utf-8"))
    assert [f"{path}::{name}" for path, name in named if name not in functions_of(PROJECT / path)] == []


def functions_of(path: Path) -> set[str]:
    if not path.exists():
        return set()
    return {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_each_fault_has_a_test_and_each_kind_of_fault_of_the_chaos_run_is_there() -> None:
    rows = cells(DELIVERY.read_text(encoding="utf-8"), "Faults, effects and tests")
    assert [row[0] for row in rows if not TEST.search(row[2])] == []
    assert {kind for row in rows for kind in re.findall(r"\*([a-z-]+)\*", row[2])} == {*KINDS, *CLUSTER_KINDS}
