"""The layers of docs/architecture.md: no import cycle, and no module imports a higher layer."""

from functools import cache

from tools.import_graph import broken_layers, cycles, import_graph

graph = cache(import_graph)


def test_no_modules_import_each_other() -> None:
    assert cycles(graph()) == []


def test_each_module_has_a_layer_and_imports_only_its_own_unit_and_lower_layers() -> None:
    assert broken_layers(graph()) == []
